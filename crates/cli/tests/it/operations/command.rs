//! Commands that need no running balancer, and limits on how many may come.

use std::io::Read;
use std::net::TcpStream;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::Value;

use crate::support::{Balancer, Folder, Origin, evenkeel, pool, until};

/// Goal: `check` answers 0, 1 and 2, for people and for programs.
#[test]
fn check() {
    let origin = Origin::named("a");
    let good = Balancer::text("", "", &pool("p", "", &[("a", origin.address)]));
    let bad = good.replace("[[routes]]\npool", "[[routes]]\npol") + "weight = -1.0\n";
    for (text, code) in [(good, 0), (bad, 1)] {
        let folder = Folder::with(&text);
        let output = evenkeel(folder.path(), &["check"]);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{stderr}");
        let json = evenkeel(folder.path(), &["check", "--format", "json"]);
        assert_eq!(json.status.code(), Some(code));
        let report: Value = serde_json::from_slice(&json.stdout).expect("JSON");
        if code == 1 {
            for part in ["evenkeel.toml:", "did you mean `pool`?", "weight = -1.0"] {
                assert!(stderr.contains(part), "{part}:\n{stderr}");
            }
            assert!(report["problems"].as_array().is_some_and(|list| list.len() >= 2), "{report}");
        }
    }
    let folder = Folder::new();
    let output = evenkeel(folder.path(), &["check"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("evenkeel.toml"));
}

/// Goal: a warning is shown to people and programs, and the file stays valid. Method: a request
/// that ends before a hung server is noticed; checked, served and reloaded.
#[test]
fn warnings() {
    let origin = Origin::named("a");
    let hasty = pool("p", "timeouts = { request = \"60s\" }", &[("a", origin.address)]);
    let folder = Folder::with(&Balancer::text("", "", &hasty));
    let output = evenkeel(folder.path(), &["check"]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    assert!(stderr.starts_with("warning[timeout-order]: "), "{stderr}");
    assert!(stderr.ends_with("evenkeel.toml: 1 warning\n"), "{stderr}");
    let json = evenkeel(folder.path(), &["check", "--format", "json"]);
    let report: Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!((json.status.code(), &report["valid"]), (Some(0), &true.into()));
    assert_eq!(report["problems"][0]["severity"], "warning", "{report}");
    let balancer = Balancer::start("", "", &hasty);
    assert!(balancer.log().contains("warning[timeout-order]"), "{}", balancer.log());
    let (status, message) = balancer.reload();
    assert_eq!(status, 200);
    assert!(message.contains("warning[timeout-order]"), "{message}");
}

/// Goal: the help of each command holds what one must know to use it.
#[test]
fn help() {
    let folder = Folder::new();
    for (command, parts) in [
        ("serve", &["SIGTERM", "SIGHUP", "SIGUSR1", "EVENKEEL_LOG", "--log-format", "Exit"][..]),
        ("check", &["Exit codes"]),
        ("demo", &["Exits with 0", "killed"]),
        ("status", &["Exits with 0", "A bar is"]),
        ("top", &["Exits with 0", "A bar is", "until q"]),
        ("reload", &["Exits with 0", "nothing changes"]),
    ] {
        let output = evenkeel(folder.path(), &[command, "--help"]);
        let text = String::from_utf8_lossy(&output.stdout);
        // Lines end where the terminal does.
        let text: Vec<&str> = text.split_whitespace().collect();
        let text = text.join(" ");
        for part in parts {
            assert!(text.contains(part), "{part} is not in:\n{text}");
        }
    }
}

/// Goal: the first minute, for programs. Method: a short demo; its last line is the documented
/// object, and no request failed.
#[test]
fn demo() {
    let folder = Folder::new();
    let output = evenkeel(folder.path(), &["demo", "--for", "6s", "--format", "json"]);
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{stdout}\n{stderr}");
    let summary: Value =
        serde_json::from_str(stdout.lines().last().expect("a line")).expect("JSON");
    assert_eq!(summary["failed_requests"], 0, "{summary}");
    assert!(summary["requests"].as_u64() > Some(1500), "{summary}");
    assert!(summary["duration_s"].as_f64() >= Some(5.9), "{summary}");
    let endpoints = summary["pools"][0]["endpoints"].as_array().expect("a list");
    assert!(summary["pools"][0]["name"].is_string() && endpoints.len() == 5, "{summary}");
    let sum = |key: &str| endpoints.iter().filter_map(|e| e[key].as_f64()).sum::<f64>();
    assert!((sum("share") - 1.0).abs() < 0.001, "{summary}");
    assert!((sum("intended_share") - 1.0).abs() < 0.05, "{summary}");
    for endpoint in endpoints {
        assert!(endpoint["name"].is_string() && endpoint["requests"].as_u64() > Some(0));
        assert!(endpoint["pressure_mean"].as_f64() > Some(0.0), "{endpoint}");
        assert!(endpoint["p99_ms"].as_f64() > Some(0.0), "{endpoint}");
    }
    let events = summary["events"].as_array().expect("a list");
    assert!(events.len() >= 2, "a death and a return: {summary}");
    assert!(events.iter().all(|e| e["at_s"].is_number() && e["what"].is_string()), "{summary}");
    assert_eq!(std::fs::read_dir(folder.path()).expect("it is there").count(), 0, "no traces");
}

/// Goal: ten thousand connections are open at once, and not one more than the limit.
#[test]
fn ten_thousand_connections() {
    const MOST: usize = 10_000;
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    setrlimit(Resource::Nofile, raised).expect("the hard limit can be had");
    let origin = Origin::named("a");
    let server = format!("max_connections = {MOST}");
    // Few requests at a time leave nearly all of the 20,000 descriptors to the clients.
    let pool = pool("p", "", &[("a", origin.address)]) + "limit = 100\n";
    let balancer = Balancer::start(&server, "", &pool);
    assert_eq!(balancer.status()["connections"]["max"], MOST);
    let mut clients: Vec<TcpStream> = Vec::new();
    while clients.len() < MOST {
        clients.push(TcpStream::connect(balancer.address).expect("a connection"));
    }
    until("all are open", || balancer.status()["connections"]["open"] == MOST);
    let mut refused = TcpStream::connect(balancer.address).expect("the kernel accepts it");
    assert!(matches!(refused.read(&mut [0]), Ok(0) | Err(_)), "it is closed at once");
    assert_eq!(balancer.status()["connections"]["refused"], 1);
    drop(clients.split_off(MOST - 10));
    until("ten have left", || balancer.status()["connections"]["open"] == MOST - 10);
    for _ in 0..10 {
        assert_eq!(balancer.connect().get("/").status, 200);
    }
}

/// Goal: one address does not take all places.
#[test]
fn connections_of_one_client() {
    let origin = Origin::named("a");
    let pool = pool("p", "", &[("a", origin.address)]);
    let balancer = Balancer::start("max_connections_per_client = 2", "", &pool);
    let (mut one, mut two) = (balancer.connect(), balancer.connect());
    assert_eq!((one.get("/").status, two.get("/").status), (200, 200));
    assert!(balancer.connect().is_closed());
    drop(two);
    until("a place is free", || balancer.status()["connections"]["open"] == 1);
    assert_eq!(balancer.connect().get("/").status, 200);
    assert_eq!(one.get("/").status, 200);
}
