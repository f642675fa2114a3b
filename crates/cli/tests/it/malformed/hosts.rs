//! Hosts: exactly one, and one that every server reads as the same.

use super::stand::{Refused, Stand, bad};

fn host(name: &'static str, host: &[u8]) -> Refused {
    bad(name, [b"GET / HTTP/1.1\r\nHost: ", host, b"\r\n\r\n"].concat())
}

fn fields(name: &'static str, fields: &str) -> Refused {
    bad(name, format!("GET / HTTP/1.1\r\n{fields}\r\n"))
}

#[test]
fn hosts_with_two_readings_are_refused() {
    Stand::new("").refuse(&[
        fields("no Host", "X: a\r\n"),
        fields("two Hosts", "Host: test\r\nHost: other\r\n"),
        fields("the same Host twice", "Host: test\r\nHost: test\r\n"),
        fields("two Hosts in different case", "Host: test\r\nhOST: other\r\n"),
        fields("two Hosts apart", "Host: test\r\nX: a\r\nY: b\r\nHost: other\r\n"),
        fields("an empty Host and another", "Host:\r\nHost: test\r\n"),
        fields("a Host and an empty one", "Host: test\r\nHost:\r\n"),
        fields("space before the colon", "Host : test\r\n"),
        fields("folded Host", "Host: te\r\n st\r\n"),
        fields("Host in the fold of another field", "X: a\r\n Host: other\r\n"),
        fields("folded before its value", "Host:\r\n test\r\n"),
        fields("indented Host", " Host: test\r\n"),
        host("empty", b""),
        host("white space", b" \t "),
        host("path", b"test/a"),
        host("query", b"test?a"),
        host("fragment", b"test#a"),
        host("scheme", b"http://test"),
        host("user information", b"a@test"),
        host("space inside", b"test other"),
        host("tab inside", b"test\tother"),
        host("list", b"test, other"),
        host("backslash", b"test\\a"),
        host("quotes", b"\"test\""),
        host("angle brackets", b"<test>"),
        host("braces", b"{test}"),
        host("pipe", b"te|st"),
        host("caret", b"te^st"),
        host("non-ASCII", "tést".as_bytes()),
        host("invalid UTF-8", b"te\xffst"),
        host("NUL", b"test\0other"),
        host("port of letters", b"test:http"),
        host("port of six digits", b"test:123456"),
        host("negative port", b"test:-1"),
        host("port with a sign", b"test:+80"),
        host("port with a space", b"test: 80"),
        host("two ports", b"test:80:81"),
        host("port alone", b":80"),
        host("open bracket", b"[::1"),
        host("closing bracket", b"::1]"),
        host("bare IPv6", b"::1"),
        host("bracket and more", b"[::1]x"),
        host("bracket, more and port", b"[::1]x:80"),
        host("empty brackets", b"[]"),
        host("name in brackets", b"[test]"),
        host("two brackets", b"[[::1]]"),
        bad("empty Host in HTTP/1.0", b"GET / HTTP/1.0\r\nHost:\r\n\r\n"),
        bad("two Hosts in HTTP/1.0", b"GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"),
        bad("no Host beside an absolute form", b"GET http://test/ HTTP/1.1\r\n\r\n"),
        bad(
            "two Hosts beside an absolute form",
            b"GET http://test/ HTTP/1.1\r\nHost: test\r\nHost: other\r\n\r\n",
        ),
    ]);
}
