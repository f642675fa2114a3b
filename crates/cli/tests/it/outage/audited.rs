//! Goal: both faults of that day are found in the files that made them. Method: the audit of the
//! site's own files, by the real command.

use super::haproxy::{EQUAL, Keeps, SCRIPT, SERVERS, file};
use crate::support::{Folder, evenkeel};

/// Exit code and text.
fn audit(keeps: Keeps, weights: [u32; SERVERS]) -> (Option<i32>, String) {
    let folder = Folder::new();
    let text = file(keeps, weights);
    std::fs::write(folder.path().join("haproxy.cfg"), text).expect("a file");
    let output = evenkeel(folder.path(), &["audit", "haproxy.cfg"]);
    (output.status.code(), String::from_utf8(output.stdout).expect("text"))
}

#[test]
fn the_table_of_addresses_is_named_with_its_line() {
    let (code, text) = audit(Keeps::Address, EQUAL);
    assert_eq!(code, Some(1), "{text}");
    let (_, found) = text.split_once("error[EKP103]").expect("the rule");
    let place = found.lines().nth(1).unwrap_or_default().trim();
    assert_eq!(place, "--> haproxy.cfg:13:5", "{text}");
    assert!(found.contains("13 |     stick on src"), "{text}");
}

#[test]
fn the_cookie_of_before_is_not() {
    for weights in [EQUAL, SCRIPT] {
        let (_, text) = audit(Keeps::Cookie, weights);
        assert!(!text.contains("EKP103"), "{text}");
    }
}
