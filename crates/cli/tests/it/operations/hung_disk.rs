//! A disk that hangs: only the lines meant for it are lost. Method: pipes that nobody reads.

use std::fs::OpenOptions;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::support::{Balancer, Folder, Origin, pool, until};

const LOG: &str = "access_log = \"pipe\"\ndrain_timeout = \"300ms\"";

fn pipe(folder: &Folder) -> PathBuf {
    let path = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&path).status().expect("mkfifo runs").success());
    path
}

/// Whether the process handles SIGHUP, SIGUSR1 and SIGTERM itself.
fn handles_signals(child: &Child) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).expect("it runs");
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).expect("a mask");
    let caught = u64::from_str_radix(caught.trim(), 16).expect("hexadecimal");
    [1, 10, 15].iter().all(|signal| caught & (1 << (signal - 1)) != 0)
}

fn signal(child: &Child, name: &str) {
    let arguments = [format!("-{name}"), child.id().to_string()];
    assert!(Command::new("kill").args(arguments).status().expect("kill runs").success());
}

/// Goal: signals and the admin listener are answered, and SIGTERM ends it.
#[test]
fn it_serves_and_stops() {
    let folder = Folder::new();
    let path = pipe(&folder);
    let _reader = OpenOptions::new().read(true).write(true).open(&path).expect("the pipe");
    let origin = Origin::named("a");
    let server = LOG.replace("\"pipe\"", &format!("\"{}\"", path.display()));
    let mut balancer = Balancer::start(&server, "", &pool("p", "", &[("a", origin.address)]));
    let mut client = balancer.connect();
    let long = format!("/{}", "x".repeat(8000));
    for _ in 0..30 {
        assert_eq!(client.get(&long).status, 200);
    }
    balancer.signal("USR1");
    balancer.signal("HUP");
    until("it reloads", || balancer.status()["config"]["revision"] == 1);
    drop(client);
    balancer.signal("TERM");
    assert_eq!(balancer.wait().code(), Some(0));
    assert!(balancer.log().contains("its last lines are lost lines="), "{}", balancer.log());
}

/// Goal: signals are obeyed from the first moment on. Method: the start hangs, for nobody has
/// opened the pipe.
#[test]
fn a_start_that_hangs() {
    let origin = Origin::named("a");
    let folder = Folder::with(&Balancer::text(LOG, "", &pool("p", "", &[("a", origin.address)])));
    pipe(&folder);
    let mut child = Command::new(env!("CARGO_BIN_EXE_evenkeel"))
        .arg("serve")
        .current_dir(folder.path())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    until("it handles signals", || handles_signals(&child));
    signal(&child, "HUP");
    signal(&child, "USR1");
    signal(&child, "TERM");
    let mut ended = None;
    until("it ends", || {
        ended = child.try_wait().expect("it can be waited for");
        ended.is_some()
    });
    assert_eq!(ended.expect("it ended").code(), Some(0));
}
