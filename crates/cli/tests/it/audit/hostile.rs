//! Files that were made to harm: what steers terminals, never ends, or cannot be written.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Output};

use super::files::TWICE;
use crate::support::{Folder, evenkeel};

/// Both streams, one after the other.
fn all(output: &Output) -> String {
    let bytes = [&output.stdout[..], &output.stderr].concat();
    String::from_utf8(bytes).expect("UTF-8")
}

fn written(folder: &Path, name: &str, text: &[u8]) {
    std::fs::write(folder.join(name), text).expect("written");
}

/// Goal: no word of a file or a log steers the terminal of whoever reads about it. Method: names,
/// comments, unknown words, paths and requests with control characters, in every command that
/// tells of them, and in all its forms.
#[test]
fn control_characters_are_made_visible() {
    let folder = Folder::new();
    let (cfg, own) = ("h\u{1b}[5m.cfg", "o\u{7}.toml");
    let haproxy = "backend b\u{1b}]0;x\u{7}\n  # \u{1b}[2J\n  server a\u{1b}[31m 10.0.0.1:80 \
        ch\u{8}k cookie x\n  server c 10.0.0.2:80 cookie x\n  \
        cookie S insert\u{9b}A\r\u{1b}[A\n";
    written(folder.path(), cfg, format!("{haproxy}{TWICE}").as_bytes());
    let nginx = "upstream b { server a; server \u{1b}[31mz\u{7}; wei\u{1b}[2Jrd 3; }\n";
    written(folder.path(), "n.conf", nginx.as_bytes());
    let keys = "[pools.p]\nx\u{9b} = 1\n\"a\\u001bb\" = 3 # \u{1b}[2J\u{202e}\n";
    written(folder.path(), own, keys.as_bytes());
    let log = "e\u{1b}[2J\u{7}\n10.0.0.1 - - [10/Oct/2024:13:55:36 +0000] \
        \"GET /\u{1b}c HTTP/1.1\" 200 5 \"-\" \"\u{9b}m\"\n";
    written(folder.path(), "a.log", log.repeat(20).as_bytes());
    let mut told = 0;
    for file in [cfg, "n.conf", own] {
        let mut lines = vec![vec!["import"], vec!["predict"], vec!["check"], vec!["serve", "-c"]];
        lines.push(vec!["explain"]);
        lines.push(vec!["predict", "--log", "a.log"]);
        lines.push(vec!["predict", "--log", "a.log", "--each"]);
        lines.push(vec!["audit", "--log", "a.log"]);
        lines.push(vec!["audit", "--fix"]);
        for form in ["text", "json", "sarif", "junit", "github", "markdown"] {
            lines.push(vec!["audit", "--format", form]);
        }
        for line in lines {
            let output = evenkeel(folder.path(), &[&line[..], &[file]].concat());
            let text = all(&output);
            let is_raw = |c: char| c.is_control() && c != '\n' && c != '\t' || c == '\u{202e}';
            assert!(!text.contains(is_raw), "{line:?} {file:?}: {text:?}");
            told += usize::from(text.contains("\\u001b") || text.contains("\\u{1b}"));
        }
    }
    assert!(told > 10, "{told} of them tell of a letter that is not seen");
}

/// Goal: whatever a name stands for, the audit ends with a word about it, and never as if all were
/// well. Method: a device, a pipe into which nobody writes, links in a circle, a line of 10 MB, a
/// byte order mark; each alone, and beside or inside another configuration.
#[test]
fn every_name_gets_an_answer() {
    let folder = Folder::new();
    let path = folder.path();
    let pipe = Command::new("mkfifo").arg(path.join("pipe")).status().expect("mkfifo");
    assert!(pipe.success());
    std::fs::create_dir(path.join("circle")).expect("a folder");
    symlink("loop.cfg", path.join("circle/loop.cfg")).expect("a link");
    written(path, "good.cfg", TWICE.as_bytes());
    let long = format!("backend b\n  server a 10.0.0.1:80 {}\n", "x".repeat(10_000_000));
    written(path, "long.cfg", long.as_bytes());
    written(path, "mark.cfg", format!("\u{feff}{TWICE}").as_bytes());
    written(path, "zero.conf", b"events {}\nhttp {\n  include /dev/zero;\n}\n");
    let check = |args: &[&str], expected: &str| {
        let output = evenkeel(path, &[&["audit"], args].concat());
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {text}");
        assert!(text.contains(expected), "{args:?}: {expected}:\n{text}");
    };
    check(&["/dev/zero"], "cannot read /dev/zero: larger than 64 MiB");
    check(&["good.cfg", "/dev/zero"], "cannot read /dev/zero: larger than 64 MiB");
    check(&["zero.conf"], "zero.conf:3:11: cannot include `/dev/zero`: larger than 64 MiB");
    check(&["pipe"], "cannot read pipe: it is a pipe, and within 5 s nobody writes into it");
    check(&["circle"], "Too many levels of symbolic links");
    check(&["long.cfg"], "long.cfg:2:1: a line too long to be read here");
    check(&["mark.cfg"], "mark.cfg:1:1: the file begins with a byte order mark");
}

/// Goal: the same of every other name that a command takes. Method: configurations, policies and
/// logs that are a device, a pipe into which nobody writes, and a folder.
#[test]
fn every_other_name_gets_an_answer() {
    let folder = Folder::new();
    let path = folder.path();
    let pipe = Command::new("mkfifo").arg(path.join("pipe")).status().expect("mkfifo");
    assert!(pipe.success());
    std::fs::create_dir(path.join("folder")).expect("a folder");
    written(path, "good.cfg", TWICE.as_bytes());
    let lines: [&[&str]; 6] = [
        &["check"],
        &["serve", "-c"],
        &["audit", "good.cfg", "--policy"],
        &["audit", "good.cfg", "--log"],
        &["predict", "good.cfg", "--log"],
        &["predict", "good.cfg", "--against"],
    ];
    let names = [
        ("/dev/zero", ["larger than 16 MiB", "larger than 64 MiB", "a line of more than 64 MiB"]),
        ("pipe", ["within 5 s nobody writes into it"; 3]),
        ("folder", ["Is a directory", "no file in it ends in `.cfg`", "Is a directory"]),
    ];
    std::thread::scope(|scope| {
        for line in lines {
            for (name, expected) in names {
                scope.spawn(move || {
                    let output = evenkeel(path, &[line, &[name]].concat());
                    let text = String::from_utf8_lossy(&output.stderr).into_owned();
                    assert!(output.status.code().is_some_and(|code| code > 0), "{line:?} {name}");
                    let is_told = expected.iter().any(|expected| text.contains(expected));
                    assert!(is_told, "{line:?} {name}: {expected:?}:\n{text}");
                });
            }
        }
    });
}

/// Goal: a log from a pipe is read as one from a disk, though its lines come once. Method: a
/// configuration with formats that are all tried, and a log that is longer than what is read first.
#[test]
fn a_log_from_a_pipe_is_read_once() {
    let folder = Folder::new();
    let path = folder.path();
    let config = "events {}\nhttp {\n  log_format a '$remote_addr [$msec] $request';\n  \
        log_format b '$remote_addr [$msec] \"$request\" $status $upstream_addr';\n  \
        upstream u { server 10.0.0.1; server 10.0.0.2; }\n  \
        server { location / { proxy_pass http://u; } }\n}\n";
    written(path, "nginx.conf", config.as_bytes());
    let line = |at: usize| {
        format!("10.1.0.{} [17000{at:05}.250] \"GET /{at} HTTP/1.1\" 200 10.0.0.1:80\n", at % 200)
    };
    let log: String = (0..9000).map(line).collect();
    written(path, "access.log", log.as_bytes());
    let pipe = Command::new("mkfifo").arg(path.join("pipe")).status().expect("mkfifo");
    assert!(pipe.success());
    let args = ["predict", "nginx.conf", "--format", "json", "--log"];
    let file = evenkeel(path, &[&args[..], &["access.log"]].concat());
    let writer = {
        let (pipe, log) = (path.join("pipe"), log.clone());
        std::thread::spawn(move || std::fs::write(pipe, log))
    };
    let piped = evenkeel(path, &[&args[..], &["pipe"]].concat());
    writer.join().expect("the writer ends").expect("all is read");
    assert!(all(&file).contains("\"lines\": 9000"), "{}", all(&file));
    assert_eq!(all(&piped), all(&file));
}

/// Goal: names that are no UTF-8 are not read as others without a word. Method: one in files of all
/// three products, and one in a comment, which is nobody's name.
#[test]
fn what_is_no_utf8_is_told() {
    let folder = Folder::new();
    let files: [(&str, &[u8], &str); 3] = [
        ("h.cfg", b"# caf\xe9\nbackend b\n  server web-\xe9 10.0.0.1:80\n", "h.cfg:3:14"),
        ("n.conf", b"# \xe9\nhttp {\n  upstream caf\xe9 { server 10.0.0.1; }\n}\n", "n.conf:3:15"),
        ("e.yaml", b"# \xe9\nstatic_resources:\n  clusters:\n  - name: caf\xe9\n", "e.yaml:4:14"),
    ];
    for (name, text, place) in files {
        written(folder.path(), name, text);
        let expected = format!("{place}: note: this is no UTF-8, and is read as U+FFFD\n");
        let told =
            String::from_utf8_lossy(&evenkeel(folder.path(), &["audit", name]).stderr).into_owned();
        assert!(told.contains(&expected), "{expected}:\n{told}");
        assert_eq!(told.matches("UTF-8").count(), 1, "{told}");
    }
}

/// Goal: lines end as they did, and nobody's file is half written. Method: line ends of Windows
/// mended; a file that is read-only, for a user who is not its lord and for one who is.
#[test]
fn files_are_mended_as_they_are() {
    let text = TWICE.replace(" nocache", "").replace("100 cookie a\n", "100\n");
    let text = text.replace("maxconn 100\n", "maxconn 100 cookie a\n").replace('\n', "\r\n");
    let folder = Folder::new();
    written(folder.path(), "w.cfg", text.as_bytes());
    let output = evenkeel(folder.path(), &["audit", "w.cfg", "--fix"]);
    let mended = std::fs::read_to_string(folder.path().join("w.cfg")).expect("the file");
    assert!(mended.contains(" nocache\r\n"), "{}", all(&output));
    assert_eq!(mended.matches('\n').count(), mended.matches("\r\n").count());

    written(folder.path(), "r.cfg", text.as_bytes());
    let read_only = std::fs::Permissions::from_mode(0o444);
    std::fs::set_permissions(folder.path().join("r.cfg"), read_only).expect("rights");
    let output = evenkeel(folder.path(), &["audit", "r.cfg", "--fix"]);
    let now = std::fs::read_to_string(folder.path().join("r.cfg")).expect("the file");
    match output.status.code() {
        Some(2) => assert!(now == text && all(&output).contains("Permission denied")),
        // The superuser may write what nobody may.
        _ => assert!(now.contains(" nocache\r\n"), "{}", all(&output)),
    }
}
