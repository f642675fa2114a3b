//! Too large, too many, too demanding: each with the status that says so.

use super::stand::{POISON, Refused, Stand, bad, refused};

const LISTENER: &str = "limits = { head_size = \"8KiB\", headers = 64, body_size = \"64KiB\" }";

fn get(name: &'static str, fields: &str, status: u16) -> Refused {
    refused(name, format!("GET / HTTP/1.1\r\nHost: test\r\n{fields}\r\n{POISON}"), status)
}

fn post(name: &'static str, fields: &str, body: &str, status: u16) -> Refused {
    refused(name, format!("POST / HTTP/1.1\r\nHost: test\r\n{fields}\r\n{body}"), status)
}

#[test]
fn oversize_heads_are_refused() {
    let long = "a".repeat(9000);
    let head = "GET / HTTP/1.1\r\nHost: test\r\n";
    Stand::new(LISTENER).refuse(&[
        get("large value", &format!("X: {long}\r\n"), 431),
        get("large name", &format!("{long}: x\r\n"), 431),
        get("name of 70,000 bytes", &format!("{}: x\r\n", "a".repeat(70_000)), 431),
        get("large cookie", &format!("Cookie: a={long}\r\n"), 431),
        get("many small fields", &"X: aaaaaaaaaa\r\n".repeat(1000), 431),
        get("one field too many", &"X: a\r\n".repeat(64), 431),
        get("300 fields", &"X: a\r\n".repeat(300), 431),
        get("10,000 fields", &"X: a\r\n".repeat(10_000), 431),
        refused("head without end", format!("{head}X: {long}"), 431),
        refused("name without end", format!("{head}{long}"), 431),
        refused("fields without end", format!("{head}{}", "X: a\r\n".repeat(60).repeat(30)), 431),
        refused("long target", format!("GET /{long} HTTP/1.1\r\nHost: test\r\n\r\n"), 414),
        refused("long query", format!("GET /?{long} HTTP/1.1\r\nHost: test\r\n\r\n"), 414),
        refused("target without end", format!("GET /{long}"), 414),
        refused("absolute target without end", format!("GET http://test/{long}"), 414),
        bad("line feeds without end", "\n".repeat(9000)),
        bad("empty lines without end", "\r\n".repeat(9000)),
    ]);
}

#[test]
fn oversize_bodies_are_refused() {
    let stand = Stand::new(LISTENER);
    let chunk = format!("10001\r\n{}\r\n0\r\n\r\n", "a".repeat(0x10001));
    let chunked = "Transfer-Encoding: chunked\r\n";
    stand.refuse(&[
        post("one byte too many", "Content-Length: 65537\r\n", "a", 413),
        post("a gigabyte is announced", "Content-Length: 1073741824\r\n", "a", 413),
        post("the largest length", "Content-Length: 9999999999999999999\r\n", "a", 413),
        post("nothing of it is sent", "Content-Length: 65537\r\n", "", 413),
        get("on a GET", "Content-Length: 65537\r\n", 413),
        post("with an expectation", "Content-Length: 65537\r\nExpect: 100-continue\r\n", "", 413),
    ]);
    let head = format!("POST / HTTP/1.1\r\nHost: test\r\n{chunked}\r\n");
    let whole = refused("in one chunk", &chunk, 413);
    // More than one read brings them; what came within the limit may have been passed on.
    stand.refuse_oversize(&head, &whole);
    let small = "1\r\na\r\n".repeat(70_000);
    stand.refuse_oversize(&head, &refused("in chunks of one byte", small, 413));
}

#[test]
fn demands_that_nobody_meets_are_refused() {
    let stand = Stand::new("");
    stand.refuse(&[
        post("unknown expectation", "Expect: 200-ok\r\nContent-Length: 1\r\n", "a", 417),
        post("list of expectations", "Expect: 100-continue, x\r\nContent-Length: 1\r\n", "a", 417),
        post("empty expectation", "Expect:\r\nContent-Length: 1\r\n", "a", 417),
        post("expectation with a value", "Expect: 100-continue=1\r\n", "", 417),
        post("expectation in quotes", "Expect: \"100-continue\"\r\n", "", 417),
        get("second expectation unknown", "Expect: 100-continue\r\nExpect: x\r\n", 417),
        refused("CONNECT", "CONNECT test:443 HTTP/1.1\r\nHost: test:443\r\n\r\n", 405),
        refused("CONNECT by HTTP/1.0", "CONNECT test:443 HTTP/1.0\r\n\r\n", 405),
        refused("CONNECT to a path", "CONNECT / HTTP/1.1\r\nHost: test\r\n\r\n", 405),
        bad("CONNECT without Host", "CONNECT test:443 HTTP/1.1\r\n\r\n"),
    ]);
}

#[test]
fn connect_is_refused_unless_it_is_plain() {
    let connect = |name, target: &str, fields: &str| {
        bad(name, format!("CONNECT {target} HTTP/1.1\r\n{fields}\r\n{POISON}"))
    };
    Stand::new("allow_connect = true").refuse(&[
        connect("path", "/", "Host: test\r\n"),
        connect("asterisk", "*", "Host: test\r\n"),
        connect("absolute form", "http://test/", "Host: test\r\n"),
        connect("no port", "test", "Host: test\r\n"),
        connect("empty port", "test:", "Host: test\r\n"),
        connect("port beyond all ports", "test:65536", "Host: test\r\n"),
        connect("port of letters", "test:http", "Host: test\r\n"),
        connect("no host", ":443", "Host: test\r\n"),
        connect("user information", "a@test:443", "Host: test\r\n"),
        connect("other host than Host", "other:443", "Host: test\r\n"),
        connect("other port than Host", "test:443", "Host: test:444\r\n"),
        connect("with Content-Length", "test:443", "Host: test:443\r\nContent-Length: 5\r\n"),
        connect("with chunks", "test:443", "Host: test:443\r\nTransfer-Encoding: chunked\r\n"),
        connect("without Host", "test:443", "X: a\r\n"),
    ]);
}
