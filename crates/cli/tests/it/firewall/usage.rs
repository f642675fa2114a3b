//! What cannot be meant is 2, and says what to write.

use std::fs;

use crate::support::{Folder, evenkeel};

#[test]
fn what_cannot_be_meant_is_2() {
    let folder = Folder::new();
    fs::write(folder.path().join("bad.toml"), "[[firewall]]\nfile = \"a\"\n").expect("written");
    for (args, said) in [
        (vec![], "evenkeel.toml"),
        (vec!["-c", "bad.toml"], "firewall-file"),
        (vec!["-c", "bad.toml", "--log", "a"], "cannot be used with"),
        (vec!["--log", "a", "--since", "10"], "no unit"),
        (vec!["--log", "a", "--since", "2d"], "1s to 24h"),
        (vec!["--log", "a", "--until", "yesterday"], "2024-05-01T11:00:00Z"),
        (vec!["--log", "a", "--zone", "Nowhere/Land"], "Europe/London"),
        (vec!["--log", "a", "--log-format", "pf"], "vpc_flow"),
        (vec!["--log", "a", "--ports", "0"], "1..=65535"),
        (vec!["--log", "a", "--drop-prefix", ""], "--drop-prefix"),
        (vec!["--drop-prefix", "DROP"], "--log"),
    ] {
        let output = evenkeel(folder.path(), &[&["firewall"], &args[..]].concat());
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {told}");
        assert!(told.contains(said), "{args:?}: {told}");
    }
}

#[test]
fn the_help_has_examples() {
    let folder = Folder::new();
    let output = evenkeel(folder.path(), &["firewall", "--help"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && text.contains("evenkeel firewall --log"), "{text}");
    assert!(text.contains("Exit codes: 0"), "{text}");
}
