//! How much of everything: bodies up to their limit, connections in total and per client.

use crate::support::{Balancer, Client, Origin, Reply, until};

#[test]
fn a_body_may_be_as_large_as_its_limit() {
    let origin = Origin::start(|request| Reply::ok(&request.len().to_string()));
    let listener = "limits = { body_size = \"1KiB\" }";
    let balancer = Balancer::single("", listener, "", origin.address);
    let body = "a".repeat(1024);
    let mut client = balancer.connect();
    let head = "POST / HTTP/1.1\r\nhost: test\r\n";
    client.send(&format!("{head}content-length: 1024\r\n\r\n{body}"));
    assert_eq!(client.response().status, 200);
    client.send(&format!("{head}transfer-encoding: chunked\r\n\r\n400\r\n{body}\r\n0\r\n\r\n"));
    assert_eq!(client.response().status, 200);
    origin.forget();
    client.send(&format!("{head}transfer-encoding: chunked\r\n\r\n401\r\n{body}a\r\n0\r\n\r\n"));
    let refused = client.response();
    assert_eq!((refused.status, refused.field("connection")), (413, Some("close")));
    assert!(client.is_closed());
    assert_eq!(origin.received(), "");
}

/// Whether a new connection is served; a refused one is closed without a word.
fn is_served(client: &mut Client) -> bool {
    client.send("GET / HTTP/1.1\r\nhost: test\r\n\r\n");
    !client.is_closed() && client.response().status == 200
}

fn check_connections(server: &str) {
    let origin = Origin::named("web1");
    let balancer = Balancer::single(server, "", "", origin.address);
    let mut clients: Vec<Client> = (0..3).map(|_| balancer.connect()).collect();
    for client in &mut clients {
        assert!(is_served(client), "within the limit");
    }
    for _ in 0..3 {
        assert!(!is_served(&mut balancer.connect()), "beyond the limit");
    }
    assert!(clients.iter_mut().all(is_served), "those inside stay");
    clients.pop();
    until("the place is free again", || is_served(&mut balancer.connect()));
    until("and again", || is_served(&mut balancer.connect()));
    assert_eq!(origin.connections(), 1);
}

#[test]
fn connections_are_limited_in_total() {
    check_connections("max_connections = 3");
}

#[test]
fn connections_are_limited_per_client() {
    check_connections("max_connections_per_client = 3");
}

/// Goal: the limit counts by address; another address is not affected.
#[test]
fn another_client_has_its_own_limit() {
    let origin = Origin::named("web1");
    let server = "max_connections_per_client = 1";
    let balancer = Balancer::single(server, "", "", origin.address);
    let mut first = balancer.connect();
    assert!(is_served(&mut first));
    assert!(!is_served(&mut balancer.connect()));
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None);
    let socket = socket.expect("a socket");
    let other = std::net::SocketAddr::from(([127, 0, 0, 2], 0));
    socket.bind(&other.into()).expect("another address of this machine");
    socket.connect(&balancer.address.into()).expect("a connection");
    assert!(is_served(&mut Client::over(socket.into())));
}

/// Goal: the answer to a HEAD has no body (RFC 9110, section 9.3.2), whoever gives it: what
/// stood behind its head would be read as the next response.
/// Method: HEADs that are refused before an endpoint is looked for.
#[test]
fn a_refused_head_request_gets_no_body() {
    let origin = Origin::named("web1");
    let limits = "limits = { head_size = \"1KiB\" }\ntimeouts = { head = \"100ms\" }";
    let balancer = Balancer::single("", limits, "", origin.address);
    let long = "x".repeat(2000);
    for (status, rest) in [
        (400, "/ HTTP/1.1\r\n\r\n"),
        (400, "/ HTTP/1.1\r\nhost: test\r\ncontent-length: x\r\n\r\n"),
        (408, "/ HTTP/1.1\r\nhost: te"),
        (431, &format!("/ HTTP/1.1\r\nhost: test\r\nx: {long}\r\n\r\n")),
    ] {
        for before in ["", "\r\n"] {
            let mut client = balancer.connect();
            client.send(&format!("{before}HEAD {rest}"));
            let answer = String::from_utf8(client.rest()).expect("text");
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
            assert!(answer.ends_with("\r\n\r\n"), "{answer}");
        }
    }
}
