//! Lines of the formats that products write when nobody has told them another.

use super::told::{check, refused};
use crate::logs::Format;

#[test]
fn the_common_format() {
    check(
        &Format::Common,
        r#"192.0.2.7 - frank [10/Oct/2000:13:55:36 -0700] "GET /a.gif HTTP/1.0" 200 2326"#,
        "at=971211336 client=192.0.2.7 method=GET target=/a.gif status=200 bytes=2326",
    );
    // A name instead of an address, a user with a space, no bytes, more behind.
    check(
        &Format::Common,
        r#"pc1.example - john doe [29/Feb/2024:23:59:59 +0000] "HEAD / HTTP/1.0" 304 - 12 "x""#,
        "at=1709251199 method=HEAD target=/ status=304",
    );
    // A quote that nobody escaped, as servers of 1995 wrote it.
    check(
        &Format::Common,
        r#"192.0.2.7 - - [10/Oct/2000:13:55:36 -0700] "GET /"x" y.gif" HTTP/1.0" 404 -"#,
        r#"at=971211336 client=192.0.2.7 method=GET target=/"x" y.gif" status=404"#,
    );
    let refused = |line, what| refused(&Format::Common, line, what);
    refused("", "the end of a field is missing");
    refused(r#"192.0.2.7 - - [10/Okt/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 1"#, "no time at");
    refused(r#"192.0.2.7 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 2OO 1"#, "no status");
    refused(r#"192.0.2.7 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 x"#, "no number");
    refused(r#"192.0.2.7 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0""#, "field is missing");
}

#[test]
fn combined() {
    let check = |line, expected| check(&Format::Combined, line, expected);
    // Written by nginx 1.22 for a request with quotes, backslashes and bytes that are no UTF-8.
    check(
        r#"127.0.0.1 - - [29/Nov/2026:00:49:11 +0000] "GET /q\x22uote\x5Cback HTTP/1.1" 200 3
            "-" "a \x22quoted\x22 \x5Cagent\x5C {br|ace} #23 \xC3\xA9\xFF""#,
        "at=1795913351 client=127.0.0.1 method=GET target=/q\"uote\\back status=200 bytes=3 \
         agent=a \"quoted\" \\agent\\ {br|ace} #23 é\u{fffd}",
    );
    check(
        r#"::1 - - [29/Nov/2026:00:49:11 +0000] "\x16\x03\x01garbage" 400 157 "-" "-""#,
        "at=1795913351 client=::1 status=400 bytes=157",
    );
    // As Apache escapes.
    check(
        r#"192.0.2.7 - - [29/Nov/2026:00:49:11 +0000] "GET /a HTTP/1.1" 200 3 "http://r/\"x"
            "a\\\" b" 1 2"#,
        "at=1795913351 client=192.0.2.7 method=GET target=/a status=200 bytes=3 agent=a\\\" b \
         referer=http://r/\"x",
    );
    // Written to a system logger.
    check(
        r#"<190>Nov 29 00:49:11 web1 nginx: 192.0.2.7 - - [29/Nov/2026:00:49:11 +0000] "GET /
            HTTP/1.1" 200 3 "-" "x""#,
        "at=1795913351 client=192.0.2.7 method=GET target=/ status=200 bytes=3 agent=x",
    );
    // Kept by Docker.
    check(
        r#"{"log":"192.0.2.7 - - [29/Nov/2026:00:49:11 +0000] \"GET /\\x22 HTTP/1.1\" 200 3
            \"-\" \"\u00e9\"\r\n","stream":"stdout","time":"2026-11-29T00:49:12Z"}"#,
        "at=1795913351 client=192.0.2.7 method=GET target=/\" status=200 bytes=3 agent=é",
    );
    // An address that ends like a list goes on.
    check(
        r#"2001:db8:: - - [29/Nov/2026:00:49:11 +0000] "GET / HTTP/1.1" 200 3 "-" "x""#,
        "at=1795913351 client=2001:db8:: method=GET target=/ status=200 bytes=3 agent=x",
    );
    // Addresses of proxies in the place of the client's.
    check(
        r#"10.0.0.2, 10.0.0.1 - - [29/Nov/2026:00:49:11 +0000] "GET / HTTP/1.1" 200 3 "-" "x""#,
        "at=1795913351 forwarded=10.0.0.2, 10.0.0.1 method=GET target=/ status=200 bytes=3 agent=x",
    );
}

#[test]
fn combined_with_more() {
    check(
        &Format::Proxied,
        r#"10.0.0.1 - - [29/Nov/2026:00:49:11 +0000] "GET / HTTP/1.1" 200 3 "-" "x" "192.0.2.7,
            10.0.0.9""#,
        "at=1795913351 client=10.0.0.1 forwarded=192.0.2.7, 10.0.0.9 method=GET target=/ \
         status=200 bytes=3 agent=x",
    );
    check(
        &Format::Vhost,
        r#"shop.example:443 192.0.2.7 - - [29/Nov/2026:00:49:11 +0000] "GET / HTTP/1.1" 200 3
            "-" "x""#,
        "at=1795913351 client=192.0.2.7 method=GET host=shop.example target=/ status=200 \
         bytes=3 agent=x",
    );
    check(
        &Format::Ingress,
        r#"192.0.2.7 - - [07/Feb/2020:12:02:42 +0000] "GET /v2 HTTP/1.1" 200 61 "-" "x" 348
            0.104 [shop-web-80] [] 10.0.0.6:80, 10.0.0.7:80 - 0.100, - 502, 200 835136ae"#,
        "at=1581076962 client=192.0.2.7 method=GET target=/v2 status=200 bytes=61 took=0.104000 \
         server=10.0.0.7:80 backend=shop-web-80 agent=x id=835136ae",
    );
    check(
        &Format::Traefik,
        r#"192.0.2.7 - - [02/Oct/2017:20:22:08 +0000] "GET /a HTTP/1.1" 304 0 "-" "x" 271
            "shop@docker" "http://10.0.0.3:5601" 3ms"#,
        "at=1506975728 client=192.0.2.7 method=GET target=/a status=304 bytes=0 took=0.003000 \
         server=10.0.0.3:5601 frontend=shop@docker agent=x id=271",
    );
}

#[test]
fn envoy() {
    check(
        &Format::Envoy,
        r#"[2016-04-15T20:17:00.310Z] "POST /api HTTP/2" 204 - 154 0 226 100 "10.0.35.28" "curl"
            "cc21" "shop.example" "tcp://10.0.2.1:80""#,
        "at=1460751420.31 forwarded=10.0.35.28 method=POST host=shop.example target=/api \
         status=204 bytes=0 took=0.226000 server=10.0.2.1:80 agent=curl id=cc21",
    );
    // A connection that was no HTTP, behind what a cluster's runtime writes.
    check(
        &Format::Envoy,
        r#"[2016-04-15T20:17:00.310Z] "- - -" 0 NR 0 0 5 - "-" "-" "-" "-" "-""#,
        "at=1460751420.31 bytes=0 took=0.005000 ended=NR",
    );
    check(
        &Format::Istio,
        r#"[2024-08-21T01:14:56.707Z] "HEAD / HTTP/1.1" 404 NR route_not_found - "-" 0 0 1 -
            "10.0.0.15" "curl/8" "7f1c" "shop.example" "-" - - 10.0.0.2:80 10.0.0.15:51544 - -"#,
        "at=1724202896.707 client=10.0.0.15 forwarded=10.0.0.15 method=HEAD host=shop.example \
         target=/ status=404 bytes=0 took=0.001000 agent=curl/8 ended=NR id=7f1c",
    );
}

#[test]
fn aws() {
    check(
        &Format::Alb,
        r#"https 2018-07-02T22:23:00.186641Z app/lb/50dc 192.0.2.7:2817 10.0.0.1:80 0.086 0.048
            0.037 200 200 0 57 "GET https://www.example.com:443/a?b HTTP/1.1" "curl/7.46.0"
            ECDHE TLSv1.2 arn:aws:targetgroup/t/73e2 "Root=1-58" "www.example.com" "arn:aws:acm"
            1 2018-07-02T22:22:48.364000Z "forward" "-" "-""#,
        "at=1530570168.364 client=192.0.2.7 method=GET host=www.example.com target=/a?b \
         status=200 bytes=57 took=0.171000 server=10.0.0.1:80 backend=arn:aws:targetgroup/t/73e2 \
         frontend=app/lb/50dc agent=curl/7.46.0 id=Root=1-58",
    );
    check(
        &Format::Alb,
        r#"http 2018-11-30T22:23:00Z app/lb/50dc 192.0.2.7:2817 - -1 -1 -1 400 - 0 0 "-
            http://www.example.com:80- -" "-" - - - "-" "-" "-" 0 2018-11-30T22:22:48.5Z "-" "-"
            "-""#,
        "at=1543616568.5 client=192.0.2.7 status=400 bytes=0 took=0.000000 frontend=app/lb/50dc",
    );
    check(
        &Format::ClassicElb,
        r#"2019-10-14T12:01:50.199250Z my-elb 192.0.2.7:52410 10.0.0.169:80 0.000039 0.001184
            0.000028 200 200 0 612 "GET http://h:80/ HTTP/1.1" "curl: 7" - -"#,
        "at=1571054510.19925 client=192.0.2.7 method=GET host=h target=/ status=200 bytes=612 \
         took=0.001251 server=10.0.0.169:80 frontend=my-elb agent=curl: 7",
    );
}
