//! No bytes make the reading panic or lose a byte: files that a seeded generator makes up.

use crate::nginx::syntax::{Kept, pieces, read, read_crossplane};
use crate::source::Sources;

const PARTS: [&str; 34] = [
    "http",
    "server",
    " ",
    "\n",
    "{",
    "}",
    ";",
    "\"",
    "'",
    "\\",
    "$",
    "${",
    "#",
    "é",
    "include",
    "nginx.conf",
    "*",
    "map",
    "content_by_lua_block",
    "--",
    "[[",
    "]]",
    "{{",
    "{%",
    "<%",
    "(?<",
    "\r",
    "listen",
    "80",
    "if",
    "(",
    ")",
    "\u{feff}",
    "upstream",
];

fn made_up(seed: u64) -> String {
    let mut state = seed;
    let mut next = move || {
        // SplitMix64, Steele et al. 2014.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (mixed ^ (mixed >> 27)) as usize
    };
    let length = next() % 60;
    (0..length).map(|_| PARTS[next() % PARTS.len()]).collect()
}

#[test]
fn nothing_panics_and_nothing_is_lost() {
    for seed in 0..40_000 {
        let text = made_up(seed);
        let mut sources = Sources::default();
        let files = Kept::default().with("nginx.conf", text.as_str());
        let tree = read("nginx.conf", None, &files, &mut sources);
        let pieces = pieces(&sources, tree.files[0].id);
        let whole: String = pieces.iter().map(|piece| sources.slice(piece.span)).collect();
        assert_eq!(whole, text, "seed {seed}");
        read_crossplane("a.json", text.as_bytes(), &mut sources);
    }
}

/// Goal: no file takes all memory. Method: more words than are read.
#[test]
fn words_that_are_too_many_are_left_out_and_told() {
    let mut sources = Sources::default();
    let files = Kept::default().with("nginx.conf", "a b c;".repeat(500_000));
    let tree = read("nginx.conf", None, &files, &mut sources);
    assert_eq!(tree.files[0].directives.len(), 300_000);
    let told = tree.errors[0].told(&sources).to_string();
    assert!(told.contains("more words than the 1200000"), "{told}");
}
