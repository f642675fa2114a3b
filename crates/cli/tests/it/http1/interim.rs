//! Interim responses, and final ones that come before the request is over.

use super::payload::payload;
use crate::support::{Balancer, HandOrigin};

const EXPECT: &str = "POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 5\r\n\
                      expect: 100-continue\r\n\r\n";

#[test]
fn continue_is_passed_on_before_the_body() {
    let origin = HandOrigin::open();
    let balancer = Balancer::single("", "", "", origin.address);
    let mut client = balancer.connect();
    client.send(EXPECT);
    let mut upstream = origin.accept();
    assert!(upstream.head().contains("\r\nexpect: 100-continue\r\n"));
    upstream.send("HTTP/1.1 100 Continue\r\n\r\n");
    assert_eq!(client.response().head, "HTTP/1.1 100 Continue");
    client.send("hello");
    assert_eq!(upstream.exactly(5), b"hello");
    upstream.send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    assert_eq!(client.response().head, "HTTP/1.1 200 OK\r\ncontent-length: 0");
    // Both connections carry on.
    client.send("GET /next HTTP/1.1\r\nhost: test\r\n\r\n");
    assert!(upstream.head().starts_with("GET /next "));
}

/// Goal: an answer in place of "go on" leaves a connection on which the origin still waits
/// for a body; it is never used again, and the client is told that its own closes.
#[test]
fn a_final_status_instead_of_continue_ends_both_connections() {
    let origin = HandOrigin::open();
    let balancer = Balancer::single("", "", "", origin.address);
    for status in ["401 Unauthorized", "417 Expectation Failed", "200 OK"] {
        let (mut client, mut upstream) = origin.reached(&balancer, EXPECT);
        upstream.send(&format!("HTTP/1.1 {status}\r\ncontent-length: 2\r\n\r\nno"));
        let response = client.response();
        assert_eq!(response.text(), "no");
        assert_eq!(response.field("connection"), Some("close"), "{status}");
        assert!(client.is_closed(), "{status}");
        assert!(upstream.is_closed(), "{status}");
    }
    let mut client = balancer.connect();
    client.send("GET /next HTTP/1.1\r\nhost: test\r\n\r\n");
    assert!(origin.accept().head().starts_with("GET /next "));
}

/// Goal: a client that does not wait for "go on" is served, and its connection kept.
#[test]
fn a_body_sent_without_waiting_keeps_both_connections() {
    let origin = HandOrigin::open();
    let balancer = Balancer::single("", "", "", origin.address);
    let (mut client, mut upstream) = origin.reached(&balancer, &format!("{EXPECT}hello"));
    assert_eq!(upstream.exactly(5), b"hello");
    upstream.send("HTTP/1.1 401 No\r\ncontent-length: 0\r\n\r\n");
    assert_eq!(client.response().field("connection"), None);
    client.send("GET /next HTTP/1.1\r\nhost: test\r\n\r\n");
    assert!(upstream.head().starts_with("GET /next "));
}

#[test]
fn early_hints_are_passed_on() {
    let origin = HandOrigin::open();
    let balancer = Balancer::single("", "", "", origin.address);
    let (mut client, mut upstream) =
        origin.reached(&balancer, "GET / HTTP/1.1\r\nhost: test\r\n\r\n");
    upstream.send("HTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\ncontent-length: 9\r\n\r\n");
    assert_eq!(client.response().head, "HTTP/1.1 103 Early Hints\r\nlink: </a.css>");
    upstream.send("HTTP/1.1 103 Early Hints\r\nlink: </b.css>\r\n\r\nHTTP/1.1 102 X\r\n\r\n");
    upstream.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    assert_eq!(client.response().field("link"), Some("</b.css>"));
    assert_eq!(client.response().status, 102);
    assert_eq!(client.response().text(), "ok");
}

#[test]
fn a_client_of_http_1_0_gets_no_interim_response() {
    let origin = HandOrigin::open();
    let balancer = Balancer::single("", "", "", origin.address);
    let (mut client, mut upstream) = origin.reached(&balancer, "GET / HTTP/1.0\r\n\r\n");
    upstream.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\n");
    upstream.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    assert_eq!(client.response().text(), "ok");
}

/// Goal: a response that overtakes its request reaches the client whole; what is left of the
/// request becomes nobody's next one.
#[test]
fn an_early_response_ends_both_connections() {
    let origin = HandOrigin::open();
    let balancer = Balancer::single("", "", "", origin.address);
    let body = payload(200_000);
    let mut client = balancer.connect();
    client.send("POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 1000000\r\n\r\n");
    client.send_bytes(&body);
    let mut upstream = origin.accept();
    upstream.head();
    upstream.exactly(1000);
    upstream.send("HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n\r\nno");
    let response = client.response();
    assert_eq!((response.status, response.text().as_str()), (413, "no"));
    assert_eq!(response.field("connection"), Some("close"));
    client.send("GET /poison HTTP/1.1\r\nhost: test\r\n\r\n");
    assert!(client.is_closed());
    drop(upstream);
    let mut next = balancer.connect();
    next.send("GET /next HTTP/1.1\r\nhost: test\r\n\r\n");
    assert!(origin.accept().head().starts_with("GET /next "));
}

/// Goal: a response may stream while its request still does.
#[test]
fn request_and_response_may_stream_at_the_same_time() {
    let origin = HandOrigin::open();
    let balancer = Balancer::single("", "", "", origin.address);
    let (mut client, mut upstream) = origin
        .reached(&balancer, "POST / HTTP/1.1\r\nhost: test\r\ntransfer-encoding: chunked\r\n\r\n");
    upstream.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
    client.head();
    for _ in 0..20 {
        client.send("4\r\nping\r\n");
        assert_eq!(upstream.exactly(9), b"4\r\nping\r\n");
        upstream.send("4\r\npong\r\n");
        assert_eq!(client.exactly(9), b"4\r\npong\r\n");
    }
    client.send("0\r\n\r\n");
    assert_eq!(upstream.exactly(5), b"0\r\n\r\n");
    upstream.send("0\r\n\r\n");
    assert_eq!(client.exactly(5), b"0\r\n\r\n");
}
