//! Nobody reads what is written: a log is lost, an answer that was asked for is an error.

use std::fs::OpenOptions;
use std::net::SocketAddr;
use std::process::{Command, Output, Stdio};

use crate::support::{Balancer, Folder, Origin, pool, until};

const NOBODY: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 1);

/// The file that is always full.
fn full() -> Stdio {
    OpenOptions::new().write(true).open("/dev/full").expect("/dev/full").into()
}

fn valid() -> String {
    Balancer::text("", "", &pool("p", "", &[("a", NOBODY)]))
}

fn run(folder: &Folder, args: &[&str], out: Stdio, err: Stdio) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_evenkeel"));
    command.args(args).current_dir(folder.path()).stdout(out).stderr(err);
    command.output().expect("the command runs")
}

/// Goal: a log that cannot be written stops nothing. Method: its reader leaves; then a probe
/// changes its mind, a reload is done and one refused, and SIGTERM drains.
#[test]
fn a_log_that_nobody_reads() {
    let origin = Origin::named("a");
    let probe = "probe = { interval = \"100ms\", timeout = \"100ms\", rise = 1, fall = 1 }";
    let text = Balancer::text("", "", &pool("p", probe, &[("a", origin.address), ("b", NOBODY)]));
    let mut balancer = Balancer::start_unread(&text);
    let down = |name: &str| balancer.endpoint("p", name)["state"] == "down";
    until("the probe's verdict is obeyed", || down("b"));
    assert_eq!(balancer.reload().0, 200);
    balancer.rewrite("nonsense");
    assert_eq!(balancer.reload().0, 409);
    assert_eq!(balancer.connect().get("/").text(), "a");
    balancer.signal("TERM");
    assert_eq!(balancer.wait().code(), Some(0));
}

/// Goal: the exit code tells when stderr cannot.
#[test]
fn a_full_stderr() {
    let folder = Folder::with("nonsense");
    let code = |args: &[&str]| run(&folder, args, Stdio::null(), full()).status.code();
    assert_eq!(code(&["serve"]), Some(1));
    assert_eq!(code(&["serve", "-c", "nowhere.toml"]), Some(2));
    assert_eq!(code(&["check"]), Some(1));
    assert_eq!(code(&["reload", "--admin", "127.0.0.1:1"]), Some(2));
    assert_eq!(code(&["status", "--admin", "127.0.0.1:1"]), Some(2));
}

/// Goal: an answer that was not written is no answer, unless its reader had enough.
#[test]
fn a_full_stdout() {
    let folder = Folder::with(&valid());
    for args in [&["check"][..], &["check", "--format", "json"]] {
        let output = run(&folder, args, full(), Stdio::piped());
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.contains("error: the output cannot be written"), "{stderr}");
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let output = run(&folder, args, writer.into(), Stdio::piped());
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), &*stderr), (Some(0), ""));
    }
}

/// Goal: every command says the same of a file that cannot be read.
#[test]
fn an_unreadable_file() {
    let folder = Folder::new();
    for command in ["check", "serve"] {
        let output = run(&folder, &[command], Stdio::null(), Stdio::piped());
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(stderr.starts_with("error: "), "{stderr}");
        assert!(stderr.contains("\n  hint: name the file with `-c FILE`"), "{stderr}");
    }
}
