//! Connections that become tunnels: Upgrade and CONNECT.

use std::io::ErrorKind;

use crate::support::{Balancer, Client, HandOrigin};

const UPGRADE: &str = "GET /chat HTTP/1.1\r\nhost: test\r\nconnection: keep-alive, Upgrade\r\n\
                       upgrade: websocket\r\nsec-websocket-key: a\r\n\r\n";
const SWITCH: &str = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\n\
                      upgrade: websocket\r\nsec-websocket-accept: b\r\n\r\n";

/// Bytes go both ways and the ends arrive.
fn check_tunnel(client: &mut Client, upstream: &mut Client) {
    for message in [&b"\x81\x05hello"[..], b"GET /poison HTTP/1.1\r\n\r\n", &[0; 70_000]] {
        client.send_bytes(message);
        assert!(upstream.exactly(message.len()) == message);
        upstream.send_bytes(message);
        assert!(client.exactly(message.len()) == message);
    }
    // One side is done, the other may go on.
    client.finish();
    assert!(upstream.is_closed());
    upstream.send("bye");
    assert_eq!(client.exactly(3), b"bye");
    upstream.finish();
    assert!(client.is_closed());
}

fn has_nothing(client: &Client) -> bool {
    client.stream.set_nonblocking(true).expect("a look without waiting");
    let seen = client.stream.peek(&mut [0]);
    client.stream.set_nonblocking(false).expect("waiting again");
    seen.is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
}

#[test]
fn an_upgraded_connection_is_a_tunnel() {
    let origin = HandOrigin::open();
    let balancer = Balancer::single("", "", "", origin.address);
    let mut client = balancer.connect();
    client.send(UPGRADE);
    let mut upstream = origin.accept();
    let head = upstream.head();
    for field in ["connection: upgrade", "upgrade: websocket", "sec-websocket-key: a"] {
        assert!(head.contains(&format!("\r\n{field}\r\n")), "{head}");
    }
    upstream.send(&format!("{SWITCH}first"));
    let switched = client.response();
    assert_eq!(switched.status, 101);
    assert_eq!(switched.field("upgrade"), Some("websocket"));
    assert_eq!(switched.field("connection"), Some("upgrade"));
    assert_eq!(switched.field("sec-websocket-accept"), Some("b"));
    assert_eq!(client.exactly(5), b"first");
    check_tunnel(&mut client, &mut upstream);
}

/// Goal: bytes sent ahead wait for the 101; only then do they mean the new protocol.
#[test]
fn nothing_passes_before_the_switch() {
    let origin = HandOrigin::open();
    let balancer = Balancer::single("", "", "", origin.address);
    let (mut client, mut upstream) =
        origin.reached(&balancer, &format!("{UPGRADE}GET /ahead HTTP/1.1\r\n\r\n"));
    upstream.send("HTTP/1.1 103 Early Hints\r\n\r\n");
    assert_eq!(client.response().status, 103);
    assert!(has_nothing(&upstream), "the balancer has read it all, and kept it");
    upstream.send(SWITCH);
    assert_eq!(client.response().status, 101);
    assert_eq!(upstream.exactly(23), b"GET /ahead HTTP/1.1\r\n\r\n");
    check_tunnel(&mut client, &mut upstream);
}

/// Goal: a declined upgrade leaves plain HTTP. What was sent ahead is read by the balancer as
/// any request is, and never handed to the origin as it came.
#[test]
fn a_declined_upgrade_is_no_tunnel() {
    let origin = HandOrigin::open();
    let balancer = Balancer::single("", "", "", origin.address);
    let (mut client, mut upstream) = origin.reached(
        &balancer,
        &format!("{UPGRADE}GET /second HTTP/1.1\r\nhost: test\r\nx_real_ip: 6.6.6.6\r\n\r\n"),
    );
    upstream.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nno");
    assert_eq!(client.response().text(), "no");
    let second = upstream.head();
    assert!(
        second.starts_with("GET /second HTTP/1.1\r\nhost: test\r\nx-forwarded-for: "),
        "{second}"
    );
    upstream.send("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    assert_eq!(client.response().status, 200);
    // Bytes of the protocol that was declined are no request.
    client.send(&format!("{UPGRADE}\u{1}\u{5}frame"));
    upstream.head();
    upstream.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nno");
    assert_eq!(client.response().text(), "no");
    assert_eq!(client.response().status, 400);
    assert!(client.is_closed());
    assert!(has_nothing(&upstream), "nothing of the frame reached the origin");
}

/// Goal: the body of a request that offers an upgrade is a body, and passes once.
#[test]
fn the_body_of_an_upgrade_is_not_part_of_the_tunnel() {
    let origin = HandOrigin::open();
    let balancer = Balancer::single("", "", "", origin.address);
    let with_body = UPGRADE.replace("\r\nhost", "\r\ncontent-length: 5\r\nhost");
    let (mut client, mut upstream) = origin.reached(&balancer, &format!("{with_body}helloahead"));
    assert_eq!(upstream.exactly(5), b"hello");
    upstream.send(SWITCH);
    assert_eq!(client.response().status, 101);
    assert_eq!(upstream.exactly(5), b"ahead");
    check_tunnel(&mut client, &mut upstream);
}

#[test]
fn a_switch_before_the_whole_body_is_refused() {
    let origin = HandOrigin::open();
    let balancer = Balancer::single("", "", "", origin.address);
    let with_body = UPGRADE.replace("\r\nhost", "\r\ncontent-length: 50\r\nhost");
    let (mut client, mut upstream) = origin.reached(&balancer, &format!("{with_body}hello"));
    assert_eq!(upstream.exactly(5), b"hello");
    upstream.send(SWITCH);
    let response = client.response();
    assert_eq!((response.status, response.field("connection")), (502, Some("close")));
    assert!(upstream.is_closed());
}

#[test]
fn a_silent_tunnel_ends() {
    let origin = HandOrigin::open();
    let timeouts = "timeouts = { tunnel_idle = \"150ms\" }";
    let balancer = Balancer::single("", "", timeouts, origin.address);
    let (mut client, mut upstream) = origin.reached(&balancer, UPGRADE);
    upstream.send(SWITCH);
    assert_eq!(client.response().status, 101);
    assert!(client.is_closed());
    assert!(upstream.is_closed());
}

#[test]
fn a_tunnel_ends_with_either_side() {
    let origin = HandOrigin::open();
    let balancer = Balancer::single("", "", "", origin.address);
    for client_leaves in [true, false] {
        let (mut client, mut upstream) = origin.reached(&balancer, UPGRADE);
        upstream.send(SWITCH);
        assert_eq!(client.response().status, 101);
        if client_leaves {
            drop(client);
            assert!(upstream.is_closed());
        } else {
            drop(upstream);
            assert!(client.is_closed());
        }
    }
}

#[test]
fn connect_is_a_tunnel_where_it_is_allowed() {
    let origin = HandOrigin::open();
    let balancer = Balancer::single("", "allow_connect = true", "", origin.address);
    let connect = "CONNECT test:443 HTTP/1.1\r\nhost: test:443\r\n\r\n";
    let mut client = balancer.connect();
    client.send(&format!("{connect}ahead"));
    let mut upstream = origin.accept();
    assert!(upstream.head().starts_with("CONNECT test:443 HTTP/1.1\r\nhost: test:443\r\n"));
    assert!(has_nothing(&upstream));
    upstream.send("HTTP/1.1 200 Connected\r\n\r\nfirst");
    assert!(client.head().starts_with("HTTP/1.1 200 Connected"));
    assert_eq!(client.exactly(5), b"first");
    assert_eq!(upstream.exactly(5), b"ahead");
    check_tunnel(&mut client, &mut upstream);

    let (mut client, mut upstream) = origin.reached(&balancer, connect);
    upstream.send("HTTP/1.1 403 No\r\ncontent-length: 2\r\n\r\nno");
    let refused = client.response();
    assert_eq!((refused.status, refused.text().as_str()), (403, "no"));
    client.send("GET /next HTTP/1.1\r\nhost: test\r\n\r\n");
    assert!(upstream.head().starts_with("GET /next "), "no tunnel, no end");
}
