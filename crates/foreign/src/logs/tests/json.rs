//! Lines of JSON, of products and of whoever has set up their own.

use super::told::{check, refused};
use crate::logs::Format;

#[test]
fn evenkeel() {
    check(
        &Format::Evenkeel,
        r#"{"time":"2024-02-29T12:34:56.789Z","client":"192.0.2.7","listener":"web",
            "method":"GET","host":"a\"b\\c\u0001\u00ff","path":"/x?y=1","status":200,
            "bytes_in":1,"bytes_out":2,"duration_ms":12.345,"first_byte_ms":0.000,
            "queue_ms":0.000,"pool":"p","endpoint":"web1","attempts":2,"reason":"retry",
            "affinity":"none","error":"client_gone"}"#,
        "at=1709210096.789 client=192.0.2.7 method=GET host=a\"b\\c\u{1}\u{fffd} target=/x?y=1 \
         status=200 bytes=2 took=0.012345 server=web1 backend=p frontend=web ended=client_gone",
    );
}

#[test]
fn caddy() {
    check(
        &Format::Caddy,
        r#"{"level":"info","ts":1646861401.5241024,"logger":"http.log.access.log0",
            "msg":"handled request","request":{"remote_ip":"10.0.0.1","remote_port":"41342",
            "client_ip":"192.0.2.7","proto":"HTTP/2.0","method":"GET","host":"shop.example",
            "uri":"/a?b","headers":{"User-Agent":["curl/7.82.0"],"Cookie":["REDACTED"],
            "X-Forwarded-For":["192.0.2.7","10.0.0.9"],"X-Id":["7"]},"tls":{"version":772}},
            "bytes_read":0,"user_id":"","duration":0.000929675,"size":10900,"status":200,
            "resp_headers":{"Server":["Caddy"]}}"#,
        "at=1646861401.5241024 client=192.0.2.7 forwarded=192.0.2.7 method=GET host=shop.example \
         target=/a?b status=200 bytes=10900 took=0.000930 agent=curl/7.82.0 header=X-Id:7 \
         answer=Server:Caddy",
    );
    refused(
        &Format::Caddy,
        r#"{"logger":"http.log.error","request":{"method":"GET","uri":"/"},"status":502}"#,
        "another log",
    );
    refused(&Format::Caddy, r#"{"request":{"method":"GET","uri":"/"}}"#, "tells of no request");
}

#[test]
fn traefik() {
    check(
        &Format::TraefikJson,
        r#"{"ClientAddr":"192.0.2.7:31073","ClientHost":"192.0.2.7","DownstreamContentSize":75,
            "DownstreamStatus":404,"Duration":1964899,"OriginStatus":404,"Overhead":270331,
            "RequestHost":"shop.example","RequestMethod":"GET","RequestPath":"/a?b",
            "RequestCount":1,"RouterName":"r@docker","ServiceAddr":"10.0.0.3:80",
            "ServiceName":"shop@docker","StartUTC":"2024-01-02T03:04:05.6Z",
            "entryPointName":"web","request_User-Agent":"curl","request_X-Id":"7",
            "downstream_Etag":"x","level":"info","time":"2024-01-02T03:04:06Z"}"#,
        "at=1704164645.6 client=192.0.2.7 method=GET host=shop.example target=/a?b status=404 \
         bytes=75 took=0.001965 server=10.0.0.3:80 backend=shop@docker frontend=web agent=curl \
         header=X-Id:7 answer=Etag:x",
    );
}

#[test]
fn envoy() {
    let line = r#"{"authority":"shop.example","bytes_sent":"521",
        "downstream_remote_address":"192.0.2.7:51544","duration":3,"method":"GET","path":"/a",
        "request_id":"9a","requested_server_name":null,"response_code":200,"response_flags":"-",
        "route_name":"default","start_time":"2020-03-07T16:06:58.480Z",
        "upstream_cluster":"outbound|80||shop","upstream_host":"10.0.0.7:80",
        "upstream_service_time":"2","user_agent":"curl","x_forwarded_for":"-"}"#;
    let expected = "at=1583597218.48 client=192.0.2.7 method=GET host=shop.example target=/a \
                    status=200 bytes=521 took=0.003000 server=10.0.0.7:80 \
                    backend=outbound|80||shop frontend=default agent=curl id=9a";
    check(&Format::EnvoyJson, line, expected);
    // As Envoy Gateway names them.
    let line = line
        .replace("\"authority\"", "\":authority\"")
        .replace("\"user_agent\"", "\"user-agent\"")
        .replace("\"request_id\"", "\"x-request-id\"")
        .replace("\"path\"", "\"x-envoy-origin-path\"");
    check(&Format::EnvoyJson, &line, expected);
}

#[test]
fn names_that_many_use() {
    let check = |line, expected| check(&Format::Json, line, expected);
    check(
        r#"<190>Nov 29 web nginx: {"time":"2026-11-29T00:49:11+00:00","remote_addr":"::1",
            "request":"GET /a?b HTTP/1.1","status":200,"body_bytes_sent":3,
            "http_user_agent":"-","http_x_id":"7","cookie_ek":"abc",
            "upstream_addr":"10.0.0.1:80, 10.0.0.2:80","request_time":0.25,
            "host":"shop.example"}"#,
        "at=1795913351 client=::1 method=GET host=shop.example target=/a?b status=200 bytes=3 \
         took=0.250000 server=10.0.0.2:80 header=x_id:7 cookie=ek:abc",
    );
    check(
        r#"{"@timestamp":"2026-11-29T00:49:11Z","client":{"ip":"192.0.2.7"},"url":{"path":"/a",
            "query":"b=c","domain":"shop.example"},"http":{"request":{"method":"GET",
            "referrer":"r"},"response":{"status_code":200,"body":{"bytes":9}}},
            "user_agent":{"original":"curl"},"event":{"duration":5000000}}"#,
        "at=1795913351 client=192.0.2.7 method=GET host=shop.example target=/a?b=c status=200 \
         bytes=9 took=0.005000 agent=curl referer=r",
    );
    check(
        r#"{"httpRequest":{"requestMethod":"GET","requestUrl":"http://shop.example/a",
            "status":200,"responseSize":"7","userAgent":"curl","remoteIp":"192.0.2.7",
            "latency":"0.5s","referer":"r"},"timestamp":1795913351123}"#,
        "at=1795913351.123 client=192.0.2.7 method=GET host=shop.example target=/a status=200 \
         bytes=7 took=0.500000 agent=curl referer=r",
    );
    check(
        r#" {"request":{"method":"GET","url":"/a","headers":{"host":"shop.example","x-id":"7"}},
            "response":{"status":200,"headers":{"etag":"e"}},"tags":[1,{"a":{}}]}"#,
        "method=GET host=shop.example target=/a status=200 header=x-id:7 answer=etag:e",
    );
}

#[test]
fn what_is_no_object() {
    let deep = format!("{{\"a\":{}1", "[".repeat(40));
    for (line, what) in [
        ("", "no object at byte 1"),
        ("x", "no object"),
        ("{}", "tells of no request"),
        ("{\"a\":1", "the object does not end"),
        ("{\"a\":1]", "no comma"),
        ("{\"a\":1,}", "a comma before the end"),
        ("{\"a\":[1,]}", "a comma before the end"),
        ("{\"a\" 1}", "no colon"),
        ("{a:1}", "no key"),
        ("{\"a\":x}", "no value"),
        ("{\"a\":\"x}", "a text does not end"),
        ("{\"a\":\"x\\", "a text does not end"),
        ("{\"a\":1}}", "something behind the object"),
        (deep.as_str(), "nested too deeply"),
    ] {
        refused(&Format::Json, line, what);
    }
}
