//! What an origin may take, and what the client hears when it takes longer.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use crate::support::{Balancer, Client, HandOrigin, Response};

const GET: &str = "GET / HTTP/1.1\r\nhost: test\r\n\r\n";

fn fails(response: &Response, status: u16, name: &str) {
    assert_eq!(response.status, status, "{}", response.head);
    assert_eq!(response.field("x-evenkeel-error"), Some(name), "{}", response.head);
}

fn timeouts(text: &str) -> String {
    format!("timeouts = {{ {text} }}")
}

#[test]
fn an_origin_that_refuses_is_a_502() {
    let nowhere = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = nowhere.local_addr().expect("its address");
    drop(nowhere);
    let balancer = Balancer::single("", "", "", address);
    let mut client = balancer.connect();
    for _ in 0..3 {
        fails(&client.get("/"), 502, "connect_failed");
    }
    client.send("POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 2\r\n\r\nhi");
    fails(&client.response(), 502, "connect_failed");
}

/// A listener whose queue is full: connecting to it neither succeeds nor fails.
fn full() -> (socket2::Socket, Vec<TcpStream>, SocketAddr) {
    let kind = socket2::Type::STREAM;
    let socket = socket2::Socket::new(socket2::Domain::IPV4, kind, None).expect("a socket");
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    socket.bind(&any.into()).expect("a free port");
    socket.listen(0).expect("a queue of the smallest size");
    let address = socket.local_addr().ok().and_then(|a| a.as_socket()).expect("its address");
    let mut held = Vec::new();
    while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(200)) {
        held.push(stream);
        assert!(held.len() < 100, "the queue never fills");
    }
    (socket, held, address)
}

#[test]
fn an_origin_that_does_not_accept_is_a_504() {
    let (_socket, _held, address) = full();
    let balancer = Balancer::single("", "", &timeouts("connect = \"100ms\""), address);
    fails(&balancer.connect().get("/"), 504, "connect_timeout");
}

#[test]
fn an_origin_that_says_nothing_is_a_504() {
    let origin = HandOrigin::open();
    let pool = timeouts("response_head = \"150ms\"");
    let balancer = Balancer::single("", "", &pool, origin.address);
    let mut client = balancer.connect();
    for part in ["", "HTTP/1.1 200 OK\r\ncontent-le", "HTTP/1.1 103 Early Hints\r\n\r\n"] {
        client.send(GET);
        let mut upstream = origin.accept();
        upstream.head();
        upstream.send(part);
        let mut response = client.response();
        if response.status == 103 {
            response = client.response();
        }
        fails(&response, 504, "response_timeout");
        assert!(upstream.is_closed(), "what comes late is nobody's response");
    }
}

/// Goal: the time for a response runs from the request's last byte; a body that takes longer
/// than that to arrive costs the origin nothing.
#[test]
fn the_time_for_a_response_runs_from_the_last_byte() {
    let origin = HandOrigin::open();
    let pool = timeouts("response_head = \"250ms\"");
    let balancer = Balancer::single("", "", &pool, origin.address);
    let (mut client, mut upstream) =
        origin.reached(&balancer, "POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 40\r\n\r\n");
    for _ in 0..39 {
        client.send("a");
        upstream.exactly(1);
        std::thread::sleep(Duration::from_millis(15));
    }
    client.send("a");
    upstream.exactly(1);
    fails(&client.response(), 504, "response_timeout");
    assert!(upstream.is_closed());
}

/// The response is cut, and both connections with it.
fn check_cut(balancer: &Balancer, origin: &HandOrigin, head: &str) {
    let (mut client, mut upstream) = origin.reached(balancer, GET);
    upstream.send(&format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n5\r\nhello"));
    assert!(client.head().starts_with("HTTP/1.1 200 "));
    client.rest();
    assert!(upstream.is_closed());
}

/// Method: the client may take as long as it likes, so that only the origin's time can end it.
#[test]
fn an_origin_that_stops_in_its_body_is_cut() {
    let origin = HandOrigin::open();
    let pool = timeouts("response_idle = \"150ms\"");
    let balancer = Balancer::single("", "timeouts = { send = \"1h\" }", &pool, origin.address);
    for head in ["content-length: 100", "transfer-encoding: chunked", "x: until-close"] {
        check_cut(&balancer, &origin, head);
    }
}

#[test]
fn the_whole_request_has_a_deadline() {
    let origin = HandOrigin::open();
    let pool = timeouts("connect = \"100ms\", request = \"200ms\"");
    let balancer = Balancer::single("", "", &pool, origin.address);
    let (mut client, mut upstream) = origin.reached(&balancer, GET);
    fails(&client.response(), 504, "request_deadline");
    assert!(upstream.is_closed());
    check_cut(&balancer, &origin, "content-length: 100");
    // A body that trickles in is no way around it.
    let mut client = balancer.connect();
    client.send("POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 10000\r\n\r\n");
    let upstream = origin.accept();
    trickle(&mut client);
    let response = client.response();
    fails(&response, 504, "request_deadline");
    assert_eq!(response.field("connection"), Some("close"));
    drop(upstream);
}

/// Sends a byte now and then until an answer is there.
fn trickle(client: &mut Client) {
    crate::support::until("an answer comes", || {
        client.send("a");
        client.stream.set_nonblocking(true).expect("a look without waiting");
        let seen = client.stream.peek(&mut [0]);
        client.stream.set_nonblocking(false).expect("waiting again");
        seen.is_ok()
    });
}
