//! What is asked, and what is answered: shares, lines, changes, refusals.

use std::fmt::Write;

use serde_json::Value;

use crate::support::{Folder, evenkeel};

fn folder() -> Folder {
    let folder = Folder::new();
    let file = |one: u32| {
        format!(
            "backend portal\n mode http\n balance roundrobin\n cookie S insert\n \
             server web1 10.1.0.1:80 cookie a weight {one}\n \
             server web2 10.1.0.2:80 cookie b weight 10\n"
        )
    };
    let mut log = String::from("garbage\n");
    for at in 0..300 {
        let (client, minute, second) = (at % 100, at / 60, at % 60);
        let _ = writeln!(
            log,
            "10.0.0.{client} - - [10/Oct/2024:13:{minute:02}:{second:02} +0000] \
             \"GET / HTTP/1.1\" 200 5 \"-\" \"a\""
        );
    }
    for (name, text) in [("new.cfg", file(90)), ("old.cfg", file(10)), ("access.log", log)] {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    folder
}

/// Goal: the outage in small is told before it happens. Method: weights that change, one object.
#[test]
fn a_change_of_weights_as_json() {
    let folder = folder();
    let args =
        ["predict", "new.cfg", "--log", "access.log", "--against", "old.cfg", "--format", "json"];
    let output = evenkeel(folder.path(), &args);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let made: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let pool = &made["pools"][0];
    assert_eq!(
        (&pool["name"], &pool["method"]),
        (&"portal".into(), &"roundrobin, cookie S".into())
    );
    let share = |name: &str| pool["servers"][0][name].as_f64().expect("a share");
    assert!((share("share_new") - 0.9).abs() < 0.01, "{pool}");
    assert!((share("share_kept") - 0.5).abs() < 0.01, "{pool}");
    assert_eq!(pool["top2_share_new"], 1.0);
    assert_eq!(pool["n_minus_one"][0]["down"], "web1");
    assert!(pool["change"]["moved_share"].as_f64().is_some_and(|share| share > 0.3), "{pool}");
    assert_eq!(made["traffic"]["malformed"], 1, "{made}");
}

#[test]
fn each_line_and_the_text() {
    let folder = folder();
    let args = ["predict", "old.cfg", "--log", "access.log", "--each"];
    let output = evenkeel(folder.path(), &args);
    let lines = String::from_utf8(output.stdout).expect("text");
    assert_eq!(lines.lines().count(), 300);
    let first: Value = serde_json::from_str(lines.lines().next().expect("a line")).expect("JSON");
    assert_eq!(first["line"], 2);
    assert_eq!((&first["server"], &first["reason"]), (&"web1".into(), &"method".into()));
    let output = evenkeel(folder.path(), &["predict", "old.cfg"]);
    let text = String::from_utf8(output.stdout).expect("text");
    assert!(text.contains("600 users") && text.contains("web2"), "{text}");
}

#[test]
fn what_is_not_there_is_told() {
    let folder = folder();
    let check = |args: &[&str], told: &str| {
        let output = evenkeel(folder.path(), args);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(text.contains(told), "{text}");
    };
    check(&["predict", "none.cfg"], "none.cfg");
    check(&["predict", "old.cfg", "--log", "none.log"], "none.log");
    check(&["predict", "old.cfg", "--pool", "x"], "there are: portal");
    check(&["predict", "old.cfg", "--down", "web9"], "web9");
}
