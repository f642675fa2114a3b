//! What keeps the balancer from starting, and what it says then.

use std::net::{SocketAddr, TcpListener};

use crate::support::{Balancer, Folder, evenkeel, pool};

const NOBODY: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 1);

fn valid(server: &str, pool_extra: &str) -> String {
    Balancer::text(server, "", &pool("p", pool_extra, &[("a", NOBODY)]))
}

/// Starts with this configuration and expects it to end: exit code and stderr.
fn refused(config: &str) -> (Option<i32>, String) {
    let folder = Folder::with(config);
    let output = evenkeel(folder.path(), &["serve"]);
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

fn check(config: &str, code: i32, parts: &[&str]) {
    let (got, stderr) = refused(config);
    assert_eq!(got, Some(code), "{stderr}");
    for part in parts {
        assert!(stderr.contains(part), "{part} is not in:\n{stderr}");
    }
    assert!(!stderr.contains("panicked"), "{stderr}");
}

#[test]
fn a_listener_s_port_in_use() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("its address").to_string();
    let config = valid("", "").replacen(
        "name = \"web\"\naddress = \"127.0.0.1:0\"",
        &format!("name = \"web\"\naddress = \"{address}\""),
        1,
    );
    let hint = "hint: another process listens there; stop it, or choose another address";
    check(&config, 1, &["error: listener `web` cannot listen on", &address, hint]);
}

/// Goal: a second balancer does not silently share the first one's port.
#[test]
fn another_balancer_s_port() {
    let first = Balancer::start("", "", &pool("p", "", &[("a", NOBODY)]));
    let address = first.address.to_string();
    let config = valid("", "").replacen(
        "name = \"web\"\naddress = \"127.0.0.1:0\"",
        &format!("name = \"web\"\naddress = \"{address}\""),
        1,
    );
    check(&config, 1, &["cannot listen on", &address]);
}

#[test]
fn the_admin_port_in_use() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("its address").to_string();
    let config = valid("", "").replacen("127.0.0.1:0", &address, 1);
    check(&config, 1, &["error: the admin listener cannot listen on", &address, "`server.admin`"]);
}

#[test]
fn an_address_of_another_machine() {
    let config = valid("", "").replacen(
        "name = \"web\"\naddress = \"127.0.0.1:0\"",
        "name = \"web\"\naddress = \"192.0.2.1:80\"",
        1,
    );
    check(&config, 1, &["cannot listen on 192.0.2.1:80", "no interface of this machine has it"]);
}

/// Goal: a balancer without its workers does not claim to serve. Method: ever more files, from
/// too few for anything to enough for everything.
#[test]
fn too_few_files_for_its_workers() {
    let folder = Folder::with(&valid("", ""));
    let mut outcomes = Vec::new();
    for files in (12..60).step_by(2) {
        let script = format!("ulimit -n {files}; exec timeout -s TERM 1 \"$0\" serve");
        let output = std::process::Command::new("sh")
            .args(["-c", &script, env!("CARGO_BIN_EXE_evenkeel")])
            .current_dir(folder.path())
            .output()
            .expect("sh runs");
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        let serves = stderr.contains(" listening listener=");
        assert_ne!(serves, stderr.contains("error: "), "{files} files:\n{stderr}");
        outcomes.push((stderr.contains("a thread cannot be started"), serves));
        if serves {
            break;
        }
    }
    assert!(outcomes.iter().any(|(no_thread, _)| *no_thread), "{outcomes:?}");
    assert!(outcomes.last().is_some_and(|(_, serves)| *serves), "{outcomes:?}");
}

#[test]
fn no_configuration() {
    let folder = Folder::new();
    let output = evenkeel(folder.path(), &["serve", "-c", "nowhere.toml"]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("nowhere.toml"), "{stderr}");
}

#[test]
fn an_invalid_configuration() {
    let config = valid("drain_timeot = \"1s\"", "polcy = \"random\"");
    check(&config, 1, &["did you mean `drain_timeout`?", "did you mean `policy`?"]);
}

/// Goal: without a key for its cookies it does not start. Method: a file stands in the
/// directory's place, which stops even root.
#[test]
fn a_state_directory_that_cannot_be() {
    let config = valid("state_dir = \"evenkeel.toml/state\"", "affinity = {}");
    check(
        &config,
        1,
        &[
            "error: the key that signs session cookies cannot be kept in `evenkeel.toml/state`",
            "set `server.state_dir`",
        ],
    );
}

#[test]
fn an_access_log_that_cannot_be() {
    let config = valid("access_log = \"nowhere/access.jsonl\"", "");
    check(
        &config,
        1,
        &["error: the access log `nowhere/access.jsonl` cannot be opened", "create its directory"],
    );
}
