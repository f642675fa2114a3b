//! A server with every bad habit, by the path that is asked for.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::support::{Origin, Reply};

/// Number of habits: `/0` to the one before this.
pub(super) const HABITS: usize = 16;

const PAUSE: Duration = Duration::from_millis(100);

/// A server that behaves as the number in the path says.
pub(super) fn odd() -> Origin {
    Origin::start(|request| {
        let path = request.split(' ').nth(1).unwrap_or_default();
        let digits = path.trim_start_matches('/').split('?').next().unwrap_or_default();
        behave(digits.parse().unwrap_or(0))
    })
}

fn behave(habit: usize) -> Reply {
    let bytes = |text: &str| text.as_bytes().to_vec();
    match habit {
        1 => Reply::Send(bytes(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n\
             3;x=y\r\nabc\r\n0\r\nx-t: 1\r\n\r\n",
        )),
        2 => Reply::SendAndClose(bytes("HTTP/1.0 200 OK\r\n\r\nuntil the end")),
        3 => Reply::SendAndClose(bytes("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nnot all")),
        4 => Reply::SendAndClose(Vec::new()),
        5 => Reply::SendAndClose(vec![0xff; 300]),
        6 => Reply::Take(Box::new(slow)),
        7 => Reply::Send(bytes(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n\
             HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok",
        )),
        8 => Reply::Take(Box::new(echo)),
        9 => Reply::Send(large()),
        10 => Reply::SendAndClose(bytes("HTTP/1.1 413 No\r\ncontent-length: 0\r\n\r\n")),
        11 => Reply::Take(Box::new(silent)),
        12 => Reply::Send(bytes(
            "HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        )),
        13 => Reply::SendAndClose(bytes("HTTP/1.1 200 OK\r\ncontent-le")),
        14 => Reply::Take(Box::new(endless)),
        15 => Reply::Send(bytes("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok and more")),
        _ => Reply::ok("ok"),
    }
}

fn large() -> Vec<u8> {
    let mut bytes = b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n".to_vec();
    bytes.resize(bytes.len() + 1_000_000, b'x');
    bytes
}

/// Answers in pieces.
fn slow(mut stream: TcpStream) {
    for piece in ["HTTP/1.1 200", " OK\r\ncontent-", "length: 4\r\n\r\n", "sl", "ow"] {
        std::thread::sleep(PAUSE);
        if stream.write_all(piece.as_bytes()).is_err() {
            return;
        }
    }
}

/// Switches protocols, whether that was asked for or not, and says everything again.
fn echo(mut stream: TcpStream) {
    let switch = b"HTTP/1.1 101 S\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n";
    let _ = stream.set_read_timeout(Some(Duration::from_secs(3)));
    let mut bytes = [0; 4096];
    let mut result = stream.write_all(switch);
    while result.is_ok() {
        result = match stream.read(&mut bytes) {
            Ok(0) | Err(_) => return,
            Ok(count) => stream.write_all(&bytes[..count]),
        };
    }
}

/// Never answers.
fn silent(mut stream: TcpStream) {
    let _ = stream.set_read_timeout(Some(Duration::from_secs(3)));
    let _ = stream.read(&mut [0]);
}

/// Never ends, within reason.
fn endless(mut stream: TcpStream) {
    let mut result = stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
    for _ in 0..40 {
        if result.is_err() {
            return;
        }
        result = stream.write_all(b"4\r\nmore\r\n");
        std::thread::sleep(PAUSE / 2);
    }
}
