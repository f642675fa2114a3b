//! A load that is ended by a signal tells what it has done.

use std::io::Read;
use std::process::{Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::support::{Origin, until};

/// Goal: Ctrl-C ends a load early, with its report. Method: an hour of load, interrupted when its
/// first requests have arrived.
#[test]
fn an_interrupted_load_reports() {
    let origin = Origin::named("a");
    let url = format!("http://{}/", origin.address);
    let mut child = Command::new(env!("CARGO_BIN_EXE_evenkeel"))
        .args(["load", &url, "--rate", "100/s", "--for", "1h", "--format", "json"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    until("requests arrive", || origin.received().matches("GET / ").count() > 20);
    let pid = Pid::from_child(&child);
    kill_process(pid, Signal::INT).expect("a signal");
    let (mut text, mut told) = (String::new(), String::new());
    child.stdout.take().expect("stdout").read_to_string(&mut text).expect("text");
    child.stderr.take().expect("stderr").read_to_string(&mut told).expect("text");
    let status = child.wait().expect("an end");
    let json: Value = serde_json::from_str(text.trim()).expect("an object");
    assert!(matches!(status.code(), Some(0 | 3)), "{status} {told}");
    assert_eq!(json["interrupted"], true);
    assert!(json["requests"].as_u64() > Some(10) && json["errors"] == 0, "{json}");
    assert!(json["seconds"].as_f64().is_some_and(|seconds| seconds < 60.0), "{json}");
    assert!(told.contains("Ctrl-C: waiting"), "{told}");
}
