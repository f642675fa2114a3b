//! Transfer-Encoding: `chunked`, once, in HTTP/1.1, without Content-Length; or nothing.

use super::stand::{POISON, Refused, Stand, arrives, bad};

/// A POST with this Transfer-Encoding, an empty chunked body and a second request behind it.
fn encoding(name: &'static str, value: &[u8]) -> Refused {
    field(name, &[b"Transfer-Encoding: ", value].concat())
}

fn field(name: &'static str, field: &[u8]) -> Refused {
    let head = b"POST / HTTP/1.1\r\nHost: test\r\n";
    bad(name, [head, field, b"\r\n\r\n0\r\n\r\n", POISON.as_bytes()].concat())
}

#[test]
fn transfer_encodings_with_two_readings_are_refused() {
    Stand::new("").refuse(&[
        encoding("with Content-Length behind it", b"chunked\r\nContent-Length: 5"),
        field("with Content-Length before it", b"Content-Length: 5\r\nTransfer-Encoding: chunked"),
        encoding("with an empty Content-Length", b"chunked\r\nContent-Length:"),
        encoding("with Content-Length 0", b"chunked\r\nContent-Length: 0"),
        encoding("not chunked, with Content-Length", b"identity\r\nContent-Length: 5"),
        encoding("chunked twice in a list", b"chunked, chunked"),
        encoding("chunked twice", b"chunked\r\nTransfer-Encoding: chunked"),
        encoding("chunked, then identity", b"chunked\r\nTransfer-Encoding: identity"),
        encoding("identity, then chunked", b"identity\r\nTransfer-Encoding: chunked"),
        encoding("chunked, then nothing", b"chunked\r\nTransfer-Encoding:"),
        encoding("in different case twice", b"chunked\r\ntRANSFER-eNCODING: cow"),
        encoding("identity", b"identity"),
        encoding("identity in a list", b"identity, chunked"),
        encoding("chunked is not last", b"chunked, identity"),
        encoding("gzip", b"gzip"),
        encoding("gzip and chunked", b"gzip, chunked"),
        encoding("unknown", b"cow"),
        encoding("trailers", b"trailers"),
        encoding("letter before", b"xchunked"),
        encoding("letter behind", b"chunkedx"),
        encoding("cut short", b"chunk"),
        encoding("twice without comma", b"chunked chunked"),
        encoding("parameter", b"chunked;q=1"),
        encoding("parameter after a space", b"chunked; a=b"),
        encoding("comma behind", b"chunked,"),
        encoding("comma before", b",chunked"),
    ]);
}

#[test]
fn transfer_encodings_with_strange_bytes_are_refused() {
    Stand::new("").refuse(&[
        encoding("in double quotes", b"\"chunked\""),
        encoding("in single quotes", b"'chunked'"),
        encoding("trailing vertical tab", b"chunked\x0b"),
        encoding("leading vertical tab", b"\x0bchunked"),
        encoding("trailing form feed", b"chunked\x0c"),
        encoding("trailing NUL", b"chunked\0"),
        encoding("leading NUL", b"\0chunked"),
        encoding("trailing bare CR", b"chunked\r"),
        encoding("no-break space", b"\xa0chunked"),
        encoding("Kelvin sign", "chun\u{212a}ed".as_bytes()),
        encoding("dotless letter", "chunkeḓ".as_bytes()),
        encoding("empty", b""),
        encoding("white space", b" \t "),
        encoding("folded before its value", b"\r\n chunked"),
        encoding("folded with a tab", b"\r\n\tchunked"),
        encoding("folded behind its value", b"chunked\r\n , identity"),
        encoding("list by fold", b"identity\r\n , chunked"),
        field("space before the colon", b"Transfer-Encoding : chunked"),
        field("tab before the colon", b"Transfer-Encoding\t: chunked"),
        field("line before the colon", b"Transfer-Encoding\r\n: chunked"),
        field("space in the name", b"Transfer Encoding: chunked"),
        field("NUL in the name", b"Transfer\0-Encoding: chunked"),
        field("in the fold of another field", b"X: a\r\n Transfer-Encoding: chunked"),
        field("behind a bare CR", b"X: a\rTransfer-Encoding: chunked"),
        bad(
            "indented as the first field",
            b"POST / HTTP/1.1\r\n Transfer-Encoding: chunked\r\n\
            Host: test\r\n\r\n0\r\n\r\n",
        ),
        bad(
            "HTTP/1.0",
            b"POST / HTTP/1.0\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n\
            0\r\n\r\n",
        ),
        bad(
            "HTTP/1.0 with Content-Length",
            b"POST / HTTP/1.0\r\nHost: test\r\n\
            Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        ),
        bad(
            "HTTP/1.0, kept alive",
            b"POST / HTTP/1.0\r\nHost: test\r\n\
            Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ),
        bad(
            "on a GET, with Content-Length",
            b"GET / HTTP/1.1\r\nHost: test\r\n\
            Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ),
    ]);
}

/// Goal: a server that compares the name exactly still sees chunks.
#[test]
fn chunked_arrives_in_its_one_spelling() {
    let chunked = arrives("POST /", "transfer-encoding: chunked\r\n") + "2\r\nhi\r\n0\r\n\r\n";
    let send = |value: &str| {
        format!(
            "POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding:{value}\r\n\r\n\
             2\r\nhi\r\n0\r\n\r\n"
        )
    };
    Stand::new("").clean(&[
        ("upper case", &send(" CHUNKED"), chunked.clone()),
        ("mixed case", &send(" cHuNkEd"), chunked.clone()),
        ("no space", &send("chunked"), chunked.clone()),
        ("tabs and spaces around it", &send(" \t chunked \t "), chunked),
    ]);
}
