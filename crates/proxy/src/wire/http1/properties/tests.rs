//! The properties on random bytes, on requests that are nearly right, and on nearly right bodies.

use balance::Rng;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::*;
use crate::wire::http1::differential;

/// Lines that matter in a response's head.
const LINES: [&str; 30] = [
    "Content-Length: 5",
    "Content-Length: 5",
    "Content-Length: 05",
    "content-length: 0",
    "Content-Length: 5, 5",
    "Content-Length:",
    "Transfer-Encoding: chunked",
    "transfer-encoding: Chunked",
    "Transfer-Encoding: gzip, chunked",
    "Connection: close",
    "Connection: keep-alive, X-A, Set-Cookie",
    "Connection: Content-Length, ,",
    "Keep-Alive: timeout=5",
    "Upgrade: websocket",
    "Set-Cookie: a=1; Path=/",
    "Cache-Control: public, max-age=60",
    "cache-control: S-MAXAGE=1,,private=\"x\", no-cache",
    "CDN-Cache-Control: public",
    "X-Accel-Expires: 60",
    "X-A: 1",
    "X-A:",
    "X_Forwarded_For: 1",
    "X-Real-IP: 1",
    "X-Evenkeel-Error: bad_request",
    "Trailer: X-Sum",
    "Date: Tue, 15 Nov 1994 08:12:31 GMT",
    "X: \u{e9}",
    "X : 1",
    " folded",
    "nocolon",
];
const STATUSES: [&str; 14] = [
    "200 OK",
    "200",
    "200 ",
    "204 No Content",
    "304 Not Modified",
    "100 Continue",
    "103 ",
    "500 E",
    "101 Switching Protocols",
    "404 N\u{e9}ant",
    "599 X",
    "600 X",
    "099 X",
    "301 Moved: here",
];
/// Pieces of chunked bodies.
const PIECES: [&str; 26] = [
    "0\r\nX-Sum: 1\r\n\r\n",
    "0;x\r\nHost: b\r\nX-Sum: 1\r\nx:\r\n\r\n",
    "5\r\nhello\r\n",
    "1;a=b\r\nx\r\n",
    "0\r\n\r\n",
    "0\r\n",
    "\r\n",
    "000\r\n",
    "A\r\n0123456789\r\n",
    "X-Sum: 1\r\n",
    "x:2\r\n",
    "Host: b\r\n",
    "Content-Length: 1\r\n",
    " fold\r\n",
    "nocolon\r\n",
    "0;x\r\n",
    "3\r\n\r\n\r\r\n",
    "\n",
    "\r",
    "5 \r\n",
    "ffffffffffffffff\r\n",
    "x",
    "5",
    "X-\u{e9}: 1\r\n",
    "X: \u{e9}\t\r\n",
    "GET / HTTP/1.1\r\n",
];

fn response() -> impl Strategy<Value = Vec<u8>> {
    let lines = prop::collection::vec(select(&LINES[..]), 0..7);
    let version = select(&["HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/2.0"][..]);
    let edit = prop::option::weighted(0.3, (any::<Index>(), any::<u8>()));
    (version, select(&STATUSES[..]), lines, edit).prop_map(|(version, status, lines, edit)| {
        let mut head = format!("{version} {status}\r\n");
        for line in lines {
            head.push_str(line);
            head.push_str("\r\n");
        }
        let mut bytes = (head + "\r\nbody").into_bytes();
        if let Some((at, byte)) = edit {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes
    })
}

fn content() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(select(&PIECES[..]), 0..9).prop_map(|pieces| pieces.concat().into()),
        prop::collection::vec(any::<u8>(), 0..40),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_judged(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        request_head(&bytes);
        response_head(&bytes);
        body(&bytes);
    }

    #[test]
    fn requests_that_are_nearly_right_are_judged(seed in any::<u64>()) {
        request_head(&differential::case(&mut Rng::new(seed)));
    }

    #[test]
    fn responses_that_are_nearly_right_are_judged(bytes in response()) {
        response_head(&bytes);
    }

    #[test]
    fn bodies_that_are_nearly_right_are_judged(
        framing in any::<u8>(),
        pieces in any::<u8>(),
        content in content(),
    ) {
        let mut bytes = vec![framing, pieces];
        bytes.extend(content);
        body(&bytes);
    }
}
