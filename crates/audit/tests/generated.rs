//! Holds the generated reference against the rules it is made from.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::path::Path;

/// Goal: readers are told what the rules do. Method: compare the kept page with a fresh one; with
/// `EVENKEEL_BLESS` set, write the fresh one instead.
#[test]
fn the_rules_page_is_current() {
    is_current("rules.md", &audit::reference());
}

/// The same for policies.
#[test]
fn the_page_of_policies_is_current() {
    is_current("policy.md", &audit::policy_reference());
}

fn is_current(name: &str, fresh: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference").join(name);
    if std::env::var_os("EVENKEEL_BLESS").is_some() {
        std::fs::write(&path, fresh).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let hint = "run `EVENKEEL_BLESS=1 cargo test -p audit` and commit the result";
    assert!(kept == fresh, "docs/reference/{name} is not current: {hint}");
}
