//! Heads of requests: what is understood, and every family of what is refused.

use super::*;

const LIMITS: HeadLimits = HeadLimits { bytes: 400, fields: 8, allow_connect: false };

/// What a head means, as far as it is compared: target, host, framing.
type Meaning<'a> = (&'a str, &'a str, Framing);

fn check_with(limits: HeadLimits, input: &[u8], expected: Result<Option<Meaning<'_>>, Fault>) {
    let mut space = FieldSpace::new();
    let got = parse(input, &mut space, &limits);
    let meaning = got.map(|head| head.map(|head| (head.target, head.host, head.framing)));
    assert_eq!(meaning, expected, "{:?}", input.escape_ascii().to_string());
}

fn accepts(input: &str, target: &str, host: &str, framing: Framing) {
    check_with(LIMITS, input.as_bytes(), Ok(Some((target, host, framing))));
}

fn refuses(input: impl AsRef<[u8]>, fault: Fault) {
    check_with(LIMITS, input.as_ref(), Err(fault));
}

/// `lines` stand between a good request line and the empty line.
fn refuses_fields(lines: &str) {
    refuses(format!("POST / HTTP/1.1\r\nHost: a\r\n{lines}\r\n"), Fault::BadRequest);
}

fn with_head(input: &str, judge: impl FnOnce(&RequestHead<'_, '_>)) {
    let mut space = FieldSpace::new();
    let head = parse(input.as_bytes(), &mut space, &LIMITS).expect("accepted").expect("whole");
    judge(&head);
}

#[test]
fn four_forms_of_target() {
    let empty = Framing::Empty;
    accepts("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "/", "a", empty);
    accepts("GET /a?b=c//d HTTP/1.1\r\nHost: a:80\r\n\r\n", "/a?b=c//d", "a:80", empty);
    accepts("GET http://a/b?c HTTP/1.1\r\nHost: A\r\n\r\n", "/b?c", "a", empty);
    accepts("GET HTTPS://a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", "/", "a:1", empty);
    accepts("GET http://a?b HTTP/1.1\r\nHost: a\r\n\r\n", "?b", "a", empty);
    accepts("GET http://[::1]:8/ HTTP/1.0\r\n\r\n", "/", "[::1]:8", empty);
    accepts("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "*", "a", empty);
    accepts("OPTIONS http://a HTTP/1.1\r\nHost: a\r\n\r\n", "*", "a", empty);
    accepts("OPTIONS http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", "/", "a", empty);
    let open = HeadLimits { allow_connect: true, ..LIMITS };
    let tunnel = b"CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n";
    check_with(open, tunnel, Ok(Some(("a:443", "a:443", empty))));
    check_with(LIMITS, tunnel, Err(Fault::MethodRefused));
    for target in ["a", "a:", "a:99999", "/", "u@a:443", "http://a:443"] {
        let head = format!("CONNECT {target} HTTP/1.1\r\nHost: a\r\n\r\n");
        check_with(open, head.as_bytes(), Err(Fault::BadRequest));
    }
    let with_body = b"CONNECT a:443 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n";
    check_with(open, with_body, Err(Fault::BadRequest));
}

#[test]
fn targets_that_deceive() {
    for target in [
        "*",
        "//x",
        "/#f",
        "/a#",
        "x",
        "a:80",
        "ftp://a/",
        "http:///x",
        "http://",
        "http:/a",
        "://a/",
        "http://u@a/",
        "http://b/",
        "http://a//x",
        "http://a:x/",
        "/\u{e9}",
        "?x",
        "http://a#f",
        "https:a",
    ] {
        refuses(format!("GET {target} HTTP/1.1\r\nHost: a\r\n\r\n"), Fault::BadRequest);
    }
    for line in ["OPTIONS *x", "GET  /", "GET /a b", "GET\t/", " GET /", "GET /\x7f", "GET /\0"] {
        refuses(format!("{line} HTTP/1.1\r\nHost: a\r\n\r\n"), Fault::BadRequest);
    }
}

#[test]
fn versions_and_methods() {
    for version in ["HTTP/0.9", "HTTP/1.2", "HTTP/2.0", "http/1.1", "HTTP/1.1 ", "HTTP/11", "X"] {
        refuses(format!("GET / {version}\r\nHost: a\r\n\r\n"), Fault::BadRequest);
    }
    refuses("GET /\r\n\r\n", Fault::BadRequest);
    refuses("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Fault::BadRequest);
    refuses("G(T / HTTP/1.1\r\nHost: a\r\n\r\n", Fault::BadRequest);
    accepts("purge-All / HTTP/1.1\r\nHost: a\r\n\r\n", "/", "a", Framing::Empty);
}

#[test]
fn line_ends_are_whole() {
    accepts("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\nrest", "/", "a", Framing::Empty);
    for head in [
        "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "\r\n\rGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "\rGET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\n",
        "GET / HTTP/1.1\r\nHost: a\r\r\n\r\n",
        "GET / HTTP/1.1\rHost: a\r\n\r\n",
        // Refused before the head is whole.
        "GET / HTTP/1.1\r\nHost: a\n",
    ] {
        refuses(head, Fault::BadRequest);
    }
}

#[test]
fn fields_that_are_none() {
    for lines in [
        "X : 1\r\n",
        " X: 1\r\n",
        "X: 1\r\n folded\r\n",
        "X: 1\r\n\tfolded\r\n",
        "nocolon\r\n",
        ": 1\r\n",
        "X\0: 1\r\n",
        "X: a\0b\r\n",
        "X: a\rb\r\n",
        "X: \x01\r\n",
        "X: \x7f\r\n",
        "X(): 1\r\n",
        "X\u{e9}: 1\r\n",
        "X\t: 1\r\n",
        "\"X\": 1\r\n",
    ] {
        refuses_fields(lines);
    }
}

#[test]
fn framing_has_one_meaning() {
    let post = |lines: &str| format!("POST / HTTP/1.1\r\nHost: a\r\n{lines}\r\n");
    accepts(&post("Content-Length: 0\r\n"), "/", "a", Framing::Length(0));
    accepts(&post("content-length:\t42 \r\n"), "/", "a", Framing::Length(42));
    accepts(&post("Content-Length: 007\r\n"), "/", "a", Framing::Length(7));
    let most = "Content-Length: 9999999999999999999\r\n";
    accepts(&post(most), "/", "a", Framing::Length(9_999_999_999_999_999_999));
    accepts(&post("Transfer-Encoding: CHUNKED\r\n"), "/", "a", Framing::Chunked);
    for value in [
        "",
        "+5",
        "-1",
        "5 5",
        "5,",
        "5, 5",
        "0x5",
        "5.0",
        "5\u{b}",
        "5;",
        "18446744073709551616",
        "00000000000000000005",
        "\u{661}",
    ] {
        refuses_fields(&format!("Content-Length: {value}\r\n"));
    }
    for value in [
        "",
        "identity",
        "chunked, chunked",
        "gzip, chunked",
        "chunked, gzip",
        "xchunked",
        "chunked;q=1",
        "chunked,",
        ",chunked",
        "chun ked",
        "\"chunked\"",
        "chunked\u{b}",
    ] {
        refuses_fields(&format!("Transfer-Encoding: {value}\r\n"));
    }
    refuses_fields("Content-Length: 5\r\nContent-Length: 5\r\n");
    refuses_fields("Content-Length: 5\r\nContent-Length: 6\r\n");
    refuses_fields("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n");
    refuses_fields("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n");
    refuses_fields("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n");
    let old = "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    refuses(old, Fault::BadRequest);
}

#[test]
fn one_host() {
    let head = |lines: &str| format!("GET / HTTP/1.1\r\n{lines}\r\n");
    for host in ["a", "a.b:8080", "A-b_c", "127.0.0.1", "[::1]", "[fe80::1]:80", "a:", "x%41"] {
        accepts(&head(&format!("Host: {host}\r\n")), "/", host, Framing::Empty);
    }
    accepts("GET / HTTP/1.0\r\n\r\n", "/", "", Framing::Empty);
    refuses(head(""), Fault::BadRequest);
    for host in [
        "",
        "a b",
        "a,b/c",
        "a/",
        "u@a",
        "a:b",
        "a:80:80",
        "a:123456",
        "[::1",
        "::1",
        "[]",
        "[x]",
        "[fe80::1%25eth0]",
        ":80",
        "a\\b",
        "a#b",
        "a?b",
        "\u{e9}",
        "http://a",
    ] {
        refuses(head(&format!("Host: {host}\r\n")), Fault::BadRequest);
    }
    refuses(head("Host: a\r\nHost: a\r\n"), Fault::BadRequest);
    refuses(b"GET / HTTP/1.1\r\nHost: a\xff\r\n\r\n", Fault::BadRequest);
    refuses("GET http://a/ HTTP/1.1\r\nHost: b\r\n\r\n", Fault::BadRequest);
    refuses("GET http://a/ HTTP/1.1\r\n\r\n", Fault::BadRequest);
}

#[test]
fn limits_hold_before_and_after_the_head_is_whole() {
    let long = |n: usize| format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "x".repeat(n));
    let room = LIMITS.bytes - long(0).len();
    let target = format!("/{}", "x".repeat(room));
    accepts(&long(room), &target, "a", Framing::Empty);
    refuses(long(room + 1), Fault::HeadTooLarge);
    refuses(long(LIMITS.bytes), Fault::TargetTooLong);
    refuses(&long(LIMITS.bytes)[..LIMITS.bytes], Fault::TargetTooLong);
    let lines = |n: usize| format!("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", "x: 1\r\n".repeat(n));
    accepts(&lines(LIMITS.fields - 1), "/", "a", Framing::Empty);
    refuses(lines(LIMITS.fields), Fault::HeadTooLarge);
    let open_end = format!("GET / HTTP/1.1\r\nHost: a\r\nX: {}", "x".repeat(LIMITS.bytes));
    refuses(&open_end[..LIMITS.bytes], Fault::HeadTooLarge);
    check_with(LIMITS, &open_end.as_bytes()[..LIMITS.bytes - 1], Ok(None));
    let roomy = HeadLimits { bytes: 1 << 20, fields: 1 << 20, allow_connect: false };
    check_with(roomy, lines(FIELDS_MAX).as_bytes(), Err(Fault::HeadTooLarge));
}

#[test]
fn connections_are_kept_as_both_sides_say() {
    let cases = [
        ("1.1", "", true),
        ("1.1", "Connection: close\r\n", false),
        ("1.1", "Connection: keep-alive, Close\r\n", false),
        ("1.1", "Connection: close\r\nConnection: keep-alive\r\n", false),
        ("1.0", "", false),
        ("1.0", "Connection: Keep-Alive\r\n", true),
        ("1.0", "Connection: close\r\n", false),
        ("1.0", "Connection: keep-alive, close\r\n", false),
        ("1.0", "Connection: close, keep-alive\r\n", false),
    ];
    for (version, lines, expected) in cases {
        let head = format!("GET / HTTP/{version}\r\nHost: a\r\n{lines}\r\n");
        with_head(&head, |head| assert_eq!(head.keep_alive, expected, "{version} {lines}"));
    }
}

#[test]
fn protocols_are_offered_in_full_or_not_at_all() {
    let cases = [
        ("1.1", "Connection: upgrade\r\nUpgrade: websocket\r\n", Some("websocket")),
        ("1.1", "Connection: Keep-Alive, Upgrade\r\nUpgrade: a, b/1\r\n", Some("a, b/1")),
        ("1.1", "Upgrade: websocket\r\n", None),
        ("1.1", "Connection: upgrade\r\n", None),
        ("1.0", "Connection: upgrade\r\nUpgrade: websocket\r\n", None),
        ("1.1", "Connection: upgrade\r\nUpgrade: H2C\r\n", None),
        ("1.1", "Connection: upgrade\r\nUpgrade: websocket, h2c\r\n", None),
        ("1.1", "Connection: upgrade\r\nUpgrade:\r\n", None),
    ];
    for (version, lines, expected) in cases {
        let head = format!("GET / HTTP/{version}\r\nHost: a\r\n{lines}\r\n");
        with_head(&head, |head| assert_eq!(head.upgrade, expected, "{version} {lines}"));
    }
    refuses(b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: \xff\r\n\r\n", Fault::BadRequest);
}

#[test]
fn expectations() {
    let head = |version: &str, value: &str| {
        format!("PUT / HTTP/{version}\r\nHost: a\r\nExpect: {value}\r\n\r\n")
    };
    with_head(&head("1.1", "100-Continue"), |head| assert!(head.expects_continue));
    with_head(&head("1.0", "100-continue"), |head| assert!(!head.expects_continue));
    refuses(head("1.1", "200-ok"), Fault::ExpectationFailed);
    refuses(head("1.1", ""), Fault::ExpectationFailed);
    refuses(head("1.1", "100-continue, x"), Fault::ExpectationFailed);
}

#[test]
fn connection_lists_fields() {
    let head = "GET / HTTP/1.1\r\nHost: a\r\nConnection: x-a, close\r\nConnection: X-B\r\n\r\n";
    with_head(head, |head| {
        assert!(head.lists("X-A") && head.lists("x-b") && !head.lists("x-c"));
    });
}

#[test]
fn incomplete_heads_are_waited_for() {
    for input in ["", "\r", "\r\n", "G", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r"] {
        check_with(LIMITS, input.as_bytes(), Ok(None));
    }
}
