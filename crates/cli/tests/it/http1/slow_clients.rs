//! What a client may take: each of its deadlines, and what it hears.

use std::io::{ErrorKind, Write};

use crate::support::{Balancer, Client, HandOrigin, Origin, until};

fn timeouts(text: &str) -> String {
    format!("timeouts = {{ {text} }}")
}

/// The balancer's own answer, then the end.
fn is_late(client: &mut Client) {
    let response = client.response();
    assert_eq!(response.status, 408, "{}", response.head);
    assert_eq!(response.field("x-evenkeel-error"), Some("request_timeout"));
    assert_eq!(response.field("connection"), Some("close"));
    assert!(client.is_closed());
}

fn has_answer(client: &Client) -> bool {
    client.stream.set_nonblocking(true).expect("a look without waiting");
    let seen = client.stream.peek(&mut [0]);
    client.stream.set_nonblocking(false).expect("waiting again");
    seen.is_ok()
}

#[test]
fn a_head_that_does_not_end_is_a_408() {
    let origin = Origin::named("web1");
    let balancer = Balancer::single("", &timeouts("head = \"150ms\""), "", origin.address);
    for part in ["G", "GET / HTTP/1.1\r\nhost: te", "GET / HTTP/1.1\r\nhost: test\r\n", "\r\nG"] {
        let mut client = balancer.connect();
        client.send(part);
        is_late(&mut client);
    }
    // The time is the whole head's, not each byte's.
    let mut client = balancer.connect();
    client.send("GET / HTTP/1.1\r\nhost: test\r\nx: ");
    until("an answer comes", || {
        client.send("a");
        has_answer(&client)
    });
    is_late(&mut client);
    // Neither does a request before it buy time, nor one that is pipelined.
    let mut client = balancer.connect();
    client.send("GET / HTTP/1.1\r\nhost: test\r\n\r\nGET / HTT");
    assert_eq!(client.response().status, 200);
    is_late(&mut client);
    assert_eq!(origin.received().matches("GET /").count(), 1);
}

#[test]
fn an_idle_connection_is_closed_without_a_word() {
    let origin = Origin::named("web1");
    let balancer = Balancer::single("", &timeouts("idle = \"150ms\""), "", origin.address);
    let mut silent = balancer.connect();
    assert!(silent.is_closed());
    let mut client = balancer.connect();
    assert_eq!(client.get("/").status, 200);
    assert!(client.is_closed());
}

/// Goal: an empty line between requests means nothing (RFC 9112, section 2.2), to an idle
/// connection's end as little as to a request. Method: it comes at once, late, and in halves.
#[test]
fn an_empty_line_is_no_head() {
    let origin = Origin::named("web1");
    let short = timeouts("idle = \"400ms\", head = \"100ms\"");
    let balancer = Balancer::single("", &short, "", origin.address);
    for line in ["GET / HTTP/1.1\r\nhost: test\r\n\r\n\r\n", "\r\n", "\r"] {
        let mut client = balancer.connect();
        client.send(line);
        if line.len() > 2 {
            assert_eq!(client.response().status, 200);
        }
        assert!(client.is_closed(), "without a word after {line:?}");
    }
    let mut client = balancer.connect();
    for _ in 0..3 {
        assert_eq!(client.get("/").status, 200);
        client.send("\r");
        client.send("\n");
    }
    // The time for a head begins with the head.
    client.send("GET / HTT");
    is_late(&mut client);
}

#[test]
fn a_body_that_stops_is_a_408() {
    let origin = HandOrigin::open();
    let balancer = Balancer::single("", &timeouts("body = \"150ms\""), "", origin.address);
    for (framing, body) in [
        ("content-length: 1000000000", "a"),
        ("content-length: 5", ""),
        ("transfer-encoding: chunked", "5\r\nhe"),
        ("transfer-encoding: chunked", "5\r\nhello\r\n0\r\n"),
    ] {
        let (mut client, mut upstream) = origin.reached(
            &balancer,
            &format!("POST / HTTP/1.1\r\nhost: test\r\n{framing}\r\n\r\n{body}"),
        );
        is_late(&mut client);
        upstream.rest();
    }
}

/// Goal: a body's deadline is for each pause; a body that keeps coming may take its time.
#[test]
fn a_body_that_keeps_coming_may_take_its_time() {
    let origin = HandOrigin::open();
    let balancer = Balancer::single("", &timeouts("body = \"400ms\""), "", origin.address);
    let (mut client, mut upstream) =
        origin.reached(&balancer, "POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 80\r\n\r\n");
    for _ in 0..80 {
        client.send("a");
        upstream.exactly(1);
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    upstream.send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    assert_eq!(client.response().status, 200);
}

/// Goal: a client that takes nothing is given up, and its origin with it.
/// Method: the origin may pause as long as it likes, so that only the client's time counts.
#[test]
fn a_client_that_takes_nothing_is_given_up() {
    let origin = HandOrigin::open();
    let pool = timeouts("response_idle = \"1h\"");
    let balancer = Balancer::single("", &timeouts("send = \"200ms\""), &pool, origin.address);
    let (mut client, mut upstream) =
        origin.reached(&balancer, "GET / HTTP/1.1\r\nhost: test\r\n\r\n");
    upstream.send("HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n");
    let piece = vec![0; 1 << 20];
    let mut taken = 0;
    let error = loop {
        match upstream.stream.write_all(&piece) {
            Ok(()) => taken += 1,
            Err(error) => break error,
        }
        assert!(taken < 1000, "the whole response was taken");
    };
    assert_ne!(error.kind(), ErrorKind::WouldBlock, "the balancer waits on");
    assert!(client.rest().len() < 1_000_000_000);
}
