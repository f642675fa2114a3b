//! `evenkeel audit --schedule`: goes on until it is told to end, and knows what it saw before.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use super::files::{TWICE, folder};
use crate::support::evenkeel;

const DAILY: [&str; 6] = ["audit", "haproxy.cfg", "--schedule", "daily", "--state-dir", "state"];

fn start(folder: &Path) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_evenkeel"));
    command.args(DAILY).current_dir(folder).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("it starts")
}

/// The lines of the first audit: one of figures, and two for each change.
fn first(child: &mut Child, changes: usize) -> String {
    let lines = BufReader::new(child.stdout.as_mut().expect("its words")).lines();
    let lines: Vec<String> = lines.take(1 + 2 * changes).map_while(Result::ok).collect();
    lines.join("\n")
}

fn end(mut child: Child) {
    kill_process(Pid::from_child(&child), Signal::TERM).expect("told to end");
    assert_eq!(child.wait().expect("ended").code(), Some(0));
}

/// Goal: who runs another balancer is told what is new and what has gone, also of the time in which
/// nobody audited. Method: a fault, its mending while the command is down, and its return.
#[test]
fn what_is_new_and_what_has_gone_is_told() {
    let folder = folder(TWICE);
    let path = folder.path();
    let mut child = start(path);
    let text = first(&mut child, 1);
    assert!(text.contains(" haproxy.cfg: ") && text.contains("; the next audit is in "), "{text}");
    assert!(text.contains("EKP101 duplicate-persistence-key, new\n    haproxy.cfg:"), "{text}");
    end(child);

    let mended =
        TWICE.replace("2:80 check maxconn 100 cookie a", "2:80 check maxconn 100 cookie b");
    std::fs::write(path.join("haproxy.cfg"), mended).expect("written");
    let mut child = start(path);
    let text = first(&mut child, 1);
    assert!(text.contains("EKP101 duplicate-persistence-key, gone after "), "{text}");
    end(child);

    let mut child = start(path);
    let text = first(&mut child, 0);
    assert!(text.contains(" 0 new, 0 gone; "), "{text}");
    end(child);
}

/// Goal: a slip of the hand is no daemon that audits nothing.
#[test]
fn what_cannot_be_audited_at_first_ends_it() {
    let folder = folder(TWICE);
    let check = |args: &[&str], expected: &str| {
        let output = evenkeel(folder.path(), &[&["audit"], args].concat());
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(error.contains(expected), "{args:?}: {error}");
    };
    check(&["absent.cfg", "--schedule", "daily"], "cannot read absent.cfg");
    check(&["haproxy.cfg", "--schedule", "often"], "invalid value 'often'");
    check(&["haproxy.cfg", "--schedule", "0 0 30 2 *"], "that day never comes");
    check(&["haproxy.cfg", "--schedule", "daily", "--fix"], "cannot be used with '--fix'");
    let twice = ["haproxy.cfg", "--schedule", "daily", "--log", "a", "--log", "b"];
    check(&twice, "name the one that grows");
    let held = ["haproxy.cfg", "--schedule", "daily", "--state-dir", "haproxy.cfg"];
    check(&held, "haproxy.cfg");
}
