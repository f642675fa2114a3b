//! Fields of one connection: taken out, without taking out what others rely on.

use super::stand::{ADDED, Stand, arrives};

/// A GET with these fields arrives with those.
fn check(cases: &[(&'static str, &str, &str)]) {
    let stand = Stand::new("");
    for (name, sent, expected) in cases {
        let sent = format!("GET / HTTP/1.1\r\nHost: test\r\n{sent}\r\n");
        stand.clean(&[(name, &sent, arrives("GET /", expected))]);
    }
}

#[test]
fn fields_of_one_connection_stay_on_it() {
    check(&[
        ("Keep-Alive", "Keep-Alive: timeout=5, max=100\r\n", ""),
        ("Proxy-Connection", "Proxy-Connection: keep-alive\r\n", ""),
        ("TE", "TE: trailers\r\n", ""),
        ("TE that is listed", "Connection: TE\r\nTE: trailers, deflate\r\n", ""),
        ("Connection alone", "Connection: keep-alive\r\n", ""),
        ("Connection: close", "Connection: close\r\n", ""),
        ("unknown member", "Connection: foo\r\n", ""),
        ("empty Connection", "Connection:\r\n", ""),
        ("commas", "Connection: ,,,\r\n", ""),
        ("listed field", "Connection: X-Hop\r\nX-Hop: a\r\nX-End: b\r\n", "X-End: b\r\n"),
        ("listed in another case", "Connection: x-HOP\r\nX-Hop: a\r\n", ""),
        ("listed twice", "Connection: X-A\r\nConnection: X-B\r\nX-A: a\r\nX-B: b\r\n", ""),
        ("listed before the list", "X-Hop: a\r\nConnection: close, X-Hop\r\n", ""),
        ("part of a name is not the name", "Connection: X-Ho\r\nX-Hop: a\r\n", "X-Hop: a\r\n"),
    ]);
}

#[test]
fn upgrades_that_bypass_the_balancer_are_not_passed_on() {
    let offer =
        |value: &str| format!("Connection: upgrade, HTTP2-Settings\r\nUpgrade: {value}\r\n");
    check(&[
        ("h2c", &(offer("h2c") + "HTTP2-Settings: AAMAAABk\r\n"), ""),
        ("h2c in capitals", &offer("H2C"), ""),
        ("h2c before another", &offer("h2c, websocket"), ""),
        ("h2c behind another", &offer("websocket, h2c"), ""),
        ("h2c in a field of its own", &(offer("websocket") + "Upgrade: h2c\r\n"), ""),
        (
            "h2c in the first of two fields",
            &(offer("h2c") + "Upgrade: websocket\r\n"),
            "connection: upgrade\r\nupgrade: websocket\r\n",
        ),
        ("not listed by Connection", "Upgrade: websocket\r\n", ""),
        ("listed, but absent", "Connection: upgrade\r\n", ""),
        ("settings alone", "HTTP2-Settings: AAMAAABk\r\n", ""),
    ]);
}

#[test]
fn connection_cannot_take_out_what_matters() {
    check(&[
        (
            "Cookie and X-Forwarded-For",
            "Connection: close, X-Forwarded-For, Cookie\r\nCookie: a=b\r\n",
            "Cookie: a=b\r\n",
        ),
        (
            "Authorization",
            "Connection: Authorization\r\nAuthorization: a\r\n",
            "Authorization: a\r\n",
        ),
        ("Host", "Connection: Host\r\n", ""),
        ("X-Forwarded-Host and -Proto", "Connection: X-Forwarded-Host, X-Forwarded-Proto\r\n", ""),
        (
            "Cache-Control",
            "Connection: cache-control\r\nCache-Control: x\r\n",
            "Cache-Control: x\r\n",
        ),
        ("Origin", "Connection: Origin\r\nOrigin: a\r\n", "Origin: a\r\n"),
        (
            "Content-Type",
            "Connection: content-type\r\nContent-Type: a/b\r\n",
            "Content-Type: a/b\r\n",
        ),
    ]);
    let post = |fields: &str| format!("POST / HTTP/1.1\r\nHost: test\r\n{fields}\r\n");
    let length = arrives("POST /", "Content-Length: 5\r\n") + "hello";
    let chunked = arrives("POST /", "transfer-encoding: chunked\r\n") + "0\r\n\r\n";
    Stand::new("").clean(&[
        (
            "Content-Length",
            &(post("Connection: Content-Length\r\nContent-Length: 5\r\n") + "hello"),
            length,
        ),
        (
            "Transfer-Encoding",
            &(post("Connection: Transfer-Encoding\r\nTransfer-Encoding: chunked\r\n")
                + "0\r\n\r\n"),
            chunked,
        ),
    ]);
}

#[test]
fn heads_arrive_in_one_form() {
    let get = |fields: &str| format!("GET / HTTP/1.1\r\nHost: test\r\n{fields}\r\n");
    let nobody = ADDED.replace("x-forwarded-host: test", "x-forwarded-host: ");
    let by_1_0 = |fields: &str| format!("GET /a HTTP/1.1\r\nhost: \r\n{fields}{nobody}");
    Stand::new("").clean(&[
        ("one empty line first", &format!("\r\n{}", get("")), arrives("GET /", "")),
        ("no space behind the colon", &get("X:a\r\n"), arrives("GET /", "X: a\r\n")),
        ("white space around a value", &get("X: \t a \t \r\n"), arrives("GET /", "X: a\r\n")),
        ("empty value", &get("X:\r\n"), arrives("GET /", "X: \r\n")),
        ("white space inside a value", &get("X: a \t b\r\n"), arrives("GET /", "X: a \t b\r\n")),
        ("colons in a value", &get("X: a: b:\r\n"), arrives("GET /", "X: a: b:\r\n")),
        (
            "punctuation in a name",
            &get("!#$%&'*+-.^`|~9: a\r\n"),
            arrives("GET /", "!#$%&'*+-.^`|~9: a\r\n"),
        ),
        (
            "white space behind a length",
            &get("Content-Length: 0 \t\r\n"),
            arrives("GET /", "Content-Length: 0\r\n"),
        ),
        ("the same field twice", &get("X: a\r\nX: b\r\n"), arrives("GET /", "X: a\r\nX: b\r\n")),
        (
            "GET with a body",
            &(get("Content-Length: 2\r\n") + "hi"),
            arrives("GET /", "Content-Length: 2\r\n") + "hi",
        ),
        (
            "encoded line end stays encoded",
            "GET /a%0d%0aX:%20b HTTP/1.1\r\nHost: test\r\n\r\n",
            arrives("GET /a%0d%0aX:%20b", ""),
        ),
        ("unknown method", "FROB /a HTTP/1.1\r\nHost: test\r\n\r\n", arrives("FROB /a", "")),
        ("HTTP/1.0 without Host", "GET /a HTTP/1.0\r\n\r\n", by_1_0("")),
        ("Expect by HTTP/1.0", "GET /a HTTP/1.0\r\nExpect: 100-continue\r\n\r\n", by_1_0("")),
        (
            "Upgrade by HTTP/1.0",
            "GET /a HTTP/1.0\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
            by_1_0(""),
        ),
    ]);
}
