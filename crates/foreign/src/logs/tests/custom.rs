//! Formats that a configuration spells out.

use super::told::{check, joined, refused};
use crate::logs::{Captures, Format, JsonFormat, JsonValue, NginxEscape, Parser};

fn nginx(text: &str) -> Format {
    Format::Nginx(text.to_owned(), NginxEscape::Default)
}

#[test]
fn nginx_variables() {
    check(
        &nginx(
            "${remote_addr}|$http_x_forwarded_for|$request|$args|$status|$bytes_sent|$http_cookie|\
             $cookie_ek|$http_x_odd|$sent_http_etag|$msec|$request_time|$host",
        ),
        "127.0.0.1|1.2.3.4, 5.6.7.8|GET /a?b=c HTTP/1.1|b=c|200|3|EK=abc; \
         x=1|abc|o|-|1795913351.123|0.250|shop.example",
        "at=1795913351.123 client=127.0.0.1 forwarded=1.2.3.4, 5.6.7.8 method=GET \
         host=shop.example target=/a?b=c status=200 bytes=3 took=0.250000 cookies=EK=abc; x=1 \
         cookie=ek:abc header=x-odd:o",
    );
    // Servers that were tried in turn, none of them in quotes; host and target side by side.
    let up = nginx(
        "[$time_local] $upstream_addr $upstream_status $upstream_response_time $request_time \
         $host$request_uri $http_user_agent",
    );
    check(
        &up,
        "[29/Nov/2026:00:49:11 +0000] 10.0.0.1:80, 10.0.0.2:80 : 10.0.0.3:80 502, 502 : 200 \
         0.000, 0.001 : - 0.005 a/b?c x y",
        "at=1795913351 host=a target=/b?c took=0.005000 server=10.0.0.3:80 agent=x y",
    );
    check(
        &up,
        "[29/Nov/2026:00:49:11 +0000] - - - 0.000 shop.example- -",
        "at=1795913351 host=shop.example took=0.000000",
    );
    // The servers' times, where the request's own is missing.
    let guess = nginx("$upstream_response_time $status");
    check(&guess, "0.250, 0.500 : - 200", "status=200 took=0.750000");
    check(&guess, "- 502", "status=502");
    // The target from its parts.
    check(&nginx("$status $uri$is_args$args"), "200 /a?b", "status=200");
    check(&nginx("$uri $args $status"), "/a b=c 200", "target=/a?b=c status=200");
    check(&nginx("$uri $args $status"), "/a - 200", "target=/a status=200");
    check(&nginx("$request_uri $uri $args"), "/%61 /a b", "target=/%61");
}

#[test]
fn nginx_escapes() {
    let form = r#"{"a":"$remote_addr","r":"$request","u":"$http_user_agent","s":$status}"#;
    let line = r#"{"a":"::1","r":"GET /q\"\\ HTTP/1.1","u":"\u0001\n","s":200}"#;
    check(
        &Format::Nginx(form.to_owned(), NginxEscape::Json),
        line,
        "client=::1 method=GET target=/q\"\\ status=200 agent=\u{1}\n",
    );
    check(
        &Format::Nginx(r#""$request" $status "$http_user_agent""#.to_owned(), NginxEscape::None),
        r#""GET /q"uote\back HTTP/1.1" 200 "a "b" \x41""#,
        "method=GET target=/q\"uote\\back status=200 agent=a \"b\" \\x41",
    );
    refused(&nginx("$status x"), "200 y", "the end of a field is missing");
    refused(&nginx("a $status"), "b 200", "not what a line begins with");
}

#[test]
fn apache_directives() {
    check(
        &Format::Apache(joined(
            r#"%{c}a %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-agent}i\" %D
            %{BALANCER_WORKER_NAME}e %{ek}C %{X-Id}o"#,
        )),
        r#"192.0.2.7 - - [10/Oct/2000:13:55:36 -0700] "GET /a%20b?c HTTP/1.1" 200 512 "-" "x
            \"y\"" 1500 http://10.0.0.1:8080 abc -"#,
        "at=971211336 client=192.0.2.7 method=GET target=/a%20b?c status=200 bytes=512 \
         took=0.001500 server=10.0.0.1:8080 agent=x \"y\" cookie=ek:abc",
    );
    check(
        &Format::Apache(
            "%{%Y-%m-%d %H:%M:%S}t|%{end:msec}t|%m %U%q %s %!200b %{ms}T %T %%%v".to_owned(),
        ),
        "2000-10-10 20:55:36|971211340000|GET /a?b 200 - 12 0 %shop",
        "at=971211336 method=GET host=shop target=/a?b status=200 took=0.012000",
    );
}

#[test]
fn haproxy_aliases_and_expressions() {
    // Lines of HAProxy 2.6 under these formats, its own formatting of numbers among them.
    let captures = Captures { request: vec!["Host".to_owned()], ..Captures::default() };
    let format = Format::HaproxyFormat(
        "%{+Q}o t=%T client=%ci m=%HM u=%HU st=%ST b=%b s=%s took=%Ta h=%[capture.req.hdr(0)] \
         id=%ID m2=%[capture.req.method] u2=%[capture.req.uri]"
            .to_owned(),
        captures,
    );
    check(
        &format,
        r#"<134>Nov 29 00:49:14 haproxy[1]: t=29/Nov/2026:00:49:14 +0000 client="127.0.0.1"
            m="GET" u="/q#22uote\back" st=200 b="app" s="s1" took=4 h="shop.example" id="8248"
            m2="GET" u2="/q"uote\back""#,
        "at=1795913354 client=127.0.0.1 method=GET host=shop.example target=/q\"uote\\back \
         status=200 took=0.004000 server=s1 backend=app id=8248",
    );
    let text = "%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc \
                %ac/%fc/%bc/%sc/%rc %sq/%bq %hr %hs %{+Q}r %ID";
    let format = Format::HaproxyFormat(text.to_owned(), Captures::default());
    let line = |captured: &str, request: &str| {
        format!(
            "127.0.0.1:1 [29/Nov/2026:00:49:14.385] c~ app/s1 0/0/0/0/9 200 125 A=b - --NI \
             2/1/0/0/0 0/0 {captured}{request}"
        )
    };
    let expected = |rest: &str| {
        format!(
            "at=1795913354.385 client=127.0.0.1 method=GET target=/ status=200 bytes=125 \
             took=0.009000 server=s1 backend=app frontend=c ended=--NI{rest}"
        )
    };
    check(&format, &line("", r#""GET / HTTP/1.1" 7"#), &expected(" id=7 cookie=A:b"));
    check(&format, &line("{o#7C|} ", r#""GET / HTTP/1.1" -"#), &expected(" cookie=A:b header=:o|"));
    check(&format, &line("", r#""GET /"#), &expected(" cookie=A:b"));
}

#[test]
fn envoy_commands() {
    check(
        &Format::EnvoyFormat(
            "%START_TIME(%s.%3f)% %REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH):80% \
             %REQ(X-A?B)% \
             %RESPONSE_CODE% %DURATION% %UPSTREAM_HOST% %UPSTREAM_CLUSTER% \
             %DOWNSTREAM_REMOTE_ADDRESS% 100%%\n"
                .to_owned(),
        ),
        "1460751420.310 GET /a x 200 7 10.0.2.1:80 shop 192.0.2.7:55 100%",
        "at=1460751420.31 client=192.0.2.7 method=GET target=/a status=200 took=0.007000 \
         server=10.0.2.1:80 backend=shop",
    );
}

#[test]
fn formats_that_are_none() {
    let check = |format: Format, expected: &str| {
        let fault = Parser::new(&format, 0).expect_err("a fault").to_string();
        assert!(fault.starts_with(expected), "{fault}");
    };
    check(nginx("a $ b"), "log format, byte 3: a `$` that begins no variable");
    check(nginx("${status"), "log format, byte 1: a `$`");
    check(nginx("no variable"), "log format, byte 1: no variable that tells of a request");
    check(nginx(&"x".repeat(70_000)), "log format, byte 65537: 70000 bytes");
    check(Format::Apache("%h %{Referer".to_owned()), "log format, byte 4: a `%`");
    check(Format::EnvoyFormat("%START_TIME".to_owned()), "log format, byte 1: a `%`");
    let haproxy = Format::HaproxyFormat("%ci %[src".to_owned(), Captures::default());
    check(haproxy, "log format, byte 5: a `%`");
}

/// Lines of Envoy 1.40 under these formats.
#[test]
fn envoy_texts() {
    let format = Format::EnvoyFormat(
        "%START_TIME(%d/%b/%Y:%H:%M:%S.%3f %z)% %DOWNSTREAM_REMOTE_ADDRESS% \"%REQ(:METHOD)% \
         %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%\" %RESPONSE_CODE% %REQ(X-USER):4% \
         %UPSTREAM_HOST% %UPSTREAM_CLUSTER% %DURATION% %RESPONSE_CODE_DETAILS% %ROUTE_NAME%\n"
            .to_owned(),
    );
    let line = |user: &str, rest: &str| {
        format!(
            "29/Nov/2026:14:48:33.527 +0000 127.0.0.1:50281 \"GET /api/x?q=2 HTTP/1.1\" 200 {user} \
             {rest} via_upstream -"
        )
    };
    let expected = |rest: &str| {
        format!(
            "at=1795963713.527 client=127.0.0.1 method=GET target=/api/x?q=2 status=200 \
             took=0.005000{rest}"
        )
    };
    let served = " server=127.0.0.1:40645 backend=other";
    let up = "127.0.0.1:40645 other 5";
    check(&format, &line("u17", up), &expected(&format!("{served} header=X-USER:u17")));
    // What may have been cut is not what was sent.
    check(&format, &line("u170", up), &expected(served));
    check(&format, &line("-", "- - 5"), &expected(" header=X-USER:"));
    let format = Format::EnvoyFormat(
        "%REQ(X-A?X-B)% %NO_SUCH(a:b):9% %START_TIME(%H:%M)% %REQ(:PATH)% %PATH(WQ:ORIG)% \
         %RESPONSE_CODE%"
            .to_owned(),
    );
    check(&format, "a - 14:48 /x /api/x?q=2 200", "target=/api/x?q=2 status=200");
    check(&format, "a - 14:48 /y - 200", "target=/y status=200");
}

/// The same of Envoy's JSON.
#[test]
fn envoy_objects() {
    let values = [
        (&["t"][..], 0, "%START_TIME%"),
        (&["req", "line"], 0, "%REQ(:METHOD)% %REQ(:PATH)%"),
        (&["req", "q"], 0, "%REQ(X-QU)%"),
        (&["req", "list"], 0, "%RESPONSE_CODE%"),
        (&["req", "list"], 1, "%REQ(X-USER)%"),
        (&["req", "c"], 0, "const \"q\""),
        (&["up", "h"], 0, "\"%UPSTREAM_HOST%\""),
        (&["d"], 0, "%DURATION%"),
    ];
    let value = |(path, place, text): &(&[&str], usize, &str)| JsonValue {
        path: path.iter().map(|key| (*key).to_owned()).collect(),
        place: *place,
        text: (*text).to_owned(),
    };
    let values: Vec<_> = values.iter().map(value).collect();
    let format = Format::EnvoyJsonFormat(JsonFormat { values: values.clone(), omits_empty: false });
    check(
        &format,
        r#"{"d":5,"req":{"c":"const \"q\"","line":"GET //x?q=2","list":[200,null],
            "q":"q\u0022u\u005co\u00e9"},"t":"2026-11-29T14:48:33.527Z",
            "up":{"h":"\"127.0.0.1:40645\""}}"#,
        "at=1795963713.527 method=GET target=//x?q=2 status=200 took=0.005000 \
         server=127.0.0.1:40645 header=X-USER: header=X-QU:q\"u\\o\u{fffd}",
    );
    refused(&format, r#"{"d":5,"t":"2026-11-29T14:48:33.527Z"}"#, "all that the format has");
    let omits = Format::EnvoyJsonFormat(JsonFormat { values, omits_empty: true });
    check(&omits, r#"{"d":5,"t":"2026-11-29T14:48:33.527Z"}"#, "at=1795963713.527 took=0.005000");
    refused(&omits, r#"{"x":5}"#, "no request");
}
