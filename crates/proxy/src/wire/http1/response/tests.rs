//! Heads of responses: framing by what was asked, and what no endpoint may send.

use super::*;
use crate::wire::http1::request::{FIELDS_MAX, FieldSpace};

const GET: Asked = Asked { head_only: false, upgrade: false, connect: false };
const HEAD: Asked = Asked { head_only: true, ..GET };
const UPGRADE: Asked = Asked { upgrade: true, ..GET };
const CONNECT: Asked = Asked { connect: true, ..GET };

/// Status, framing, and whether the connection is kept.
type Meaning = (u16, Framing, bool);

fn check(asked: Asked, input: &[u8], expected: Result<Option<Meaning>, BadResponse>) {
    let mut space = FieldSpace::new();
    let got = parse(input, &mut space, asked);
    let meaning = got.map(|head| head.map(|head| (head.status, head.framing, head.keep_alive)));
    assert_eq!(meaning, expected, "{:?} {asked:?}", input.escape_ascii().to_string());
}

fn accepts(asked: Asked, line: &str, lines: &str, framing: Framing, keep_alive: bool) {
    let input = format!("{line}\r\n{lines}\r\n");
    let code = line.split(' ').nth(1).expect("a status");
    let status = code.parse().expect("a number");
    check(asked, input.as_bytes(), Ok(Some((status, framing, keep_alive))));
}

fn refuses(asked: Asked, input: impl AsRef<[u8]>) {
    check(asked, input.as_ref(), Err(BadResponse));
}

#[test]
fn bodies_end_as_request_and_status_say() {
    let ok = "HTTP/1.1 200 OK";
    let length = "Content-Length: 5\r\n";
    let chunked = "Transfer-Encoding: Chunked\r\n";
    accepts(GET, ok, length, Framing::Length(5), true);
    accepts(GET, ok, "Content-Length: 5\r\ncontent-length: 5\r\n", Framing::Length(5), true);
    accepts(GET, ok, chunked, Framing::Chunked, true);
    accepts(GET, ok, "", Framing::UntilClose, true);
    for lines in [length, chunked, ""] {
        accepts(HEAD, ok, lines, Framing::Empty, true);
        accepts(CONNECT, ok, lines, Framing::Empty, true);
    }
    accepts(CONNECT, "HTTP/1.1 403 Forbidden", length, Framing::Length(5), true);
    accepts(GET, "HTTP/1.0 200 OK", length, Framing::Length(5), false);
    accepts(GET, "HTTP/1.1 200", length, Framing::Length(5), true);
    accepts(GET, "HTTP/1.1 599 ", length, Framing::Length(5), true);
}

/// Goal: a body that should not be, and may still come, is never the next response.
#[test]
fn a_body_announced_where_none_may_be_ends_the_connection() {
    let none = "Content-Length: 0\r\n";
    let length = "Content-Length: 5\r\n";
    let chunked = "Transfer-Encoding: chunked\r\n";
    for (status, kept) in [
        ("100 Continue", ["", none].as_slice()),
        ("204 No Content", &["", none]),
        ("304 Not Modified", &["", none, length]),
    ] {
        for lines in ["", none, length, chunked] {
            let line = format!("HTTP/1.1 {status}");
            accepts(GET, &line, lines, Framing::Empty, kept.contains(&lines));
        }
    }
}

#[test]
fn connections_are_kept_as_the_endpoint_says() {
    for (version, lines, expected) in [
        ("1.1", "", true),
        ("1.1", "Connection: close\r\n", false),
        ("1.1", "Connection: x, Close\r\nConnection: keep-alive\r\n", false),
        ("1.0", "", false),
        ("1.0", "Connection: Keep-Alive\r\n", true),
        ("1.0", "Connection: keep-alive, close\r\n", false),
    ] {
        let lines = format!("{lines}Content-Length: 0\r\n");
        accepts(GET, &format!("HTTP/{version} 200 OK"), &lines, Framing::Length(0), expected);
    }
}

#[test]
fn framing_that_has_two_meanings_is_refused() {
    for lines in [
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: 5, 5\r\n",
        "Content-Length: \r\n",
        "Content-Length: +5\r\n",
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: identity\r\n",
        "X: 1\r\n folded\r\n",
        "X : 1\r\n",
        "X: a\0\r\n",
        ": 1\r\n",
        "nocolon\r\n",
        "X: 1\n",
    ] {
        refuses(GET, format!("HTTP/1.1 200 OK\r\n{lines}\r\n"));
        refuses(HEAD, format!("HTTP/1.1 200 OK\r\n{lines}\r\n"));
    }
    refuses(GET, "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
}

#[test]
fn status_lines_that_are_none() {
    for line in [
        "HTTP/1.1 099 X",
        "HTTP/1.1 600 X",
        "HTTP/1.1 1000 X",
        "HTTP/1.1 20 X",
        "HTTP/1.1 2x0 X",
        "HTTP/2.0 200 OK",
        "HTTP/1.2 200 OK",
        "http/1.1 200 OK",
        "200 OK",
        "HTTP/1.1  200 OK",
        "HTTP/1.1 200 O\0K",
        "ICY 200 OK",
    ] {
        refuses(GET, format!("{line}\r\nContent-Length: 0\r\n\r\n"));
    }
    refuses(GET, "HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n");
    refuses(GET, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\n");
}

#[test]
fn protocols_switch_only_when_asked() {
    let switch = "HTTP/1.1 101 Switching Protocols";
    accepts(UPGRADE, switch, "Upgrade: websocket\r\n", Framing::Empty, true);
    refuses(GET, format!("{switch}\r\nUpgrade: websocket\r\n\r\n"));
}

#[test]
fn heads_are_waited_for_up_to_the_limit() {
    for input in ["", "HTTP/1.1 2", "HTTP/1.1 200 OK\r\nX: 1\r\n\r"] {
        check(GET, input.as_bytes(), Ok(None));
    }
    let mut endless = b"HTTP/1.1 200 OK\r\nX: ".to_vec();
    endless.resize(HEAD_MAX - 1, b'x');
    check(GET, &endless, Ok(None));
    endless.push(b'x');
    refuses(GET, &endless);
    let many = "x: 1\r\n".repeat(FIELDS_MAX + 1);
    refuses(GET, format!("HTTP/1.1 200 OK\r\n{many}\r\n"));
}

#[test]
fn connection_lists_fields() {
    let input = b"HTTP/1.1 200 OK\r\nConnection: close, X-A\r\nX-A: 1\r\nX-B: 2\r\n\r\n";
    let mut space = FieldSpace::new();
    let head = parse(input, &mut space, GET).expect("accepted").expect("whole");
    assert!(head.lists("x-a") && !head.lists("x-b"));
}
