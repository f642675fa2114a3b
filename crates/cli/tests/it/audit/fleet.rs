//! `evenkeel audit --fleet`.

use super::files::{TWICE, told};
use crate::support::{Folder, evenkeel};

/// Goal: the odd one of three balancers is named with the lines of all. Method: three files, of
/// which one has another weight; then two that are alike, and one alone.
#[test]
fn the_odd_one_out_breaks_the_build() {
    let folder = Folder::new();
    let clean = TWICE.replace(
        "web2 10.0.0.2:80 check maxconn 100 cookie a",
        "web2 10.0.0.2:80 check maxconn 100 cookie b",
    );
    let odd = clean.replace("web2 10.0.0.2:80", "web2 10.0.0.9:80");
    for (name, text) in [("lb1.cfg", &clean), ("lb2.cfg", &clean), ("lb3.cfg", &odd)] {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    let run = |files: &[&str]| {
        let output = evenkeel(folder.path(), &[&["audit", "--fleet"], files].concat());
        (output.status.code(), told(&output))
    };
    let (code, text) = run(&["lb1.cfg", "lb2.cfg", "lb3.cfg"]);
    assert_eq!(code, Some(1), "{text}");
    for part in [
        "error[EKF701]: `backend portal / server web2`: `address` is `10.0.0.9:80` in `lb3.cfg`, \
         and is `10.0.0.2:80` in the other 2",
        "lb3.cfg:14:3",
        "lb1.cfg:14:3",
        "lb2.cfg:14:3",
        "the odd one out is `lb3.cfg`, in 1 of 1 differences",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert_eq!(run(&["lb1.cfg", "lb2.cfg"]).0, Some(0));
    assert_eq!(run(&["lb1.cfg"]).0, Some(2));
}
