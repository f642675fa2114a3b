//! What cannot be meant is said before anything is sent.

use crate::support::{Folder, evenkeel};

#[test]
fn what_cannot_be_meant_is_2() {
    let folder = Folder::new();
    std::fs::write(folder.path().join("no.pem"), "nothing").expect("written");
    let url = "http://127.0.0.1:1/";
    for (args, said) in [
        (vec!["htp://a"], "http://127.0.0.1:8080/path"),
        (vec!["127.0.0.1:80"], "write a URL"),
        (vec!["http://me:secret@a/"], "Authorization"),
        (vec![url, "--rate", "many"], "500/s"),
        (vec![url, "--rate", "0"], "500/s"),
        (vec![url, "--for", "30"], "no unit"),
        (vec![url, "--for", "8d"], "at most 7d"),
        (vec![url, "--threshold", "p99"], "p99<200ms"),
        (vec![url, "--threshold", "p99<5"], "no unit"),
        (vec![url, "--stages", "100/s"], "500/s:30s"),
        (vec![url, "--stages", "100/s:1s", "--rate", "5"], "cannot be used with"),
        (vec![url, "--nat", "6"], "6:0.55"),
        (vec![url, "--nat", "6:0.9", "--nat", "6:0.9"], "hint: "),
        (vec![url, "--path", "a"], "slash"),
        (vec![url, "--path", "/a b"], "hint: "),
        (vec![url, "--users", "0"], "hint: "),
        (vec![url, "--zipf", "NaN"], "hint: "),
        (vec![url, "--connections-max", "0"], "hint: "),
        (vec![url, "-H", "a"], "a name and a value"),
        (vec![url, "-H", "content-length: 3"], "set by the load itself"),
        (vec![url, "-X", "CONNECT"], "tunnel"),
        (vec![url, "--warm-up", "20s"], "after the warm-up"),
        (vec![url, "--http2", "-H", "host: a"], "in the URL"),
        (vec!["http://[::1]:1/", "--connections", "per-address"], "127.0.0.1"),
        (vec!["https://127.0.0.1:1/", "--ca", "no.pem"], "no certificate"),
        (vec![url, "--speed", "2"], "--replay"),
        (vec![url, "--out", "none/here"], "No such file"),
        (vec![], "URL"),
    ] {
        let output = evenkeel(folder.path(), &[&["load"], &args[..]].concat());
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {told}");
        assert!(told.contains(said), "{args:?}: {told}");
    }
}

#[test]
fn what_is_not_to_be_had_is_1() {
    let folder = Folder::new();
    std::fs::write(folder.path().join("empty.log"), "no log\n").expect("written");
    for (args, said) in [
        (vec!["http://nowhere.invalid/"], "nowhere.invalid has no address"),
        (vec!["http://127.0.0.1:1/", "--replay", "none.log"], "none.log: No such file"),
        (vec!["http://127.0.0.1:1/", "--replay", "empty.log"], "no request was found"),
        (vec!["http://127.0.0.1:1/", "--replay", "."], "is a folder"),
        (vec!["http://127.0.0.1:1/", "--body-file", "none"], "none: No such file"),
    ] {
        let output = evenkeel(folder.path(), &[&["load"], &args[..]].concat());
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{args:?}: {told}");
        assert!(told.contains(said), "{args:?}: {told}");
    }
}
