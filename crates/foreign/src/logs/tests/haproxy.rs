//! Lines of HAProxy's own formats; most were written by HAProxy 2.6.

use super::told::{check, joined, refused};
use crate::logs::{Captures, Format, Parser};

fn own() -> Format {
    Format::Haproxy(Captures::default())
}

fn named() -> Format {
    let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    Format::Haproxy(Captures {
        request: names(&["Host", "X-Forwarded-For", "User-Agent"]),
        response: names(&["Content-Type"]),
    })
}

const CAPTURED: &str = r#"<134>Nov 29 00:49:11 haproxy[11611]: 127.0.0.1:53916
    [29/Nov/2026:00:49:11.315] http-in app/s1 0/0/0/0/8 200 125 EK=abc - --NI 1/1/0/0/0 0/0
    {shop.example|1.2.3.4, 5.6.7.8|curl/8} {text/plain} "GET /a?b=c&d=%20e HTTP/1.1""#;

#[test]
fn http_with_captures() {
    check(
        &named(),
        CAPTURED,
        "at=1795913351.315 client=127.0.0.1 forwarded=1.2.3.4, 5.6.7.8 method=GET \
         host=shop.example target=/a?b=c&d=%20e status=200 bytes=125 took=0.008000 server=s1 \
         backend=app frontend=http-in agent=curl/8 ended=--NI cookie=EK:abc \
         answer=Content-Type:text/plain",
    );
    // Nobody said what the captures are called.
    check(
        &own(),
        CAPTURED,
        "at=1795913351.315 client=127.0.0.1 method=GET target=/a?b=c&d=%20e status=200 bytes=125 \
         took=0.008000 server=s1 backend=app frontend=http-in ended=--NI cookie=EK:abc \
         header=:shop.example header=:1.2.3.4, 5.6.7.8 header=:curl/8 answer=:text/plain",
    );
    check(
        &named(),
        r#"haproxy[1]: ::1:48334 [29/Nov/2026:00:49:12.873] http-in app/s1 0/0/0/0/0 200 125 - -
            --NI 2/2/0/0/0 0/0 {||a #22quoted#22 \agent\ #7Bbr#7Cace#7D #2323 #C3#A9}
            {text/plain} "GET /q#22uote\back HTTP/1.1""#,
        "at=1795913352.873 client=::1 method=GET target=/q\"uote\\back status=200 bytes=125 \
         took=0.000000 server=s1 backend=app frontend=http-in \
         agent=a \"quoted\" \\agent\\ {br|ace} #23 é ended=--NI answer=Content-Type:text/plain",
    );
    let only_response =
        Format::Haproxy(Captures { response: vec!["Server".to_owned()], ..Captures::default() });
    check(
        &only_response,
        r#"1.2.3.4:5 [29/Nov/2026:00:49:12.873] a b/c 0/0/0/0/0 200 1 - - ---- 1/1/1/1/1 0/0 {x}
            "GET / HTTP/1.1""#,
        "at=1795913352.873 client=1.2.3.4 method=GET target=/ status=200 bytes=1 took=0.000000 \
         server=c backend=b frontend=a ended=---- answer=Server:x",
    );
}

#[test]
fn http_that_went_wrong() {
    let check = |line, expected| check(&own(), line, expected);
    check(
        r#"127.0.0.1:53946 [29/Nov/2026:00:49:11.317] http-in http-in/<NOSRV> -1/-1/-1/-1/0 400
            0 - - PR-- 1/1/0/0/0 0/0 "<BADREQ>""#,
        "at=1795913351.317 client=127.0.0.1 status=400 bytes=0 took=0.000000 backend=http-in \
         frontend=http-in ended=PR--",
    );
    // Logged before its end, without a status, and cut at the logger's limit.
    check(
        r#"-:1 [15/Oct/2003:15:19:06.103] px~ px/s1 0/0/1/-1/+50001 -1 +0 - - cD-- 9/9/9/9/9 0/0
            "GET /long"#,
        "at=1066231146.103 method=GET target=/long bytes=0 took=50.001000 server=s1 backend=px \
         frontend=px ended=cD--",
    );
    refused(
        &own(),
        "haproxy[1]: 127.0.0.1:1 [29/Nov/2026:00:49:14.689] https/1: SSL handshake failure",
        "no request",
    );
    refused(&own(), "haproxy[1]: Server app/s1 is DOWN, reason: Layer4 timeout", "no request");
    refused(&own(), "haproxy[1]: Connect from 1.2.3.4:1 to 1.2.3.4:5000 (main/HTTP)", "no request");
    refused(&own(), "haproxy[1]: something", "no accept date");
    refused(&own(), "1.2.3.4:1 [29/Nov/2026:00:49:14.689] a b/c 1/2 200", "no timers");
    refused(
        &own(),
        "1.2.3.4:1 [31/Nov/2026:00:49:14.689] a b/c 1/2/3/4/5 200 ",
        "no time at byte 12",
    );
    refused(&own(), "1.2.3.4:1 [29/Nov/2026:00:49:14.689] a b/c 1/2/3/4/5 200 ", "too early");
}

#[test]
fn https_and_tcp() {
    check(
        &own(),
        r#"haproxy[1]: 127.0.0.1:57540 [29/Nov/2026:00:49:14.424] https~ app/s1 0/0/0/0/0 200
            125 - - --NI 2/1/0/0/0 0/0 "GET /a HTTP/1.1" 0/0000000000000000/0/0/0
            shop.example/TLSv1.3/TLS_AES_256_GCM_SHA384"#,
        "at=1795913354.424 client=127.0.0.1 method=GET host=shop.example target=/a status=200 \
         bytes=125 took=0.000000 server=s1 backend=app frontend=https ended=--NI",
    );
    check(
        &own(),
        "haproxy[1]: 127.0.0.1:36334 [29/Nov/2026:00:49:14.389] tcp tapp/t1 1/0/5 145 -- \
         3/2/0/0/0 0/0",
        "at=1795913354.389 client=127.0.0.1 bytes=145 took=0.005000 server=t1 backend=tapp \
         frontend=tcp ended=--",
    );
}

#[test]
fn as_the_common_log() {
    check(
        &Format::HaproxyClf,
        r#"<134>Nov 29 00:49:14 haproxy[1]: 127.0.0.1 - - [29/Nov/2026:00:49:14 +0000] "GET
            /q#22 HTTP/1.1" 200 125 "" "" 47288 382 "clf" "app" "s1" 0 0 0 1 7 --NI 2 1 0 0 0 0
            0 "EK=a" "" "#,
        "at=1795913354 client=127.0.0.1 method=GET target=/q\" status=200 bytes=125 \
         took=0.007000 server=s1 backend=app frontend=clf ended=--NI cookie=EK:a",
    );
}

/// Goal: dates without a zone are those of the balancer's own. Method: one hour east of UTC.
#[test]
fn local_times() {
    let mut parser = Parser::new(&own(), 3600).expect("a format");
    let line = joined(CAPTURED);
    let read = parser.read(line.as_bytes()).expect("a line");
    assert_eq!(read.at, Some(1_795_913_351.315 - 3600.0));
}
