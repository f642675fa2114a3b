//! What it cannot answer, and how it says so.

use super::history::{START_S, write};
use crate::support::{Folder, evenkeel};

fn check(folder: &Folder, args: &[&str], code: i32, parts: &[&str]) {
    let output = evenkeel(folder.path(), &[&["shares"][..], args].concat());
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{args:?}: {stderr}");
    for part in parts {
        assert!(stderr.contains(part), "{args:?}: {part} is not in:\n{stderr}");
    }
}

#[test]
fn nothing_measured() {
    let folder = Folder::new();
    check(&folder, &["--state-dir", "."], 1, &["there is no history", "state_dir"]);
    assert_eq!(std::fs::read_dir(folder.path()).expect("a listing").count(), 0, "no traces");
    let state = folder.path().join("state");
    write(&state, "portal", START_S..START_S + 60);
    let of = ["--state-dir", "state"];
    check(&folder, &of, 1, &["nothing was measured from ", "hint: "]);
    let other = [&of[..], &["--pool", "shop"]].concat();
    check(&folder, &other, 1, &["no pool `shop`", "it has portal"]);
    let csv = evenkeel(folder.path(), &[&["shares", "--format", "csv"][..], &of].concat());
    assert_eq!(
        (csv.status.code(), csv.stdout.iter().filter(|&&b| b == b'\n').count()),
        (Some(1), 1)
    );
    std::fs::write(state.join("history.sqlite"), "no database").expect("writes");
    check(&folder, &of, 1, &["is damaged", "history.sqlite", "hint: "]);
}

#[test]
fn usage() {
    let folder = Folder::new();
    check(&folder, &[], 2, &["evenkeel.toml", "hint: "]);
    check(&folder, &["-c", "a", "--state-dir", "b"], 2, &["cannot be used with"]);
    let of = |more: &[&'static str]| [&["--state-dir", "."][..], more].concat();
    check(&folder, &of(&["--since", "soon"]), 2, &["--since", "2026-05-01T12:00"]);
    check(&folder, &of(&["--step", "1m"]), 2, &["--step needs --format csv"]);
    check(&folder, &of(&["--format", "csv", "--step", "1ms"]), 2, &["whole seconds"]);
    let turned = ["--since", "2024-05-02", "--until", "2024-05-01"];
    check(&folder, &of(&turned), 2, &["2024-05-02T00:00:00Z", "is not before"]);
}

/// Goal: the help says what one must know to use it.
#[test]
fn help() {
    let folder = Folder::new();
    let output = evenkeel(folder.path(), &["shares", "--help"]);
    let text = String::from_utf8_lossy(&output.stdout);
    for part in ["Exit codes", "Examples", "--state-dir", "--since", "TIME is how long ago"] {
        assert!(text.contains(part), "{part} is not in:\n{text}");
    }
}
