//! No bytes make the reading panic: files that a seeded generator makes up.

use crate::envoy::model::Config;
use crate::source::Sources;

const PARTS: [&str; 40] = [
    "static_resources",
    "clusters",
    "name",
    "load_assignment",
    "endpoints",
    "lb_endpoints",
    ": ",
    "\n",
    "  ",
    "- ",
    "{",
    "}",
    "[",
    "]",
    ",",
    "\"",
    "'",
    "&a ",
    "*a",
    "!ignore ",
    "|",
    ">",
    "#",
    "é",
    "@type",
    "envoy.config.cluster.v3.Cluster",
    "lb_policy",
    "1",
    "-1",
    "0.5s",
    "null",
    "---",
    "? ",
    "\t",
    "<<",
    "%",
    "virtual_hosts",
    "routes",
    "route",
    "\r\n",
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
fn nothing_panics() {
    for seed in 0..40_000 {
        let mut sources = Sources::default();
        if let Err(error) = Config::read("a", made_up(seed).as_bytes(), &mut sources) {
            assert!(!error.told(&sources).to_string().is_empty(), "seed {seed}");
        }
    }
}

/// Goal: no file takes all memory. Method: more values than are read, on one line and on many.
#[test]
fn values_that_are_too_many_are_told() {
    let lines: String = (0..310_000).map(|number| format!("a{number}: b\n")).collect();
    for text in [lines, format!("[{}]", "{},".repeat(700_000))] {
        let told = Config::read("a", text.as_bytes(), &mut Sources::default()).unwrap_err();
        assert!(format!("{told:?}").contains("more values than the 600000"), "{told:?}");
    }
}
