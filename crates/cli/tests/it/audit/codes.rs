//! Exit codes: what a build stops at.

use std::os::unix::net::UnixListener;

use super::files::{TWICE, audit, folder, told};
use crate::support::{Folder, evenkeel};

/// Goal: a build stops at what is as bad as it says, and at nothing less. Method: a file with an
/// error, the same one mended, and one with a warning alone, at each level.
#[test]
fn the_level_decides() {
    let code = |text: &str, level: &str| {
        audit(folder(text).path(), &["--fail-level", level]).status.code()
    };
    assert_eq!(code(TWICE, "error"), Some(1));
    let mended = TWICE.replace(
        "web2 10.0.0.2:80 check maxconn 100 cookie a",
        "web2 10.0.0.2:80 check maxconn 100 cookie b",
    );
    assert_eq!(code(&mended, "error"), Some(0));
    let warned = format!("{mended}  # evenkeel: allow EKP101 -- nothing of it here\n");
    assert_eq!((code(&warned, "error"), code(&warned, "warning")), (Some(0), Some(1)));
}

/// Goal: a file that cannot be judged is never taken for a clean one. Method: no file, one that
/// nobody's balancer reads, a wrong word, and an option that does not exist.
#[test]
fn what_cannot_be_judged_is_two() {
    let broken = TWICE.replace("timeout connect 5s", "timeout connect soon");
    let output = audit(folder(&broken).path(), &[]);
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.contains("haproxy.cfg:3:19: "), "{error}");
    let none = Folder::new();
    std::fs::write(none.path().join("letter"), "Dear reader\n").expect("a file");
    for args in [["audit", "absent.cfg"], ["audit", "letter"], ["audit", "--no-such-option"]] {
        let output = evenkeel(none.path(), &args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{args:?}");
    }
}

/// Goal: what cannot be done is said, with what can. Method: a socket that is not there and one in
/// whose name there is no `/`.
#[test]
fn what_is_not_there_is_named() {
    let folder = folder(TWICE);
    let check = |args: &[&str], expected: &str| {
        let output = audit(folder.path(), args);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(error.contains(expected), "{args:?}: {error}");
    };
    check(&["--running", "adm.sock"], "no file here has that name; write a socket's path");
    let socket = UnixListener::bind(folder.path().join("adm.sock")).expect("a socket");
    drop(socket);
    check(&["--running", "adm.sock"], "HAProxy at adm.sock cannot be asked: Connection refused");
}

/// Goal: whoever reads a number can have it explained. Method: a number, a name, a stranger.
#[test]
fn numbers_are_explained() {
    let folder = Folder::new();
    for word in ["ekp101", "duplicate-persistence-key"] {
        let output = evenkeel(folder.path(), &["explain", word]);
        assert_eq!(output.status.code(), Some(0));
        assert!(told(&output).starts_with("EKP101 duplicate-persistence-key (error)\n"));
    }
    assert_eq!(evenkeel(folder.path(), &["explain", "EKX000"]).status.code(), Some(2));
    let list = told(&evenkeel(folder.path(), &["explain", "--list"]));
    assert!(list.lines().any(|line| line.starts_with("EKS901 ")), "{list}");
}
