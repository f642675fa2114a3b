//! Line ends, control characters and the request line.

use super::stand::{POISON, Refused, Stand, bad};

/// A request with this field line.
fn field(name: &'static str, line: &[u8]) -> Refused {
    let mut bytes = b"GET / HTTP/1.1\r\nHost: test\r\n".to_vec();
    bytes.extend_from_slice(line);
    bytes.extend_from_slice(b"\r\n\r\n");
    bytes.extend_from_slice(POISON.as_bytes());
    bad(name, bytes)
}

/// A request with this request line.
fn line(name: &'static str, line: &[u8]) -> Refused {
    let mut bytes = line.to_vec();
    bytes.extend_from_slice(b"\r\nHost: test\r\n\r\n");
    bytes.extend_from_slice(POISON.as_bytes());
    bad(name, bytes)
}

#[test]
fn line_ends_other_than_crlf_are_refused() {
    Stand::new("").refuse(&[
        bad("bare LF after the request line", b"GET / HTTP/1.1\nHost: test\r\n\r\n"),
        bad("bare LF after a field", b"GET / HTTP/1.1\r\nHost: test\n\r\n"),
        bad("bare LF as the empty line", b"GET / HTTP/1.1\r\nHost: test\r\n\n"),
        bad("bare LF everywhere", b"GET / HTTP/1.1\nHost: test\n\n"),
        bad("bare LF in a head that never ends", b"GET / HTTP/1.1\nHost: te"),
        bad("bare CR after the request line", b"GET / HTTP/1.1\rHost: test\r\n\r\n"),
        bad("bare CR as the empty line", b"GET / HTTP/1.1\r\nHost: test\r\n\rX\r\n\r\n"),
        bad("LF CR for CR LF", b"GET / HTTP/1.1\n\rHost: test\n\r\n\r"),
        bad("two empty lines first", b"\r\n\r\nGET / HTTP/1.1\r\nHost: test\r\n\r\n"),
        bad("bare LF first", b"\nGET / HTTP/1.1\r\nHost: test\r\n\r\n"),
        bad("bare CR first", b"\rGET / HTTP/1.1\r\nHost: test\r\n\r\n"),
        field("bare CR in a value", b"X: a\rb"),
        field("bare CR hides a field", b"X: a\rTransfer-Encoding: chunked"),
        field("bare LF hides a field", b"X: a\nTransfer-Encoding: chunked"),
        field("CR CR LF ends a field", b"X: a\r"),
        field("CR CR LF CR LF hides a request", b"X: a\r\r\n\r\nGET /poison HTTP/1.1"),
        field("bare CR in a name", b"X\rY: a"),
        field("bare CR before the colon", b"X\r: a"),
        field("bare CR after the colon", b"X:\ra"),
        field("bare LF in a name", b"X\nY: a"),
        field("LF LF ends the head", b"X: a\n\nGET /poison HTTP/1.1"),
    ]);
}

#[test]
fn control_characters_are_refused() {
    Stand::new("").refuse(&[
        field("NUL in a value", b"X: a\0b"),
        field("NUL alone as a value", b"X: \0"),
        field("NUL at a value's end", b"X: a\0"),
        field("NUL in a name", b"X\0Y: a"),
        field("NUL before the colon", b"X\0: a"),
        field("bell in a value", b"X: a\x07b"),
        field("backspace in a value", b"X: a\x08b"),
        field("vertical tab in a value", b"X: a\x0bb"),
        field("form feed in a value", b"X: a\x0cb"),
        field("escape in a value", b"X: a\x1b[2Jb"),
        field("unit separator in a value", b"X: a\x1fb"),
        field("delete in a value", b"X: a\x7fb"),
        field("vertical tab before a value", b"X: \x0ba"),
        line("NUL in the target", b"GET /a\0b HTTP/1.1"),
        line("NUL in the method", b"G\0T / HTTP/1.1"),
        line("NUL before the method", b"\0GET / HTTP/1.1"),
        line("NUL in the version", b"GET / HTTP/1.1\0"),
        line("backspace in the target", b"GET /a\x08 HTTP/1.1"),
        line("tab in the target", b"GET /a\tb HTTP/1.1"),
        line("escape in the target", b"GET /a\x1b HTTP/1.1"),
        line("delete in the target", b"GET /a\x7f HTTP/1.1"),
        line("bare CR in the target", b"GET /a\rb HTTP/1.1"),
        line("bare LF in the target", b"GET /a\nb HTTP/1.1"),
    ]);
}

#[test]
fn request_lines_of_another_shape_are_refused() {
    Stand::new("").refuse(&[
        line("space before the method", b" GET / HTTP/1.1"),
        line("tab before the method", b"\tGET / HTTP/1.1"),
        line("byte order mark before the method", b"\xef\xbb\xbfGET / HTTP/1.1"),
        line("two spaces before the target", b"GET  / HTTP/1.1"),
        line("two spaces before the version", b"GET /  HTTP/1.1"),
        line("tab before the target", b"GET\t/ HTTP/1.1"),
        line("tab before the version", b"GET /\tHTTP/1.1"),
        line("vertical tab before the target", b"GET\x0b/ HTTP/1.1"),
        line("form feed before the version", b"GET /\x0cHTTP/1.1"),
        line("space after the version", b"GET / HTTP/1.1 "),
        line("tab after the version", b"GET / HTTP/1.1\t"),
        line("word after the version", b"GET / HTTP/1.1 HTTP/1.1"),
        line("space in the target", b"GET /a b HTTP/1.1"),
        line("request in the target", b"GET / HTTP/1.1 GET /poison HTTP/1.1"),
        line("no target", b"GET HTTP/1.1"),
        line("empty target", b"GET  HTTP/1.1"),
        line("no method", b" / HTTP/1.1"),
        line("no space after the method", b"GET/ HTTP/1.1"),
        line("method with an at sign", b"G@T / HTTP/1.1"),
        line("method with a colon", b"GET: / HTTP/1.1"),
        line("method in quotes", b"\"GET\" / HTTP/1.1"),
        line("method in brackets", b"[GET] / HTTP/1.1"),
        line("method with a slash", b"GET/x / HTTP/1.1"),
        line("method outside ASCII", b"G\xc3\x89T / HTTP/1.1"),
        line("method is a field", b"Host: test"),
    ]);
}
