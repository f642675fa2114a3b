//! Holds the generated reference against the types it is made from.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::path::{Path, PathBuf};

/// Goal: what editors and readers are told is what the parser does. Method: compare the kept
/// file with a fresh one; with `EVENKEEL_BLESS` set, write the fresh one instead.
fn check(name: &str, fresh: &str) {
    let path: PathBuf =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference").join(name);
    if std::env::var_os("EVENKEEL_BLESS").is_some() {
        std::fs::write(&path, fresh).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let hint = "run `EVENKEEL_BLESS=1 cargo test -p config` and commit the result";
    assert!(kept == fresh, "docs/reference/{name} is not current: {hint}");
}

#[test]
fn the_schema_is_current() {
    check("configuration.schema.json", &format!("{:#}\n", config::schema()));
}

#[test]
fn the_reference_page_is_current() {
    check("configuration.md", &config::reference());
}
