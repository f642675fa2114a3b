//! The access log: what a line says, rotation, and a disk that is full.

use std::path::Path;

use serde_json::Value;

use crate::support::{Balancer, Client, Origin, Reply, free_address, pool, until};

const LOG: &str = "access_log = \"access.jsonl\"";

/// The whole lines so far: a batch that is being written may be seen in part.
fn lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    whole.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
}

/// The line of a path, once it is there.
fn line_of(balancer: &Balancer, path: &str) -> Value {
    let mut found = None;
    until("the line is written", || {
        let all = lines(&balancer.folder().join("access.jsonl"));
        found = all.into_iter().find(|line| line["path"] == path);
        found.is_some()
    });
    found.expect("it was waited for")
}

/// Goal: the documented fields, with their values. Method: a POST whose answer has a body.
#[test]
fn fields() {
    let origin = Origin::start(|_| Reply::status(201, "made"));
    let pool = pool("p", "affinity = {}", &[("a", origin.address)]);
    let balancer = Balancer::start(LOG, "", &pool);
    let mut client = balancer.connect();
    client.send("POST /x?y=\"1 HTTP/1.1\r\nhost: Shop.test:80\r\ncontent-length: 3\r\n\r\nbuy");
    let response = client.response();
    assert_eq!(response.status, 201);
    let line = line_of(&balancer, "/x?y=\"1");
    let mut keys: Vec<&str> =
        line.as_object().expect("an object").keys().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(
        keys,
        [
            "affinity",
            "attempts",
            "bytes_in",
            "bytes_out",
            "client",
            "duration_ms",
            "endpoint",
            "first_byte_ms",
            "host",
            "listener",
            "method",
            "path",
            "pool",
            "queue_ms",
            "reason",
            "status",
            "time",
        ]
    );
    for (key, value) in [
        ("client", "127.0.0.1"),
        ("listener", "web"),
        ("method", "POST"),
        ("host", "Shop.test:80"),
        ("pool", "p"),
        ("endpoint", "a"),
        ("affinity", "new"),
    ] {
        assert_eq!(line[key], value, "{key}");
    }
    for (key, value) in [("status", 201), ("bytes_in", 3), ("bytes_out", 4), ("attempts", 1)] {
        assert_eq!(line[key], value, "{key}");
    }
    let duration = line["duration_ms"].as_f64().expect("a number");
    assert!(line["first_byte_ms"].as_f64().is_some_and(|first| first > 0.0 && first <= duration));
    let time = line["time"].as_str().expect("text");
    assert!(time.len() == 24 && time.starts_with("20") && time.ends_with('Z'), "{time}");
}

/// Goal: failures say what failed. Method: nobody there; a retry; a client that leaves; bytes
/// that are no request.
#[test]
fn failures() {
    let origin = Origin::start(|request| match request.starts_with("GET /slow") {
        true => Reply::Take(Box::new(|stream| drop(Client::over(stream).rest()))),
        false => Reply::ok("a"),
    });
    let dead = pool("dead", "", &[("gone", free_address())]);
    let route = "[[routes]]\npath_prefix = \"/dead\"\npool = \"dead\"\n";
    let both =
        pool("p", "policy = \"round_robin\"", &[("a", origin.address), ("gone", free_address())]);
    let balancer = Balancer::start(LOG, "", &format!("{route}{both}{dead}"));
    let mut client = balancer.connect();
    assert_eq!(client.get("/dead").status, 502);
    let line = line_of(&balancer, "/dead");
    assert_eq!((&line["status"], &line["error"]), (&502.into(), &"connect_failed".into()));
    for number in 0..2 {
        assert_eq!(client.get(&format!("/{number}")).status, 200);
    }
    let tries = [line_of(&balancer, "/0"), line_of(&balancer, "/1")];
    let retried = tries.iter().find(|line| line["attempts"] == 2).expect("one was tried twice");
    assert_eq!((&retried["reason"], &retried["endpoint"]), (&"retry".into(), &"a".into()));
    let mut leaves = balancer.connect();
    leaves.send("GET /slow HTTP/1.1\r\nhost: test\r\n\r\n");
    until("it is asked", || origin.received().contains("/slow"));
    drop(leaves);
    let line = line_of(&balancer, "/slow");
    assert_eq!((&line["error"], &line["status"]), (&"client_gone".into(), &499.into()));
}

/// Goal: rotation loses no line. Method: renamed under traffic, then SIGUSR1.
#[test]
fn rotation() {
    let origin = Origin::named("a");
    let balancer = Balancer::start(LOG, "", &pool("p", "", &[("a", origin.address)]));
    let (log, moved) =
        (balancer.folder().join("access.jsonl"), balancer.folder().join("old.jsonl"));
    let mut client = balancer.connect();
    let mut sent = 0;
    let mut send = |count: u32| {
        for _ in 0..count {
            assert_eq!(client.get("/").status, 200);
            sent += 1;
        }
        sent
    };
    send(100);
    std::fs::rename(&log, &moved).expect("renamed");
    send(100);
    balancer.signal("USR1");
    until("a new file is there", || log.exists());
    let sent = send(100) as usize;
    until("all lines are there", || lines(&log).len() + lines(&moved).len() == sent);
    assert!(lines(&log).len() >= 100, "the new file has at least what came after");
    let written = &balancer.status()["access_log"];
    assert_eq!((&written["written"], &written["dropped"]), (&300.into(), &0.into()));
}

/// Goal: a full disk stops nothing, and what it cost is counted. Method: /dev/full.
#[test]
fn a_full_disk() {
    let origin = Origin::named("a");
    let pool = pool("p", "", &[("a", origin.address)]);
    let balancer = Balancer::start("access_log = \"/dev/full\"", "", &pool);
    let mut client = balancer.connect();
    for _ in 0..100 {
        assert_eq!(client.get("/").status, 200);
    }
    until("the loss is counted", || balancer.status()["access_log"]["dropped"] == 100);
    assert_eq!(balancer.status()["access_log"]["written"], 0);
    let metrics = balancer.page("/metrics");
    assert!(metrics.contains("\nevenkeel_access_log_lines_dropped_total 100\n"), "{metrics}");
}

/// Goal: a request that no pool saw is on record as well, and where its end is known it does not
/// cost those behind it. Method: a host that nobody serves between two that are served, on one
/// connection; then heads that are refused.
#[test]
fn refused_requests_are_on_record() {
    let origin = Origin::named("a");
    let pool = pool("p", "", &[("a", origin.address)]);
    let text = Balancer::text(LOG, "", &pool);
    let text = text.replace("[[routes]]", "[[routes]]\nhosts = [\"shop.test\"]");
    let balancer = Balancer::start_text(&text);
    let mut client = balancer.connect();
    let get = |host: &str, path: &str| format!("GET {path} HTTP/1.1\r\nhost: {host}\r\n\r\n");
    client.send(&(get("shop.test", "/1") + &get("other.test", "/2") + &get("shop.test", "/3")));
    assert_eq!(client.response().status, 200);
    let refused = client.response();
    assert_eq!((refused.status, refused.field("connection")), (404, None));
    assert_eq!(client.response().status, 200, "the request behind it");
    client.send("POST /4 HTTP/1.1\r\nhost: other.test\r\ncontent-length: 5\r\n\r\nhello");
    let refused = client.response();
    assert_eq!((refused.status, refused.field("connection")), (404, Some("close")));
    assert!(client.is_closed(), "its body is not a request");
    for (path, method, host) in [("/2", "GET", "other.test"), ("/4", "POST", "other.test")] {
        let line = line_of(&balancer, path);
        let said = [&line["method"], &line["host"], &line["pool"], &line["endpoint"]];
        assert_eq!(said, [method, host, "", ""], "{line}");
        assert_eq!((&line["status"], &line["error"]), (&404.into(), &"no_route".into()));
        assert_eq!((&line["client"], &line["listener"]), (&"127.0.0.1".into(), &"web".into()));
    }
    let mut client = balancer.connect();
    client.send("GET /5 HTTP/1.1\r\nhost : shop.test\r\n\r\n");
    assert_eq!(client.response().status, 400);
    let line = line_of(&balancer, "");
    assert_eq!((&line["status"], &line["error"]), (&400.into(), &"bad_request".into()));
}
