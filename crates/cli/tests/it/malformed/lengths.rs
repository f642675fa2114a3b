//! Content-Length: digits, once, or nothing.

use super::stand::{POISON, Refused, Stand, bad};

/// A POST with this Content-Length, a body of five bytes and a second request behind it.
fn length(name: &'static str, value: &[u8]) -> Refused {
    field(name, &[b"Content-Length: ", value].concat())
}

fn field(name: &'static str, field: &[u8]) -> Refused {
    let head = b"POST / HTTP/1.1\r\nHost: test\r\n";
    bad(name, [head, field, b"\r\n\r\nhello", POISON.as_bytes()].concat())
}

#[test]
fn content_lengths_with_two_readings_are_refused() {
    Stand::new("").refuse(&[
        length("plus sign", b"+5"),
        length("minus sign", b"-5"),
        length("minus nothing", b"-0"),
        length("hexadecimal", b"0x5"),
        length("hexadecimal digit", b"a"),
        length("digit and letter", b"5a"),
        length("fraction", b"5.0"),
        length("exponent", b"5e0"),
        length("digits with underscore", b"0_5"),
        length("digits with apostrophe", b"0'5"),
        length("in quotes", b"\"5\""),
        length("empty", b""),
        length("white space", b" \t "),
        length("list of the same", b"5, 5"),
        length("list of the same without space", b"5,5"),
        length("list of different", b"5, 6"),
        length("ends in a comma", b"5,"),
        length("begins with a comma", b",5"),
        length("comma alone", b","),
        length("space inside", b"5 5"),
        length("digit and word", b"5 chunked"),
        length("parameter", b"5;a=b"),
        length("trailing vertical tab", b"5\x0b"),
        length("leading vertical tab", b"\x0b5"),
        length("trailing form feed", b"5\x0c"),
        length("trailing NUL", b"5\0"),
        length("trailing bare CR", b"5\r"),
        length("no-break space", b"\xc2\xa05"),
        length("Arabic digit", "٥".as_bytes()),
        length("full-width digit", "５".as_bytes()),
        length("twenty digits of nothing", b"00000000000000000005"),
        length("2^64", b"18446744073709551616"),
        length("2^64 and five", b"18446744073709551621"),
        length("more than any machine has", b"99999999999999999999999999999999"),
        length("word", b"five"),
        length("not a number", b"NaN"),
        length("folded", b"5\r\n 5"),
        length("folded before its value", b"\r\n 5"),
        length("twice, different", b"5\r\nContent-Length: 6"),
        length("twice, the same", b"5\r\nContent-Length: 5"),
        length("twice, in different case", b"5\r\ncontent-length: 0"),
        length("twice, apart", b"5\r\nX: a\r\nY: b\r\nContent-Length: 0"),
        length("twice, one empty", b"5\r\nContent-Length:"),
        length("three times", b"5\r\nContent-Length: 5\r\nContent-Length: 5"),
        field("space before the colon", b"Content-Length : 5"),
        field("tab before the colon", b"Content-Length\t: 5"),
        field("vertical tab before the colon", b"Content-Length\x0b: 5"),
        field("NUL before the colon", b"Content-Length\0: 5"),
        field("space in the name", b"Content Length: 5"),
        field("in the fold of another field", b"X: a\r\n Content-Length: 5"),
        bad(
            "on a GET, twice",
            b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\
            Content-Length: 0\r\n\r\na",
        ),
        bad(
            "HTTP/1.0, twice",
            b"POST / HTTP/1.0\r\nContent-Length: 1\r\n\
            Content-Length: 0\r\n\r\na",
        ),
    ]);
}
