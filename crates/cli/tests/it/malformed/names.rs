//! Field lines: a token, a colon, a value, on one line.

use super::stand::{POISON, Refused, Stand, bad};

fn field(name: &'static str, field: &[u8]) -> Refused {
    let head = b"GET / HTTP/1.1\r\nHost: test\r\n";
    bad(name, [head, field, b"\r\n\r\n", POISON.as_bytes()].concat())
}

#[test]
fn field_lines_of_another_shape_are_refused() {
    let mut cases = vec![
        field("no colon", b"Foo"),
        field("no colon, two words", b"Foo bar"),
        field("empty name", b": a"),
        field("empty name and value", b":"),
        field("two colons alone", b"::"),
        field("empty name before Content-Length", b": a\r\nContent-Length: 5"),
        field("space before the colon", b"Foo : a"),
        field("tab before the colon", b"Foo\t: a"),
        field("space in the name", b"Foo Bar: a"),
        field("folded with a space", b"Foo: a\r\n b"),
        field("folded with a tab", b"Foo: a\r\n\tb"),
        field("folded over an empty line", b"Foo: a\r\n \r\n b"),
        field("folded request", b"Foo: a\r\n GET /poison HTTP/1.1"),
        field("line of white space", b"Foo: a\r\n "),
        field("line of white space in the middle", b" \r\nFoo: a"),
        field("control character in the name", b"Fo\x01o: a"),
        field("delete in the name", b"Fo\x7fo: a"),
        field("non-ASCII name", "Fóo: a".as_bytes()),
        field("name of bytes above ASCII", b"\xff\xfe: a"),
        field("no-break space before the colon", b"Foo\xa0: a"),
        field("soft hyphen in the name", b"Foo\xad: a"),
        field("request line as a field", b"GET /poison HTTP/1.1"),
        bad("indented first field", b"GET / HTTP/1.1\r\n Foo: a\r\nHost: test\r\n\r\n"),
        bad("first field indented by a tab", b"GET / HTTP/1.1\r\n\tFoo: a\r\nHost: test\r\n\r\n"),
        bad("line of white space first", b"GET / HTTP/1.1\r\n \r\nHost: test\r\n\r\n"),
    ];
    for (name, byte) in [
        ("parenthesis in the name", b'('),
        ("closing parenthesis in the name", b')'),
        ("angle bracket in the name", b'<'),
        ("closing angle bracket in the name", b'>'),
        ("at sign in the name", b'@'),
        ("comma in the name", b','),
        ("semicolon in the name", b';'),
        ("backslash in the name", b'\\'),
        ("quote in the name", b'"'),
        ("slash in the name", b'/'),
        ("bracket in the name", b'['),
        ("closing bracket in the name", b']'),
        ("question mark in the name", b'?'),
        ("equals sign in the name", b'='),
        ("brace in the name", b'{'),
        ("closing brace in the name", b'}'),
    ] {
        cases.push(field(name, &[b"Fo", &[byte][..], b"o: a"].concat()));
    }
    Stand::new("").refuse(&cases);
}
