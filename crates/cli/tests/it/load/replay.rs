//! Access logs are played as they were recorded.

use std::fmt::Write as _;

use super::server::load_in;
use crate::support::{Balancer, Folder, Origin, pool, until};

/// Goal: times, methods, paths and clients of a combined log come back. Method: four requests of
/// two clients within six seconds, played three times as fast.
#[test]
fn a_combined_log_is_played() {
    let mut log = String::new();
    for (client, second, request) in [
        ("10.0.0.1", 0, "GET /first"),
        ("10.0.0.2", 0, "HEAD /second?x=1"),
        ("10.0.0.1", 6, "POST /fourth"),
        ("10.0.0.2", 3, "GET /third"),
    ] {
        let time = format!("10/Oct/2000:13:55:{second:02} -0700");
        let _ = writeln!(log, "{client} - - [{time}] \"{request} HTTP/1.1\" 200 5 \"-\" \"a b\"");
    }
    log += "nonsense\n";
    let folder = Folder::new();
    std::fs::write(folder.path().join("access.log"), log).expect("written");
    let origin = Origin::named("a");
    let url = format!("http://{}/", origin.address);
    let args = ["--replay", "access.log", "--speed", "3"];
    let loaded = load_in(folder.path(), &url, &args);
    loaded.went_well();
    assert_eq!((&loaded.json["requests"], &loaded.json["users"]), (&4.into(), &2.into()));
    let seconds = loaded.number("/seconds");
    assert!((1.99..=2.01).contains(&seconds), "{seconds}");
    assert!(loaded.told.contains("1 lines of access.log hold no request"), "{}", loaded.told);
    let received = origin.received();
    let order: Vec<&str> = received.lines().filter(|line| line.contains(" HTTP/1.1")).collect();
    let expected = ["GET /first", "HEAD /second?x=1", "GET /third", "POST /fourth"];
    assert_eq!(order, expected.map(|line| format!("{line} HTTP/1.1")));
}

/// Goal: what Evenkeel writes, this reads. Method: traffic through a balancer with an access log.
#[test]
fn our_own_access_log_is_played() {
    let origin = Origin::named("a");
    let pools = pool("p", "", &[("a", origin.address)]);
    let balancer = Balancer::start("access_log = \"access.jsonl\"", "", &pools);
    let mut client = balancer.connect();
    for path in ["/one", "/two?q=%20", "/one"] {
        assert_eq!(client.get(path).status, 200);
    }
    let log = balancer.folder().join("access.jsonl");
    let lines = || std::fs::read_to_string(&log).unwrap_or_default().lines().count();
    until("the log is written", || lines() >= 3);
    origin.forget();
    let name = log.to_str().expect("a name");
    let folder = Folder::new();
    let url = format!("http://{}/", origin.address);
    let loaded = load_in(folder.path(), &url, &["--replay", name]);
    loaded.went_well();
    assert_eq!((&loaded.json["requests"], &loaded.json["users"]), (&3.into(), &1.into()));
    assert_eq!(origin.received().matches("GET /one HTTP/1.1").count(), 2);
    assert_eq!(origin.received().matches("GET /two?q=%20 HTTP/1.1").count(), 1);
}
