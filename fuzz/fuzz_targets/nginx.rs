//! A configuration of nginx, in one file that may include itself.

#![no_main]

use foreign::Sources;
use foreign::nginx::model::Config;
use foreign::nginx::syntax::{Kept, pieces, read};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut sources = Sources::default();
    let files = Kept::default().with("nginx.conf", bytes);
    let tree = read("nginx.conf", None, &files, &mut sources);
    let id = tree.files[0].id;
    let whole: String =
        pieces(&sources, id).iter().map(|piece| sources.slice(piece.span)).collect();
    assert_eq!(whole, sources.text(id));
    Config::read(&tree);
});
