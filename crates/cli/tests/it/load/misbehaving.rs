//! Servers that do what none should: counted, bounded in time, and never a panic.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::server::{Loaded, listen, load};
use crate::support::free_address;

const SHORT: [&str; 6] = ["--rate", "60/s", "--for", "1s", "--timeout", "1s"];

/// The requests all fail in this way, and the command ends soon.
fn check(url: &str, kind: &str, args: &[&str]) -> Loaded {
    let start = Instant::now();
    let loaded = load(url, &[&SHORT[..], args].concat());
    assert!(start.elapsed() < Duration::from_secs(15), "{kind} takes {:?}", start.elapsed());
    assert!(matches!(loaded.code, Some(99 | 3)), "{:?} {}", loaded.code, loaded.told);
    assert!(!loaded.told.contains("panicked"), "{}", loaded.told);
    let failed = loaded.number(&format!("/failures/{kind}"));
    assert_eq!(failed, loaded.number("/requests"), "{kind}: {}", loaded.json);
    assert_eq!(loaded.json["errors"], loaded.json["requests"]);
    loaded
}

fn serves(bytes: &'static [u8]) -> String {
    let address = listen(move |mut stream: TcpStream| {
        let _ = stream.read(&mut [0; 1024]);
        let _ = stream.write_all(bytes);
        // What is closed with bytes unread is reset, and may arrive before the answer does.
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let _ = stream.read_to_end(&mut Vec::new());
    });
    format!("http://{address}/")
}

fn streams(head: &'static [u8], more: &'static [u8]) -> String {
    let address = listen(move |mut stream: TcpStream| {
        let _ = stream.read(&mut [0; 1024]);
        if stream.write_all(head).is_ok() {
            while stream.write_all(more).is_ok() {}
        }
    });
    format!("http://{address}/")
}

#[test]
fn a_server_that_refuses_is_no_hang() {
    let url = format!("http://{}/", free_address());
    for args in [&[][..], &["--http2"], &["--connections", "per-address"]] {
        let loaded = check(&url, "connect", args);
        let why = loaded.json["first_failures"]["connect"].as_str().expect("a reason");
        assert!(why.contains("refused"), "{why}");
    }
}

#[test]
fn garbage_is_no_http() {
    for bytes in [
        &b"good morning\r\n\r\n"[..],
        &[0xff; 4096],
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\0: \xff\r\n\r\n",
    ] {
        check(&serves(bytes), "protocol", &[]);
        check(&serves(bytes), "protocol", &["--http2"]);
    }
}

/// Many short fields in one write: the limit on a head is met long before a request's time is up,
/// also where a system call is slow.
const FIELDS: [[u8; 6]; 512] = [*b"a: b\r\n"; 512];

/// Goal: nothing that a server sends fills the memory or holds the command up. Method: heads and
/// bodies without an end.
#[test]
fn what_does_not_end_is_cut_off() {
    check(&streams(b"HTTP/1.1 200 OK\r\n", FIELDS.as_flattened()), "protocol", &[]);
    check(&streams(b"HTTP/1.1 200 OK\r\na: ", &[b'a'; 4096]), "protocol", &[]);
    check(
        &streams(b"HTTP/1.1 200 OK\r\n\r\n", &[b'a'; 65_536]),
        "timeout",
        &["--in-flight-max", "3"],
    );
}

#[test]
fn what_breaks_off_is_a_reset() {
    check(&serves(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nshort"), "reset", &[]);
    check(&serves(b""), "reset", &[]);
}

/// Goal: TLS with someone who speaks none fails as such. Method: a greeting in plain text.
#[test]
fn plain_text_is_no_tls() {
    let url = serves(b"220 mail ready\r\n").replace("http:", "https:");
    check(&url, "tls", &["--insecure"]);
}
