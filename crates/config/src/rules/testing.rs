//! Runs the checks over a small valid file with one thing changed.

use crate::check;

/// A file that passes every rule; tests replace a line of it.
pub(super) const VALID: &str = r#"
[server]
admin = "127.0.0.1:9900"
[[listeners]]
name = "web"
address = "0.0.0.0:8080"
[[routes]]
hosts = ["a.example"]
path_prefix = "/"
pool = "p"
[pools.p]
policy = "least_pressure"
[[pools.p.endpoints]]
name = "e1"
address = "10.0.0.1:80"
[[pools.p.endpoints]]
name = "e2"
address = "10.0.0.2:80"
"#;

/// The slugs found after `old` was replaced by `new` in the valid file.
#[track_caller]
pub(super) fn slugs(old: &str, new: &str) -> Vec<&'static str> {
    assert!(VALID.contains(old), "`{old}` is not in the valid file");
    slugs_of(&VALID.replacen(old, new, 1))
}

/// The slugs found in a text, in the file's order.
pub(super) fn slugs_of(text: &str) -> Vec<&'static str> {
    check::check(text).1.iter().map(|finding| finding.slug).collect()
}

/// Asserts what is found after a change to the valid file; `expected` is in the file's order.
#[track_caller]
pub(super) fn check(old: &str, new: &str, expected: &[&str]) {
    assert_eq!(slugs(old, new), expected, "{new}");
}

#[test]
fn the_valid_file_is_valid() {
    assert_eq!(slugs_of(VALID), Vec::<&str>::new());
}
