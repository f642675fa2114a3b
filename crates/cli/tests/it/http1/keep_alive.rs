//! Many requests on one connection, one after the other and all at once.

use crate::support::{Balancer, Origin, Reply, until};

/// Answers with the request's path.
fn echo() -> Origin {
    Origin::start(|request| Reply::ok(request.split(' ').nth(1).unwrap_or_default()))
}

#[test]
fn connections_are_kept_on_both_sides() {
    let origin = echo();
    let balancer = Balancer::single("", "", "", origin.address);
    let mut client = balancer.connect();
    for number in 0..200 {
        let path = format!("/{number}");
        let response = client.get(&path);
        assert_eq!(response.text(), path);
        assert_eq!(response.field("connection"), None);
    }
    assert_eq!(origin.connections(), 1);
}

#[test]
fn ten_thousand_pipelined_requests_are_answered_in_order() {
    let origin = echo();
    let balancer = Balancer::single("", "", "", origin.address);
    let mut client = balancer.connect();
    let mut writer = client.stream.try_clone().expect("a second handle");
    let sender = std::thread::spawn(move || {
        let requests: String = (0..10_000)
            .map(|number| format!("GET /{number} HTTP/1.1\r\nhost: test\r\n\r\n"))
            .collect();
        std::io::Write::write_all(&mut writer, requests.as_bytes()).expect("all are taken");
    });
    for number in 0..10_000 {
        assert_eq!(client.response().text(), format!("/{number}"));
    }
    sender.join().expect("the sender ends");
    assert_eq!(origin.connections(), 1);
}

/// Goal: bodies that look like requests stay bodies, however they are packed together.
#[test]
fn pipelined_bodies_are_not_requests() {
    let origin = Origin::start(|request| Reply::ok(request.lines().next().unwrap_or_default()));
    let balancer = Balancer::single("", "", "", origin.address);
    let inner = "GET /poison HTTP/1.1\r\nhost: test\r\n\r\n";
    let length = format!(
        "POST /length HTTP/1.1\r\nhost: test\r\ncontent-length: {}\r\n\r\n{inner}",
        inner.len()
    );
    let chunks = format!(
        "POST /chunks HTTP/1.1\r\nhost: test\r\ntransfer-encoding: chunked\r\n\r\n\
         {:x}\r\n{inner}\r\n0\r\n\r\n",
        inner.len()
    );
    let all = format!("{length}{chunks}\r\n{length}GET /end HTTP/1.1\r\nhost: test\r\n\r\n");
    let mut client = balancer.connect();
    client.send(&all);
    for expected in ["POST /length", "POST /chunks", "POST /length", "GET /end"] {
        assert_eq!(client.response().text(), format!("{expected} HTTP/1.1"));
    }
}

#[test]
fn a_request_may_come_byte_by_byte() {
    let origin = Origin::start(|request| Reply::ok(request.rsplit("\r\n").next().unwrap_or("")));
    let balancer = Balancer::single("", "", "", origin.address);
    let mut client = balancer.connect();
    for body in ["", "hello"] {
        let length = body.len();
        let head = format!("POST / HTTP/1.1\r\nhost: test\r\ncontent-length: {length}\r\n\r\n");
        for byte in format!("\r\n{head}{body}").bytes() {
            client.send_bytes(&[byte]);
        }
        assert_eq!(client.response().text(), body);
    }
}

#[test]
fn each_side_may_close_its_own_connection() {
    let origin = Origin::start(|request| {
        if request.contains("/close") {
            let head = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
            return Reply::SendAndClose(head.into());
        }
        Reply::ok("stays")
    });
    let balancer = Balancer::single("", "", "", origin.address);
    let mut client = balancer.connect();
    assert_eq!(client.get("/close").field("connection"), None, "the client's stays");
    assert_eq!(client.get("/").text(), "stays");
    assert_eq!(origin.connections(), 2);
    client.send("GET / HTTP/1.1\r\nhost: test\r\nconnection: Close\r\n\r\n");
    assert_eq!(client.response().field("connection"), Some("close"));
    assert!(client.is_closed());
    assert_eq!(balancer.connect().get("/").text(), "stays");
    assert_eq!(origin.connections(), 2, "the origin's stays");
}

/// Goal: an origin that closes idle connections never costs a request.
/// Method: it says it keeps the connection, and closes it right behind each response.
#[test]
fn a_kept_connection_that_was_closed_is_not_used() {
    let origin = Origin::start(|_| {
        Reply::SendAndClose(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".to_vec())
    });
    let balancer = Balancer::single("", "", "", origin.address);
    let mut client = balancer.connect();
    for number in 0..50 {
        assert_eq!(client.get("/").status, 200, "GET {number}");
    }
    for number in 0..20 {
        until("the origin has closed", || origin.open() == 0);
        client.send("POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 2\r\n\r\nhi");
        assert_eq!(client.response().status, 200, "POST {number}");
    }
}
