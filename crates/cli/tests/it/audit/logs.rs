//! Rules that need a log, and what is told where there is none or it says too little.

use std::fmt::Write;

use super::files::{audit, folder, told};

/// Three servers that take so much, and a table for so many.
fn config(size: &str, most: u32) -> String {
    let mut text = format!(
        "defaults\n  mode http\n  timeout connect 5s\n  timeout client 30s\n  \
         timeout server 30s\n  timeout queue 5s\n\
         frontend web\n  bind :80 accept-proxy\n  default_backend portal\n\
         backend portal\n  option httpchk GET /health\n  \
         stick-table type ip size {size} expire 8h\n  stick on src\n"
    );
    for server in 1..=3 {
        let _ = writeln!(text, "  server w{server} 10.0.0.{server}:80 check maxconn {most}");
    }
    text
}

/// Requests of 3 s, five in a second, of as many addresses.
fn log(from: usize, to: usize) -> String {
    let mut text = String::new();
    for at in from..to {
        let (minute, ms) = (at / 300, at % 300 * 200);
        let _ = writeln!(
            text,
            "10.1.{}.{}:5000 [10/Oct/2024:13:{minute:02}:{:02}.{:03}] web portal/w1 \
             0/0/0/3000/3000 200 5 - - ---- 1/1/1/1/0 0/0 \"GET / HTTP/1.1\"",
            at / 200,
            at % 200 + 1,
            ms / 1000,
            ms % 1000
        );
    }
    text
}

/// Goal: what only traffic shows is found with its figures, and only with a log. Method: a table
/// and servers that are too small for 2,000 users, and the same ones large enough; the log in two
/// parts, the later one first.
#[test]
fn a_log_shows_what_a_file_does_not() {
    let check = |size: &str, most: u32, with_log: bool| {
        let folder = folder(&config(size, most));
        std::fs::write(folder.path().join("late.log"), log(900, 2000)).expect("a log");
        std::fs::write(folder.path().join("early.log"), log(0, 900)).expect("a log");
        let args: &[&str] =
            if with_log { &["--log", "late.log", "--log", "early.log"] } else { &[] };
        let output = audit(folder.path(), args);
        assert_eq!(String::from_utf8_lossy(&output.stderr).matches("error").count(), 0);
        (output.status.code(), told(&output))
    };
    let (code, text) = check("1k", 5, true);
    assert_eq!(code, Some(1), "{text}");
    assert!(
        text.contains("EKP105") && text.contains("has 1024 entries and the log about "),
        "{text}"
    );
    assert!(text.contains("EKO503") && text.contains("8.0 requests at once: it takes 5"), "{text}");
    assert!(text.contains("haproxy.cfg:12:"), "{text}");
    for (size, most, with_log) in [("100k", 10, true), ("1k", 5, false)] {
        let (code, text) = check(size, most, with_log);
        assert_eq!(code, Some(0), "{text}");
        assert!(!text.contains("EKP105") && !text.contains("EKO503"), "{text}");
    }
}

/// Goal: no log is taken for one that shows nothing. Method: a log that is not there, one that
/// nobody reads, a pool that is not there, and a log of which a line is broken.
#[test]
fn a_log_that_says_nothing_is_told() {
    let folder = folder(&config("1k", 5));
    for (name, text) in [("letter", "Dear reader\n".to_owned()), ("some.log", log(0, 5) + "?\n")] {
        std::fs::write(folder.path().join(name), text).expect("a file");
    }
    let check = |args: &[&str], code: i32, told: &str| {
        let output = audit(folder.path(), args);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{error}");
        assert!(error.contains(told), "{error}");
        assert_eq!(output.stdout.is_empty(), code == 2);
    };
    check(&["--log", "none.log"], 2, "none.log");
    check(&["--log", "letter"], 2, "letter");
    check(&["--log", "some.log", "--pool", "x"], 2, "there are: portal");
    check(&["--pool", "portal"], 2, "--log");
    check(&["--log", "some.log"], 0, "1 of 6 lines of the log cannot be read");
}
