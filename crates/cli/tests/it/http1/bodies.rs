//! Bodies of every size and framing, byte for byte.

use std::io::{ErrorKind, Read};

use super::payload::{chunked, payload};
use crate::support::{Balancer, Client, HandOrigin, Origin, Reply};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Framed {
    Length,
    Chunks,
}

fn message(start: &str, framed: Framed, payload: &[u8]) -> Vec<u8> {
    let (field, body) = match framed {
        Framed::Length => (format!("content-length: {}", payload.len()), payload.to_vec()),
        Framed::Chunks => ("transfer-encoding: chunked".to_owned(), chunked(payload)),
    };
    [format!("{start}\r\n{field}\r\n\r\n").into_bytes(), body].concat()
}

/// Writes from a thread of its own, so that neither side waits for the other.
fn sending<T>(to: &Client, bytes: Vec<u8>, meanwhile: impl FnOnce() -> T) -> T {
    let mut stream = to.stream.try_clone().expect("a second handle");
    std::thread::scope(|scope| {
        scope.spawn(move || {
            std::io::Write::write_all(&mut stream, &bytes).expect("the peer reads");
        });
        meanwhile()
    })
}

/// Method: every size in both framings, up and down, all on the same two connections.
#[test]
fn bodies_of_every_size_pass_both_ways() {
    let origin = HandOrigin::open();
    let balancer = Balancer::single("", "", "", origin.address);
    let mut client = balancer.connect();
    let mut upstream: Option<Client> = None;
    for size in [0, 1, 64 << 10, 5 << 20] {
        let body = payload(size);
        for framed in [Framed::Length, Framed::Chunks] {
            let request = message("POST / HTTP/1.1\r\nhost: test", framed, &body);
            sending(&client, request, || {
                let upstream = upstream.get_or_insert_with(|| origin.accept());
                let head = upstream.head();
                let length = format!("content-length: {size}");
                let received = match framed {
                    Framed::Length if head.contains(&length) => upstream.exactly(size),
                    Framed::Chunks => upstream.chunks(),
                    Framed::Length => panic!("another length: {head}"),
                };
                assert!(received == body, "{size} bytes up, {framed:?}");
            });
            let upstream = upstream.as_ref().expect("accepted above");
            let response = message("HTTP/1.1 200 OK", framed, &body);
            let received = sending(upstream, response, || client.response());
            assert!(received.body == body, "{size} bytes down, {framed:?}");
            assert_eq!(received.field("connection"), None, "{}", received.head);
        }
    }
    assert!(origin.try_accept().is_none(), "one upstream connection carried them all");
}

#[test]
fn chunks_of_a_response_lose_extensions_and_unsafe_trailers() {
    let origin = Origin::start(|_| {
        let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        let body = "5;a=\"b\"\r\nhello\r\n0;c\r\nX-Sum: 1\r\nContent-Length: 9\r\n\
                    Set-Cookie: a=b\r\nX-Evenkeel-Error: forged\r\nServer-Timing: a\r\n\r\n";
        Reply::Send(format!("{head}{body}").into_bytes())
    });
    let balancer = Balancer::single("", "", "", origin.address);
    let mut client = balancer.connect();
    client.send("GET / HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n");
    client.head();
    let body = client.rest();
    assert_eq!(
        String::from_utf8_lossy(&body),
        "5\r\nhello\r\n0\r\nX-Sum: 1\r\nServer-Timing: a\r\n\r\n"
    );
}

#[test]
fn a_body_until_close_ends_with_both_connections() {
    let body = payload(300_000);
    let sent = body.clone();
    let origin = Origin::start(move |_| {
        Reply::SendAndClose([&b"HTTP/1.1 200 OK\r\nx: a\r\n\r\n"[..], &sent].concat())
    });
    let balancer = Balancer::single("", "", "", origin.address);
    for connections in 1..4 {
        let mut client = balancer.connect();
        let response = client.get("/");
        assert_eq!(response.head, "HTTP/1.1 200 OK\r\nx: a\r\nconnection: close");
        assert!(response.body == body);
        assert_eq!(origin.connections(), connections);
    }
}

/// Goal: what has no body ends with its head, whatever its fields say, on both connections.
#[test]
fn responses_without_body_keep_both_connections() {
    let origin = Origin::start(|request| {
        let status = match request.split(' ').nth(1) {
            Some("/204") => "204 No Content\r\n",
            Some("/304") => "304 Not Modified\r\ncontent-length: 5\r\netag: a\r\n",
            _ if request.starts_with("HEAD /chunks") => "200 OK\r\ntransfer-encoding: chunked\r\n",
            _ if request.starts_with("HEAD") => "200 OK\r\ncontent-length: 5\r\n",
            _ => return Reply::ok("hello"),
        };
        Reply::Send(format!("HTTP/1.1 {status}\r\n").into_bytes())
    });
    let balancer = Balancer::single("", "", "", origin.address);
    let mut client = balancer.connect();
    for _ in 0..2 {
        client.send("HEAD /a HTTP/1.1\r\nhost: test\r\n\r\n");
        assert_eq!(client.response_to(true).head, "HTTP/1.1 200 OK\r\ncontent-length: 5");
        client.send("HEAD /chunks HTTP/1.1\r\nhost: test\r\n\r\n");
        assert_eq!(client.response_to(true).status, 200);
        assert_eq!(client.get("/204").head, "HTTP/1.1 204 No Content");
        let unchanged = client.get("/304");
        assert_eq!((unchanged.status, unchanged.field("content-length")), (304, Some("5")));
        assert_eq!(client.get("/").text(), "hello");
    }
    assert_eq!(origin.connections(), 1);
}

/// Goal: equal lengths said twice reach the client once.
#[test]
fn equal_lengths_are_one() {
    let origin = Origin::start(|_| {
        let head = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nContent-Length: 5\r\n\r\n";
        Reply::Send(format!("{head}hello").into_bytes())
    });
    let balancer = Balancer::single("", "", "", origin.address);
    let response = balancer.connect().get("/");
    assert_eq!(response.head, "HTTP/1.1 200 OK\r\ncontent-length: 5");
    assert_eq!(response.text(), "hello");
}

/// Goal: a response that ends with its connection, and was cut, is never taken for whole.
/// Method: the origin resets or ends its connection in the body, for clients of both versions.
#[test]
fn a_cut_response_without_a_length_is_a_reset() {
    let origin = HandOrigin::open();
    let balancer = Balancer::single("", "", "", origin.address);
    let chunked = "transfer-encoding: chunked\r\n";
    for (version, fields, reset, whole) in [
        ("1.1", "", true, false),
        ("1.1", "", false, true),
        ("1.0", "", true, false),
        ("1.0", chunked, true, false),
        ("1.0", chunked, false, false),
    ] {
        let (mut client, mut upstream) =
            origin.reached(&balancer, &format!("GET / HTTP/{version}\r\nhost: test\r\n\r\n"));
        upstream.send(&format!("HTTP/1.1 200 OK\r\n{fields}\r\n5\r\nhello\r\n"));
        client.head();
        let seen = if fields.is_empty() { &b"5\r\nhello\r\n"[..] } else { b"hello" };
        assert_eq!(client.exactly(seen.len()), seen);
        if reset {
            let linger = Some(std::time::Duration::ZERO);
            socket2::SockRef::from(&upstream.stream).set_linger(linger).expect("linger");
        }
        drop(upstream);
        let end = client.stream.read(&mut [0]);
        match whole {
            true => assert_eq!(end.expect("a clean end"), 0),
            false => assert_eq!(end.expect_err("a reset").kind(), ErrorKind::ConnectionReset),
        }
    }
}
