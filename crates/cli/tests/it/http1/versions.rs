//! HTTP/1.0 on either side, and the forms of a target.

use crate::support::{Balancer, HandOrigin, Origin, Reply};

/// Answers with the first two lines of the request.
fn lines() -> Origin {
    Origin::start(|request| {
        let lines: Vec<&str> = request.lines().take(2).collect();
        Reply::ok(&lines.join("\n"))
    })
}

#[test]
fn targets_arrive_in_origin_form() {
    let origin = lines();
    let balancer = Balancer::single("", "", "", origin.address);
    for (line, expected) in [
        ("GET http://test/a?b=c HTTP/1.1", "GET /a?b=c HTTP/1.1"),
        ("GET HTTP://TEST/a HTTP/1.1", "GET /a HTTP/1.1"),
        ("GET https://test/a HTTP/1.1", "GET /a HTTP/1.1"),
        ("GET http://test HTTP/1.1", "GET / HTTP/1.1"),
        ("GET http://test?b HTTP/1.1", "GET /?b HTTP/1.1"),
        ("GET /a/../b?c=/d HTTP/1.1", "GET /a/../b?c=/d HTTP/1.1"),
        ("GET /http://other/ HTTP/1.1", "GET /http://other/ HTTP/1.1"),
        ("OPTIONS * HTTP/1.1", "OPTIONS * HTTP/1.1"),
        ("OPTIONS /a HTTP/1.1", "OPTIONS /a HTTP/1.1"),
        ("OPTIONS http://test HTTP/1.1", "OPTIONS * HTTP/1.1"),
        ("OPTIONS http://test/ HTTP/1.1", "OPTIONS / HTTP/1.1"),
    ] {
        let mut client = balancer.connect();
        client.send(&format!("{line}\r\nhost: test\r\n\r\n"));
        let seen = client.response().text().to_ascii_lowercase();
        let expected = format!("{expected}\nhost: test").to_ascii_lowercase();
        assert_eq!(seen, expected, "{line}");
    }
}

#[test]
fn hosts_of_every_shape_arrive() {
    let origin = lines();
    let balancer = Balancer::single("", "", "", origin.address);
    for host in ["test", "TEST.example", "test:8080", "127.0.0.1:80", "[::1]", "[::1]:80", "a_b"] {
        let mut client = balancer.connect();
        client.send(&format!("GET / HTTP/1.1\r\nhost: {host}\r\n\r\n"));
        assert_eq!(client.response().text(), format!("GET / HTTP/1.1\nhost: {host}"));
    }
    let mut client = balancer.connect();
    client.send("GET http://test:81/ HTTP/1.0\r\n\r\n");
    assert_eq!(client.response().text(), "GET / HTTP/1.1\nhost: test:81");
}

#[test]
fn a_client_of_http_1_0_is_closed_unless_it_asks_otherwise() {
    let origin = lines();
    let balancer = Balancer::single("", "", "", origin.address);
    for fields in [
        "",
        "connection: close\r\n",
        "connection: keep-alive, close\r\n",
        "connection: close, keep-alive\r\n",
    ] {
        let mut client = balancer.connect();
        client.send(&format!("GET / HTTP/1.0\r\n{fields}\r\n"));
        assert_eq!(client.response().field("connection"), Some("close"), "{fields}");
        assert!(client.is_closed(), "{fields}");
    }
    let mut client = balancer.connect();
    for _ in 0..3 {
        client.send("GET / HTTP/1.0\r\nhost: test\r\nconnection: Keep-Alive\r\n\r\n");
        let response = client.response();
        assert_eq!(response.field("connection"), Some("keep-alive"));
        assert_eq!(response.text(), "GET / HTTP/1.1\nhost: test");
    }
    assert_eq!(origin.connections(), 1, "the origin's connection is kept in any case");
}

#[test]
fn a_client_of_http_1_0_gets_no_chunks() {
    let origin = Origin::start(|_| {
        let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        let body = "5;a=b\r\nhello\r\n6\r\n world\r\n0\r\nx-sum: 1\r\n\r\n";
        Reply::Send(format!("{head}{body}").into_bytes())
    });
    let balancer = Balancer::single("", "", "", origin.address);
    for fields in ["", "connection: keep-alive\r\n"] {
        let mut client = balancer.connect();
        client.send(&format!("GET / HTTP/1.0\r\n{fields}\r\n"));
        let response = client.response();
        assert_eq!(response.head, "HTTP/1.1 200 OK\r\nconnection: close");
        assert_eq!(response.text(), "hello world");
    }
    assert_eq!(origin.connections(), 1);
}

/// Method: the origin answers as HTTP/1.0 in three ways, and what follows shows whether its
/// connection was used again.
#[test]
fn an_origin_of_http_1_0_is_understood() {
    let origin = HandOrigin::open();
    let balancer = Balancer::single("", "", "", origin.address);
    let mut client = balancer.connect();
    let get = "GET / HTTP/1.1\r\nhost: test\r\n\r\n";
    client.send(get);
    let mut upstream = origin.accept();
    assert!(upstream.head().starts_with("GET / HTTP/1.1\r\n"));
    upstream.send("HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ncontent-length: 4\r\n\r\nkept");
    assert_eq!(client.response().head, "HTTP/1.1 200 OK\r\ncontent-length: 4");

    client.send(get);
    upstream.head();
    upstream.send("HTTP/1.0 200 OK\r\ncontent-length: 4\r\n\r\nlast");
    let response = client.response();
    assert_eq!((response.field("connection"), response.text().as_str()), (None, "last"));
    assert!(upstream.is_closed(), "the origin did not offer to keep it");

    client.send(get);
    let mut upstream = origin.accept();
    upstream.head();
    upstream.send("HTTP/1.0 200 OK\r\n\r\nuntil the end");
    drop(upstream);
    let response = client.response();
    assert_eq!(response.head, "HTTP/1.1 200 OK\r\nconnection: close");
    assert_eq!(response.text(), "until the end");
}
