//! Clients that leave, and clients that stay without taking anything.

use std::io::{ErrorKind, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::payload::payload;
use crate::support::{Balancer, Client, HandOrigin, until};

/// Longest time until an origin hears that its client is gone.
const AT_ONCE: Duration = Duration::from_secs(1);

fn hears_at_once(upstream: &mut Client) {
    upstream.stream.set_read_timeout(Some(AT_ONCE)).expect("a timeout");
    upstream.rest();
}

fn nothing_is_in_flight(balancer: &Balancer) {
    until("nothing is in flight", || balancer.endpoint("p", "web1")["in_flight"] == 0);
}

#[test]
fn a_client_that_leaves_cancels_its_request_at_once() {
    let origin = HandOrigin::open();
    let balancer = Balancer::single("", "", "", origin.address);
    let head = "GET / HTTP/1.1\r\nhost: test\r\n\r\n";
    let upload = "POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 100\r\n\r\nhello";
    let chunks = "POST / HTTP/1.1\r\nhost: test\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello";
    for (name, sent, answered) in [
        ("before the response", head, ""),
        ("in the response", head, "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhello"),
        ("in an endless response", head, "HTTP/1.1 200 OK\r\n\r\nhello"),
        ("in a chunked response", head, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"),
        ("in the request's body", upload, ""),
        ("in a chunked body", chunks, ""),
    ] {
        let (mut client, mut upstream) = origin.reached(&balancer, sent);
        if !answered.is_empty() {
            upstream.send(answered);
            client.head();
        }
        drop(client);
        hears_at_once(&mut upstream);
        eprintln!("{name}: heard");
    }
    nothing_is_in_flight(&balancer);
    until("no connection is open", || balancer.status()["connections"]["open"] == 0);
}

/// Goal: the decision is on record: a client that ends its side while it waits counts as gone.
#[test]
fn a_client_that_ends_its_side_counts_as_gone() {
    let origin = HandOrigin::open();
    let balancer = Balancer::single("", "", "", origin.address);
    let (mut client, mut upstream) =
        origin.reached(&balancer, "GET / HTTP/1.1\r\nhost: test\r\n\r\n");
    client.finish();
    hears_at_once(&mut upstream);
    assert!(client.is_closed());
    nothing_is_in_flight(&balancer);
}

/// Goal: a reset at any moment costs nothing but itself.
#[test]
fn resets_leave_nothing_behind() {
    let origin = HandOrigin::open();
    let balancer = Balancer::single("", "", "", origin.address);
    for sent in ["", "GET", "GET / HTTP/1.1\r\nhost: te", "POST / HTTP/1.1\r\nhost: test\r\n"] {
        let mut client = balancer.connect();
        client.send(sent);
        socket2::SockRef::from(&client.stream).set_linger(Some(Duration::ZERO)).expect("linger");
        drop(client);
    }
    let (mut client, mut upstream) =
        origin.reached(&balancer, "GET / HTTP/1.1\r\nhost: test\r\n\r\n");
    upstream.send("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhello");
    client.head();
    socket2::SockRef::from(&upstream.stream).set_linger(Some(Duration::ZERO)).expect("linger");
    drop(upstream);
    assert_eq!(client.rest().len(), 5, "cut, and visibly so");
    nothing_is_in_flight(&balancer);
}

/// Goal: a client that leaves while its endpoint takes nothing cancels its request at once,
/// though bytes of it wait to be read; the endpoint is not blamed.
/// Method: an upload fills every buffer of the way, then its client resets the connection.
#[test]
fn a_client_that_leaves_a_stalled_upload_cancels_it() {
    let origin = HandOrigin::open();
    let balancer = Balancer::single("", "", "", origin.address);
    let head = format!("POST / HTTP/1.1\r\nhost: test\r\ncontent-length: {LARGE}\r\n\r\n");
    let mut client = balancer.connect();
    client.send(&head);
    let upstream = origin.accept();
    fill(&mut client.stream);
    assert_eq!(balancer.endpoint("p", "web1")["in_flight"], 1);
    socket2::SockRef::from(&client.stream).set_linger(Some(Duration::ZERO)).expect("linger");
    drop(client);
    let left = Instant::now();
    nothing_is_in_flight(&balancer);
    assert!(left.elapsed() < Duration::from_secs(10), "long before timeouts.body");
    assert_eq!(balancer.endpoint("p", "web1")["failures"], 0);
    drop(upstream);
}

/// Writes until nothing has been taken for a while.
fn fill(stream: &mut TcpStream) {
    stream.set_nonblocking(true).expect("writing without waiting");
    let (piece, mut last) = (payload(16 << 10), Instant::now());
    until("the client is stopped", || {
        if stream.write(&piece).is_ok() {
            last = Instant::now();
        }
        last.elapsed() > Duration::from_millis(300)
    });
}

const LARGE: usize = 50 << 20;

/// What the allocator may take in huge pages for one connection's buffers, a few of 2 MiB; far
/// from what it would take to hold the body.
const GROWTH: usize = 12 << 20;

/// Resident memory of the process, in bytes.
fn resident(balancer: &Balancer) -> usize {
    let path = format!("/proc/{}/status", balancer.pid());
    let status = std::fs::read_to_string(path).expect("the process runs");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("VmRSS");
    let kilobytes = line.split_whitespace().nth(1).and_then(|number| number.parse::<usize>().ok());
    kilobytes.expect("a number") << 10
}

/// Goal: a response that nobody reads stops at its origin, not in our memory.
/// Method: 50 MB for a client that reads nothing until the origin has long been stopped.
#[test]
fn a_client_that_never_reads_takes_no_memory() {
    let origin = HandOrigin::open();
    let balancer = Balancer::single("", "", "", origin.address);
    let body = Arc::new(payload(LARGE));
    let (mut client, mut upstream) =
        origin.reached(&balancer, "GET / HTTP/1.1\r\nhost: test\r\n\r\n");
    let before = resident(&balancer);
    upstream.send(&format!("HTTP/1.1 200 OK\r\ncontent-length: {LARGE}\r\n\r\n"));
    let written = Arc::new(AtomicUsize::new(0));
    let (sent, count) = (Arc::clone(&body), Arc::clone(&written));
    let writer = std::thread::spawn(move || {
        for piece in sent.chunks(16 << 10) {
            upstream.stream.write_all(piece).expect("the balancer reads on in the end");
            count.fetch_add(piece.len(), Ordering::SeqCst);
        }
        upstream
    });
    let mut last = (Instant::now(), 0);
    until("the origin is stopped", || {
        let now = written.load(Ordering::SeqCst);
        if now != last.1 {
            last = (Instant::now(), now);
        }
        last.1 > 0 && last.0.elapsed() > Duration::from_millis(300)
    });
    assert!(last.1 < LARGE, "the whole response was taken without being read");
    let grown = resident(&balancer).saturating_sub(before);
    assert!(grown < GROWTH, "{grown} bytes for a client that does not read");
    assert!(client.response().body == *body, "and it still arrives, whole");
    drop(writer.join().expect("the writer ends"));
}

/// Goal: the same the other way round: an origin that does not read stops its client.
#[test]
fn an_origin_that_never_reads_takes_no_memory() {
    let origin = HandOrigin::open();
    let balancer = Balancer::single("", "", "", origin.address);
    let client = balancer.connect();
    let mut stream = client.stream.try_clone().expect("a second handle");
    let head = format!("POST / HTTP/1.1\r\nhost: test\r\ncontent-length: {LARGE}\r\n\r\n");
    stream.write_all(head.as_bytes()).expect("the head is taken");
    let upstream = origin.accept();
    let before = resident(&balancer);
    stream.set_nonblocking(true).expect("writing without waiting");
    let (piece, mut written, mut last) = (payload(16 << 10), 0, Instant::now());
    until("the client is stopped", || {
        match stream.write(&piece) {
            Ok(count) => (written, last) = (written + count, Instant::now()),
            Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
        }
        last.elapsed() > Duration::from_millis(300) || written > LARGE
    });
    assert!(written < LARGE, "the whole request was taken without being read");
    let grown = resident(&balancer).saturating_sub(before);
    assert!(grown < GROWTH, "{grown} bytes for an origin that does not read");
    drop(upstream);
}
