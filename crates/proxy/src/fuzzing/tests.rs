//! The kept corpus goes through the properties on every test run.

use std::fs;
use std::path::Path;

const CORPUS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus");
/// Fewer files than this: the corpus was lost.
const FILES_MIN: usize = 12;

/// Hands every file kept for `target` to its function.
fn check(target: &str, property: fn(&[u8])) {
    let folder = Path::new(CORPUS).join(target);
    let mut files = 0;
    for entry in fs::read_dir(&folder).expect("a corpus") {
        let path = entry.expect("an entry").path();
        println!("{}", path.display());
        property(&fs::read(&path).expect("a file"));
        files += 1;
    }
    assert!(files >= FILES_MIN, "{}: {files} files", folder.display());
}

#[test]
fn request_heads() {
    check("request_head", super::request_head);
}

#[test]
fn response_heads() {
    check("response_head", super::response_head);
}

#[test]
fn bodies() {
    check("body", super::body);
}

#[test]
fn cookies() {
    check("cookie", super::cookie);
}

#[test]
fn forwarded_fields() {
    check("forwarded", super::forwarded);
}

#[test]
fn configurations() {
    check("config", super::config);
}
