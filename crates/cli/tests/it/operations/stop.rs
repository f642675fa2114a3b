//! SIGTERM: nothing new, what is in flight finishes, and the exit code is 0.

use std::net::TcpStream;

use crate::support::{Balancer, Client, HandOrigin, Origin, pool, until};

const ANSWER: &str = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nlate";

/// A balancer with one request in flight, which the test holds.
fn in_flight(drain_timeout: &str) -> (Balancer, Client, Client) {
    let held = HandOrigin::open();
    let server = format!("drain_timeout = \"{drain_timeout}\"");
    let balancer = Balancer::start(&server, "", &pool("p", "", &[("a", held.address)]));
    let mut client = balancer.connect();
    client.send("GET / HTTP/1.1\r\nhost: test\r\n\r\n");
    let mut server = held.accept();
    let _ = server.head();
    (balancer, client, server)
}

/// Goal: a request in flight is answered in full; new connections and reloads are refused,
/// idle ones closed, and the admin listener says that it is not ready.
#[test]
fn requests_in_flight_finish() {
    let (mut balancer, mut client, mut server) = in_flight("15s");
    let mut idle = balancer.connect();
    until("both are connected", || balancer.status()["connections"]["open"] == 2);
    balancer.signal("TERM");
    assert!(idle.is_closed());
    until("new connections are refused", || TcpStream::connect(balancer.address).is_err());
    assert_eq!(balancer.page("/readyz"), "not ready\n");
    assert_eq!(balancer.page("/healthz"), "ok\n");
    assert_eq!(balancer.status()["ready"], false);
    let (status, body) = balancer.reload();
    assert_eq!(status, 409, "{body}");
    assert!(body.contains("the balancer is stopping and takes no new configuration"), "{body}");
    assert_eq!(balancer.status()["connections"]["open"], 1, "it is in no hurry");
    server.send(ANSWER);
    let response = client.response();
    assert_eq!((response.status, response.text().as_str()), (200, "late"));
    assert_eq!(response.field("connection"), Some("close"), "the client learns that it is over");
    assert!(client.is_closed());
    assert_eq!(balancer.wait().code(), Some(0));
    assert!(balancer.log().contains("stopping: no new connections"));
    assert!(balancer.log().ends_with("stopped\n"), "{}", balancer.log());
}

/// Goal: what never finishes is cut off when its time is over; the exit code is still 0.
#[test]
fn the_drain_has_an_end() {
    let (mut balancer, mut client, _server) = in_flight("300ms");
    balancer.signal("INT");
    assert_eq!(balancer.wait().code(), Some(0));
    assert!(balancer.log().contains("stopped with connections left after server.drain_timeout"));
    assert!(client.is_closed(), "without half an answer");
}

/// Goal: who cannot wait need not. Method: the signal again, until it is later than an echo.
#[test]
fn a_second_signal_ends_it_at_once() {
    let (mut balancer, mut client, _server) = in_flight("10m");
    balancer.signal("TERM");
    until("it has begun", || balancer.log().contains("stopping"));
    until("it has no more patience", || {
        balancer.signal("INT");
        balancer.log().contains("stopped at once, told so a second time connections=1")
    });
    assert_eq!(balancer.wait().code(), Some(0));
    assert!(client.is_closed());
}

/// Goal: the drain is as long as the configuration in force says.
#[test]
fn the_drain_follows_a_reload() {
    let (mut balancer, _client, _server) = in_flight("10m");
    let file = balancer.folder().join("evenkeel.toml");
    let text = std::fs::read_to_string(file).expect("the configuration");
    balancer.rewrite(&text.replace("\"10m\"", "\"100ms\""));
    assert_eq!(balancer.reload().0, 200);
    balancer.signal("TERM");
    assert_eq!(balancer.wait().code(), Some(0));
    assert!(balancer.log().contains("stopped with connections left"), "{}", balancer.log());
}

/// Goal: a body on its way is finished as well. Method: half of it before SIGTERM.
#[test]
fn a_body_on_its_way_finishes() {
    let (mut balancer, mut client, mut server) = in_flight("15s");
    server.send("HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\nhalf");
    let head = client.head();
    assert!(!head.contains("connection: close"));
    assert_eq!(client.exactly(4), b"half");
    balancer.signal("TERM");
    until("it has begun", || balancer.log().contains("stopping"));
    server.send("more");
    assert_eq!(client.exactly(4), b"more");
    assert!(client.is_closed());
    assert_eq!(balancer.wait().code(), Some(0));
}

/// Goal: a tunnel is in flight like any request: it goes on, and holds the stop up for as long
/// as a drain may take. Method: one that its server ends, and one that nobody ends.
#[test]
fn a_tunnel_goes_on_in_a_drain() {
    // Time enough for a word and its answer on a busy machine.
    for (drain, ends) in [("10m", true), ("3s", false)] {
        let (mut balancer, mut client, mut server) = tunnel(drain);
        balancer.signal("TERM");
        until("it has begun", || balancer.log().contains("stopping"));
        client.send("ping");
        assert_eq!(server.exactly(4), b"ping");
        server.send("pong");
        assert_eq!(client.exactly(4), b"pong");
        if ends {
            drop(server);
        }
        assert!(client.is_closed());
        drop(client);
        assert_eq!(balancer.wait().code(), Some(0));
        assert_eq!(balancer.log().contains("stopped with connections left"), !ends);
    }
}

/// A balancer with this drain, and both ends of a tunnel through it.
fn tunnel(drain: &str) -> (Balancer, Client, Client) {
    let origin = HandOrigin::open();
    let server = format!("drain_timeout = \"{drain}\"");
    let balancer = Balancer::start(&server, "", &pool("p", "", &[("a", origin.address)]));
    let upgrade = "GET / HTTP/1.1\r\nhost: t\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n";
    let (mut client, mut server) = origin.reached(&balancer, upgrade);
    server.send("HTTP/1.1 101 S\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n");
    assert!(client.head().starts_with("HTTP/1.1 101 "));
    until("it is counted", || balancer.status()["connections"]["tunnels"] == 1);
    (balancer, client, server)
}

/// Goal: the last requests are in the access log.
#[test]
fn the_log_is_whole() {
    let origin = Origin::named("a");
    let pool = pool("p", "", &[("a", origin.address)]);
    let mut balancer = Balancer::start("access_log = \"access.jsonl\"", "", &pool);
    let mut client = balancer.connect();
    for _ in 0..500 {
        assert_eq!(client.get("/").status, 200);
    }
    drop(client);
    balancer.signal("TERM");
    assert!(balancer.wait().success());
    let log = std::fs::read_to_string(balancer.folder().join("access.jsonl")).expect("a log");
    assert_eq!(log.lines().count(), 500);
}
