//! Chunked bodies: refused with their head, and refused after their head is on its way.

use super::stand::{POISON, Refused, Stand, arrives, bad};

const HEAD: &str = "POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n";

fn chunk(name: &'static str, body: &[u8]) -> Refused {
    bad(name, [body, POISON.as_bytes()].concat())
}

/// Chunk sizes with two readings.
fn sizes() -> Vec<Refused> {
    vec![
        chunk("empty size", b"\r\nhello\r\n0\r\n\r\n"),
        chunk("letter for a size", b"x\r\nhello\r\n0\r\n\r\n"),
        chunk("digit and letter", b"5g\r\nhello\r\n0\r\n\r\n"),
        chunk("hexadecimal prefix", b"0x5\r\nhello\r\n0\r\n\r\n"),
        chunk("hexadecimal prefix of nothing", b"0x0\r\n\r\n"),
        chunk("plus sign", b"+5\r\nhello\r\n0\r\n\r\n"),
        chunk("minus sign", b"-5\r\nhello\r\n0\r\n\r\n"),
        chunk("minus nothing", b"-0\r\n\r\n"),
        chunk("underscore", b"0_5\r\nhello\r\n0\r\n\r\n"),
        chunk("comma", b"5,5\r\nhello\r\n0\r\n\r\n"),
        chunk("fraction", b"5.0\r\nhello\r\n0\r\n\r\n"),
        chunk("quotes", b"\"5\"\r\nhello\r\n0\r\n\r\n"),
        chunk("seventeen digits", b"00000000000000005\r\nhello\r\n0\r\n\r\n"),
        chunk("seventeen digits of nothing", b"00000000000000000\r\n\r\n"),
        chunk("2^64 and five", b"10000000000000005\r\nhello\r\n0\r\n\r\n"),
        chunk("largest of 64 bits", b"ffffffffffffffff\r\nhello"),
        chunk("largest signed of 64 bits", b"7fffffffffffffff\r\nhello"),
        chunk("2^63", b"8000000000000000\r\nhello"),
        chunk("leading space", b" 5\r\nhello\r\n0\r\n\r\n"),
        chunk("leading tab", b"\t5\r\nhello\r\n0\r\n\r\n"),
        chunk("trailing space", b"5 \r\nhello\r\n0\r\n\r\n"),
        chunk("trailing tab", b"5\t\r\nhello\r\n0\r\n\r\n"),
        chunk("trailing vertical tab", b"5\x0b\r\nhello\r\n0\r\n\r\n"),
        chunk("NUL behind", b"5\0\r\nhello\r\n0\r\n\r\n"),
        chunk("NUL before", b"\x005\r\nhello\r\n0\r\n\r\n"),
        chunk("Arabic digit", "٥\r\nhello\r\n0\r\n\r\n".as_bytes()),
        chunk("space before the extension", b"5 ;a\r\nhello\r\n0\r\n\r\n"),
        chunk("extension without a size", b";a\r\nhello\r\n0\r\n\r\n"),
    ]
}

/// Line ends and extensions with two readings.
fn lines() -> Vec<Refused> {
    vec![
        chunk("LF ends the size", b"5\nhello\r\n0\r\n\r\n"),
        chunk("CR ends the size", b"5\rhello\r\n0\r\n\r\n"),
        chunk("CR CR LF ends the size", b"5\r\r\nhello\r\n0\r\n\r\n"),
        chunk("LF CR ends the size", b"5\n\rhello\r\n0\r\n\r\n"),
        chunk("LF in an extension", b"5;a\nhello\r\n0\r\n\r\n"),
        chunk("CR in an extension", b"5;a\rhello\r\n0\r\n\r\n"),
        chunk("LF hides a size", b"5;\n0\r\n\r\n"),
        chunk("CR LF in a quoted extension", b"5;a=\"x\r\n\"\r\nhello\r\n0\r\n\r\n"),
        chunk("NUL in an extension", b"5;a\0\r\nhello\r\n0\r\n\r\n"),
        chunk("control character in an extension", b"5;a\x01\r\nhello\r\n0\r\n\r\n"),
        chunk("delete in an extension", b"5;a\x7f\r\nhello\r\n0\r\n\r\n"),
        chunk("extension of 5,000 bytes", &[b"5;", &[b'a'; 5000][..], b"\r\nhello"].concat()),
    ]
}

/// Data that is not as long as its size says.
fn data() -> Vec<Refused> {
    vec![
        chunk("longer than said", b"5\r\nhelloX\r\n0\r\n\r\n"),
        chunk("shorter than said", b"5\r\nhi\r\n0\r\n\r\n"),
        chunk("no line end behind it", b"5\r\nhello0\r\n\r\n"),
        chunk("LF behind it", b"5\r\nhello\n0\r\n\r\n"),
        chunk("CR behind it", b"5\r\nhello\r0\r\n\r\n"),
        chunk("LF CR behind it", b"5\r\nhello\n\r0\r\n\r\n"),
        chunk("space behind it", b"5\r\nhello \r\n0\r\n\r\n"),
        chunk("two line ends behind it", b"5\r\nhello\r\n\r\n0\r\n\r\n"),
        chunk("a request for a size", b"5\r\nhello\r\nGET / HTTP/1.1\r\n\r\n"),
    ]
}

/// Ends and trailers with two readings.
fn ends() -> Vec<Refused> {
    let large = format!("0\r\na: {}\r\n\r\n", "b".repeat(9000));
    let many = format!("0\r\n{}\r\n", "a: b\r\n".repeat(40));
    vec![
        chunk("LF behind the last size", b"0\n\n"),
        chunk("LF for the empty line", b"0\r\n\n"),
        chunk("CR for the empty line", b"0\r\n\rX"),
        chunk("LF behind a trailer", b"0\r\na: b\n\r\n"),
        chunk("CR in a trailer", b"0\r\na: b\rc\r\n\r\n"),
        chunk("trailer without colon", b"0\r\nab\r\n\r\n"),
        chunk("trailer without name", b"0\r\n: b\r\n\r\n"),
        chunk("trailer with a space in its name", b"0\r\na b: c\r\n\r\n"),
        chunk("trailer with a space before the colon", b"0\r\na : c\r\n\r\n"),
        chunk("indented trailer", b"0\r\n a: b\r\n\r\n"),
        chunk("folded trailer", b"0\r\na: b\r\n c\r\n\r\n"),
        chunk("NUL in a trailer", b"0\r\na: \0\r\n\r\n"),
        chunk("control character in a trailer's name", b"0\r\na\x01: b\r\n\r\n"),
        chunk("non-ASCII trailer name", "0\r\né: b\r\n\r\n".as_bytes()),
        chunk("trailers of 9,000 bytes", large.as_bytes()),
        chunk("forty trailers", many.as_bytes()),
    ]
}

/// Method: head and body in one write; nothing of either reaches the origin.
#[test]
fn bad_chunks_are_refused_with_their_head() {
    let stand = Stand::new("");
    for cases in [sizes(), lines(), data(), ends()] {
        let whole = cases.iter().map(|case| case.after(HEAD));
        stand.refuse(&whole.collect::<Vec<_>>());
    }
}

/// Method: the body is sent once the origin has the head; nothing of it gets there.
#[test]
fn bad_chunks_are_refused_after_their_head() {
    let stand = Stand::new("");
    for cases in [sizes(), lines(), data(), ends()] {
        stand.refuse_bodies(HEAD, &cases);
    }
}

#[test]
fn chunks_arrive_without_what_could_deceive() {
    let head = arrives("POST /", "transfer-encoding: chunked\r\n");
    let sent = |body: &str| format!("{HEAD}{body}");
    let cases = [
        ("extension", "5;a=b\r\nhello\r\n0\r\n\r\n", "5\r\nhello\r\n0\r\n\r\n"),
        ("quoted extension", "5;a=\";0\"\r\nhello\r\n0\r\n\r\n", "5\r\nhello\r\n0\r\n\r\n"),
        ("extension of the last chunk", "0;a\r\n\r\n", "0\r\n\r\n"),
        ("empty extension", "5;\r\nhello\r\n0\r\n\r\n", "5\r\nhello\r\n0\r\n\r\n"),
        ("safe trailer", "0\r\nX-Sum: 1\r\n\r\n", "0\r\nX-Sum: 1\r\n\r\n"),
        ("trailing Content-Length", "0\r\nContent-Length: 5\r\n\r\n", "0\r\n\r\n"),
        ("trailing Transfer-Encoding", "0\r\nTransfer-Encoding: x\r\n\r\n", "0\r\n\r\n"),
        ("trailing Host", "0\r\nHost: other\r\nA: b\r\n\r\n", "0\r\nA: b\r\n\r\n"),
        ("trailing Connection", "0\r\nConnection: close\r\n\r\n", "0\r\n\r\n"),
        ("trailing X-Forwarded-For", "0\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n", "0\r\n\r\n"),
        ("trailing underscore twin", "0\r\nContent_Length: 5\r\n\r\n", "0\r\n\r\n"),
        ("trailing Authorization", "0\r\nAuthorization: a\r\n\r\n", "0\r\n\r\n"),
        ("trailing Cookie", "0\r\nCookie: a=b\r\n\r\n", "0\r\n\r\n"),
        ("trailing field of ours", "0\r\nX-Previous-Endpoint: a\r\n\r\n", "0\r\n\r\n"),
        ("leading zeros", "0005\r\nhello\r\n000\r\n\r\n", "0005\r\nhello\r\n000\r\n\r\n"),
        ("upper case size", "A\r\n0123456789\r\n0\r\n\r\n", "A\r\n0123456789\r\n0\r\n\r\n"),
    ];
    let stand = Stand::new("");
    for (name, body, expected) in cases {
        stand.clean(&[(name, &sent(body), format!("{head}{expected}"))]);
    }
}
