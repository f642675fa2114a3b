//! Versions and protocols that are not HTTP/1.0 or HTTP/1.1.

use super::stand::{Refused, Stand, bad};

fn version(name: &'static str, version: &str) -> Refused {
    bad(name, format!("GET / {version}\r\nHost: test\r\n\r\n"))
}

#[test]
fn other_versions_are_refused() {
    Stand::new("").refuse(&[
        version("HTTP/0.9 spelt out", "HTTP/0.9"),
        version("HTTP/1.2", "HTTP/1.2"),
        version("HTTP/1.9", "HTTP/1.9"),
        version("HTTP/2.0", "HTTP/2.0"),
        version("HTTP/2", "HTTP/2"),
        version("HTTP/3.0", "HTTP/3.0"),
        version("HTTP/0.0", "HTTP/0.0"),
        version("HTTP/1.10", "HTTP/1.10"),
        version("HTTP/1.01", "HTTP/1.01"),
        version("HTTP/01.1", "HTTP/01.1"),
        version("HTTP/11", "HTTP/11"),
        version("HTTP/1", "HTTP/1"),
        version("HTTP/1.", "HTTP/1."),
        version("HTTP/.1", "HTTP/.1"),
        version("HTTP/1,1", "HTTP/1,1"),
        version("HTTP/1.1.1", "HTTP/1.1.1"),
        version("HTTP/+1.1", "HTTP/+1.1"),
        version("HTTP/-1.1", "HTTP/-1.1"),
        version("HTTP/0x1.1", "HTTP/0x1.1"),
        version("HTTP/x.y", "HTTP/x.y"),
        version("HTTP/1.1x", "HTTP/1.1x"),
        version("HTTP/1.1;", "HTTP/1.1;"),
        version("HTTP/ 1.1", "HTTP/ 1.1"),
        version("HTTP /1.1", "HTTP /1.1"),
        version("lower case", "http/1.1"),
        version("mixed case", "Http/1.1"),
        version("HTTPS", "HTTPS/1.1"),
        version("XTTP", "XTTP/1.1"),
        version("ICY", "ICY/1.1"),
        version("RTSP", "RTSP/1.0"),
        version("SIP", "SIP/2.0"),
        version("no slash", "HTTP1.1"),
        version("backslash", "HTTP\\1.1"),
        version("two slashes", "HTTP//1.1"),
        version("full-width digits", "HTTP/１.１"),
    ]);
}

#[test]
fn other_protocols_are_refused() {
    Stand::new("").refuse(&[
        bad("HTTP/0.9", b"GET /\r\n"),
        bad("HTTP/0.9 with a query", b"GET /a?b=c\r\n\r\n"),
        bad("HTTP/2 preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        bad("TLS greeting", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
        bad("SSH greeting", b"SSH-2.0-OpenSSH_9.6\r\n"),
        bad("SOCKS 5 greeting", b"\x05\x01\x00"),
        bad("PROXY protocol, text", b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\nGET / HTTP/1.1\r\n\r\n"),
        bad("PROXY protocol, binary", b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c"),
        bad("a response", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        bad("mail greeting", b"EHLO test\r\n"),
    ]);
}
