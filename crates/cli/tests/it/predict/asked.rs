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

/// Goal: what `--each` cannot say line by line is told beside it. Method: a line that cannot be
/// read, a pool that is hashed by an address that the log does not have, and one with a rule that
/// is not played.
#[test]
fn what_is_to_be_known_of_lines_is_told_on_stderr() {
    let folder = Folder::new();
    let config = "frontend f\n mode http\n bind :80\n default_backend b\nbackend b\n mode http\n \
                  balance source\n ignore-persist if { path /x }\n server web1 10.1.0.1:80\n \
                  server web2 10.1.0.2:80\n";
    let line =
        "{\"time\":\"2026-01-01T00:00:00Z\",\"request\":\"GET / HTTP/1.1\",\"status\":200}\n";
    for (name, text) in [("h.cfg", config), ("a.log", &(line.repeat(3) + "garbage\n"))] {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    let output = evenkeel(folder.path(), &["predict", "h.cfg", "--log", "a.log", "--each"]);
    assert_eq!(output.status.code(), Some(0));
    let lines = String::from_utf8(output.stdout).expect("text");
    let assumed =
        |line: &str| serde_json::from_str::<Value>(line).expect("JSON")["assumed"].clone();
    let all: Vec<Value> = lines.lines().map(assumed).collect();
    assert_eq!(all, vec![Value::from("the log does not have the client's address"); 3]);
    let told = String::from_utf8(output.stderr).expect("text");
    for text in [
        "1 lines cannot be read\n  line 4: ",
        "note: b: `force-persist` and `ignore-persist` are not played\n",
        "note: which servers 3 requests of `b` go to the log leaves open.",
    ] {
        assert!(told.contains(text), "{told}");
    }
}

/// Goal: no requests, no figures. Method: a log without a line, one without a request, and a pool
/// that no request leads to.
#[test]
fn without_requests_there_is_nothing_to_say() {
    let folder = folder();
    let file = |name: &str, text: &str| std::fs::write(folder.path().join(name), text);
    file("empty.log", "").expect("a file");
    file("other.log", "garbage\ngarbage\n").expect("a file");
    let two = "frontend f\n mode http\n bind :80\n use_backend a if { path /a }\n \
               default_backend b\nbackend a\n mode http\n server w1 10.1.0.1:80\n \
               server w2 10.1.0.2:80\nbackend b\n mode http\n server w3 10.1.0.3:80\n";
    file("two.cfg", two).expect("a file");
    let check = |args: &[&str], told: &str| {
        let output = evenkeel(folder.path(), &[&["predict", "old.cfg", "--log"], args].concat());
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{text}");
        assert!(text.contains(told), "{text}");
    };
    check(&["empty.log"], "there is nothing to predict from: of 0 lines none tells of a request");
    check(&["empty.log", "--format", "json"], "there is nothing to predict from");
    check(&["other.log"], "no format that is known reads the log's first lines: `--log-format`");
    check(&["other.log", "--log-format", "combined"], "of 2 lines none tells of a request");
    check(&["other.log", "--log-format", "what"], "possible values");
    let output = evenkeel(folder.path(), &["predict", "two.cfg", "--log", "access.log"]);
    let text = String::from_utf8(output.stdout).expect("text");
    let (first, second) = text.split_once("\nb  ").expect("two pools");
    let none = "a  roundrobin · 0 requests\nnote: no request leads here: there is nothing to \
                predict from\n";
    assert!(first.ends_with(none), "{text}");
    assert!(second.starts_with("roundrobin · 300 requests"), "{text}");
    // Its only server leaves none that could be overloaded.
    assert!(!second.contains("worst loss"), "{text}");
}

/// Goal: a format is read where its name is given. Method: a log that begins in another one.
#[test]
fn a_format_is_named() {
    let folder = folder();
    let path = folder.path().join("mixed.log");
    let common = "10.0.0.1 - - [10/Oct/2024:13:00:00 +0000] \"GET / HTTP/1.1\" 200 5\n";
    let httplog = "127.0.0.1:5 [10/Oct/2024:13:00:00.000] f portal/web1 0/0/0/0/9 200 5 - - --NI \
                   1/1/1/1/0 0/0 \"GET / HTTP/1.1\"\n";
    std::fs::write(path, common.repeat(9) + httplog).expect("a file");
    let check = |format: &[&str], requests: u64| {
        let args = ["predict", "old.cfg", "--log", "mixed.log", "--format", "json"];
        let output = evenkeel(folder.path(), &[&args[..], format].concat());
        let made: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(made["traffic"]["requests"], requests, "{made}");
    };
    check(&[], 9);
    check(&["--log-format", "common"], 9);
    check(&["--log-format", "haproxy"], 1);
    let output = evenkeel(
        folder.path(),
        &["audit", "old.cfg", "--log", "mixed.log", "--log-format", "haproxy"],
    );
    assert!(String::from_utf8_lossy(&output.stderr).contains("9 of 10 lines"), "{output:?}");
}
