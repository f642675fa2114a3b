//! Heads that leave, as the bytes that the other side receives.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::*;
use crate::exchange::Told;
use crate::fault::Fault;
use crate::wire::http1::request::{self as requests, FieldSpace, HeadLimits};
use crate::wire::http1::response::{self as responses, Asked};

const PEER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));
const STRANGER: Forwarding<'_> =
    Forwarding { peer: PEER, trusted: false, scheme: "http", standard: false, told: None };
const TRUSTED: Forwarding<'_> =
    Forwarding { peer: PEER, trusted: true, scheme: "http", standard: false, told: None };
/// What an untrusted peer's request to host `a` ends with.
const TOLD: &str =
    "x-forwarded-for: 192.0.2.7\r\nx-forwarded-proto: http\r\nx-forwarded-host: a\r\n";

const KEPT: Toward<'_> = Toward { keep_alive: true, is_1_1: true, set_cookie: None };
const OLD: Toward<'_> = Toward { keep_alive: false, is_1_1: false, set_cookie: None };
const BOUND: Toward<'_> = Toward { set_cookie: Some("ek=1"), ..KEPT };

fn check_request(to: &Forwarding<'_>, input: &str, expected: &str) {
    let mut space = FieldSpace::new();
    let limits = HeadLimits { bytes: 4096, fields: 64, allow_connect: true };
    let parsed = requests::parse(input.as_bytes(), &mut space, &limits);
    let head = parsed.expect("accepted").expect("whole");
    let mut out = Vec::new();
    request(&head, to, &mut out);
    assert_eq!(String::from_utf8_lossy(&out), expected, "{input:?}");
}

/// `lines` are the client's, `expected` those that the endpoint gets of them.
fn check_lines(to: &Forwarding<'_>, lines: &str, expected: &str) {
    let input = format!("GET / HTTP/1.1\r\nHost: a\r\n{lines}\r\n");
    check_request(to, &input, &format!("GET / HTTP/1.1\r\nhost: a\r\n{expected}"));
}

fn check_response(toward: &Toward<'_>, asked: Asked, input: &str, expected: &str) {
    let mut space = FieldSpace::new();
    let parsed = responses::parse(input.as_bytes(), &mut space, asked);
    let head = parsed.expect("accepted").expect("whole");
    let mut out = Vec::new();
    response(&head, toward, &mut out);
    assert_eq!(String::from_utf8_lossy(&out), expected, "{input:?}");
}

/// `lines` are the endpoint's, `expected` those that the client gets of them.
fn check_answer(toward: &Toward<'_>, lines: &str, expected: &str) {
    let asked = Asked { head_only: false, upgrade: false, connect: false };
    let input = format!("HTTP/1.1 200 OK\r\n{lines}\r\n");
    check_response(toward, asked, &input, &format!("HTTP/1.1 200 OK\r\n{expected}\r\n"));
}

#[test]
fn request_lines_are_in_origin_form() {
    for (line, target) in [
        ("GET /a?b HTTP/1.1", "GET /a?b"),
        ("GET http://a/b HTTP/1.1", "GET /b"),
        ("GET http://a HTTP/1.1", "GET /"),
        ("GET http://a?q HTTP/1.1", "GET /?q"),
        ("OPTIONS * HTTP/1.1", "OPTIONS *"),
        ("OPTIONS http://a HTTP/1.1", "OPTIONS *"),
        ("HEAD / HTTP/1.0", "HEAD /"),
    ] {
        let expected = format!("{target} HTTP/1.1\r\nhost: a\r\n{TOLD}");
        check_request(&STRANGER, &format!("{line}\r\nHost: a\r\n\r\n"), &expected);
    }
    let tunnel = "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n";
    let told = TOLD.replace("host: a", "host: a:443");
    check_request(&STRANGER, tunnel, &format!("CONNECT a:443 HTTP/1.1\r\nhost: a:443\r\n{told}"));
}

#[test]
fn what_belongs_to_one_connection_stays_there() {
    check_lines(&STRANGER, "X: 1\r\nx:  2 \r\n", &format!("X: 1\r\nx: 2\r\n{TOLD}"));
    let hops = "Connection: keep-alive, TE, x-mine\r\nKeep-Alive: 5\r\nProxy-Connection: x\r\n\
                TE: trailers\r\nX-Mine: 1\r\nHTTP2-Settings: AAM\r\nUpgrade: websocket\r\n";
    check_lines(&STRANGER, hops, TOLD);
    let greedy = "Connection: Cookie, Host, Authorization, Content-Length, x-forwarded-for\r\n\
                  Cookie: a=1\r\nAuthorization: b\r\nContent-Length: 3\r\n";
    let kept = "Cookie: a=1\r\nAuthorization: b\r\nContent-Length: 3\r\n";
    check_lines(&STRANGER, greedy, &format!("{kept}{TOLD}"));
}

#[test]
fn upgrades_are_offered_anew() {
    let websocket = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: k\r\n";
    let offered = "Sec-WebSocket-Key: k\r\nconnection: upgrade\r\nupgrade: websocket\r\n";
    check_lines(&STRANGER, websocket, &format!("{offered}{TOLD}"));
    check_lines(&STRANGER, "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n", TOLD);
}

#[test]
fn framing_and_expectation_pass() {
    let lines = "Transfer-Encoding: Chunked\r\nExpect: 100-continue\r\n";
    let passed = "transfer-encoding: chunked\r\nExpect: 100-continue\r\n";
    check_lines(&STRANGER, lines, &format!("{passed}{TOLD}"));
    let old = "PUT / HTTP/1.0\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n";
    let expected = format!("PUT / HTTP/1.1\r\nhost: a\r\nContent-Length: 1\r\n{TOLD}");
    check_request(&STRANGER, old, &expected);
}

#[test]
fn strangers_are_not_believed() {
    let claims = "X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: b\r\n\
                  Forwarded: for=1.2.3.4\r\nX-Real-IP: 1.2.3.4\r\nX_Forwarded_For: 1.2.3.4\r\n\
                  X-Forwarded-Port: 1\r\nX-Previous-Endpoint: web1\r\nX-Evenkeel-Error: x\r\n\
                  X_Real_IP: 1.2.3.4\r\nContent_Length: 5\r\n";
    check_lines(&STRANGER, claims, TOLD);
}

#[test]
fn trusted_proxies_are_believed() {
    let told = "X-Forwarded-For: 1.2.3.4, 5.6.7.8\r\nX-Forwarded-For: 9.9.9.9\r\n\
                X-Forwarded-Proto: https\r\nX-Forwarded-Host: b\r\nX-Forwarded-Port: 1\r\n\
                Forwarded: for=1.2.3.4\r\n";
    let said = "X-Forwarded-Proto: https\r\nX-Forwarded-Host: b\r\nX-Forwarded-Port: 1\r\n";
    let chain = "x-forwarded-for: 1.2.3.4, 5.6.7.8, 9.9.9.9, 192.0.2.7\r\n";
    check_lines(&TRUSTED, told, &format!("{said}{chain}"));
    check_lines(&TRUSTED, "", TOLD);
    let standard = Forwarding { standard: true, ..TRUSTED };
    let line = "forwarded: for=1.2.3.4, for=192.0.2.7;proto=http;host=\"a\"\r\n";
    check_lines(&standard, told, &format!("{said}{chain}{line}"));
}

/// Goal: what a trusted proxy tells in the standard way reaches servers that read either way.
#[test]
fn the_standard_field_is_passed_on() {
    let told = Told {
        chain: vec![IpAddr::from([1, 2, 3, 4]), IpAddr::V6(Ipv6Addr::LOCALHOST)],
        scheme: Some("https"),
        host: Some("b".to_owned()),
    };
    let to = Forwarding { told: Some(&told), ..TRUSTED };
    let chain = "x-forwarded-for: 1.2.3.4, ::1, 192.0.2.7\r\n";
    let lines = "Forwarded: for=1.2.3.4;proto=https;host=b\r\nX-Real-IP: 6.6.6.6\r\n\
                 Forwarded: for=\"[::1]\"\r\nForwarded: for=\"open\r\n";
    let passed = "forwarded: for=1.2.3.4;proto=https;host=b, for=\"[::1]\", \
                  for=192.0.2.7;proto=http;host=\"a\"\r\n";
    let said = "x-forwarded-proto: https\r\nx-forwarded-host: b\r\n";
    check_lines(&to, lines, &format!("{chain}{said}{passed}"));
    let dearer = "X-Forwarded-Proto: http\r\nX-Forwarded-Host: c\r\n";
    let ours = "forwarded: for=192.0.2.7;proto=http;host=\"a\"\r\n";
    check_lines(&to, dearer, &format!("{dearer}{chain}{ours}"));
}

#[test]
fn the_standard_field_quotes_addresses_with_colons() {
    let peer = IpAddr::V6(Ipv6Addr::LOCALHOST);
    let to = Forwarding { peer, trusted: false, scheme: "https", standard: true, told: None };
    let expected = "x-forwarded-for: ::1\r\nx-forwarded-proto: https\r\nx-forwarded-host: a\r\n\
                    forwarded: for=\"[::1]\";proto=https;host=\"a\"\r\n";
    check_lines(&to, "Forwarded: for=1.2.3.4\r\n", expected);
}

#[test]
fn responses_lose_what_belongs_to_the_endpoints_connection() {
    let lines = "Content-Length: 5\r\nConnection: close, X-Mine\r\nKeep-Alive: timeout=5\r\n\
                 X-Mine: 1\r\nProxy-Connection: x\r\nUpgrade: h2c\r\nX-Evenkeel-Error: x\r\n\
                 X-Previous-Endpoint: x\r\nX-Real-IP: 1\r\nServer: s\r\n";
    check_answer(&KEPT, lines, "Content-Length: 5\r\nX-Real-IP: 1\r\nServer: s\r\n");
    let greedy = "Connection: Set-Cookie, Cache-Control\r\nSet-Cookie: a=1\r\nContent-Length: 0\r\n\
                  Cache-Control: no-store\r\n";
    let kept = "Set-Cookie: a=1\r\nContent-Length: 0\r\nCache-Control: no-store\r\n";
    check_answer(&KEPT, greedy, kept);
    let twice = "Content-Length: 5\r\nContent-Length: 5\r\n";
    check_answer(&KEPT, twice, "Content-Length: 5\r\n");
}

#[test]
fn the_clients_connection_is_its_own() {
    let closing = Toward { keep_alive: false, ..KEPT };
    let old_kept = Toward { keep_alive: true, ..OLD };
    let lines = "Content-Length: 5\r\n";
    check_answer(&closing, lines, "Content-Length: 5\r\nconnection: close\r\n");
    check_answer(&OLD, lines, "Content-Length: 5\r\nconnection: close\r\n");
    check_answer(&old_kept, lines, "Content-Length: 5\r\nconnection: keep-alive\r\n");
    let chunked = "Transfer-Encoding: chunked\r\n";
    check_answer(&KEPT, chunked, chunked);
    check_answer(&OLD, chunked, "connection: close\r\n");
}

#[test]
fn a_new_session_is_kept_from_shared_caches() {
    let check = |lines: &str, kept: &str, control: &str| {
        let expected = format!("{kept}set-cookie: ek=1\r\ncache-control: {control}\r\n");
        check_answer(&BOUND, lines, &expected);
    };
    check("", "", "private");
    check("Set-Cookie: a=1\r\n", "Set-Cookie: a=1\r\n", "private");
    check("Cache-Control: public, max-age=60, S-MaxAge=9\r\n", "", "private, max-age=60");
    check("Cache-Control: no-store\r\ncache-control: Private=\"x\"\r\n", "", "private, no-store");
    let targeted = "CDN-Cache-Control: public\r\nSurrogate-Control: max-age=9\r\n\
                    Cloudflare-CDN-Cache-Control: public\r\nX-Accel-Expires: 9\r\nExpires: 0\r\n";
    check(targeted, "Expires: 0\r\n", "private");
    check("Connection: cache-control\r\nCache-Control: no-cache\r\n", "", "private, no-cache");
}

#[test]
fn statuses_without_a_body_have_no_framing() {
    let head = Asked { head_only: true, upgrade: false, connect: false };
    let get = Asked { head_only: false, ..head };
    let cases = [
        (get, "204 No Content", ""),
        (get, "103 Early Hints", ""),
        (get, "304 Not Modified", "Content-Length: 5\r\n"),
        (head, "200 OK", "Content-Length: 5\r\n"),
    ];
    for (asked, status, expected) in cases {
        let input = format!("HTTP/1.1 {status}\r\nContent-Length: 5\r\n\r\n");
        check_response(&KEPT, asked, &input, &format!("HTTP/1.1 {status}\r\n{expected}\r\n"));
    }
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    check_response(&KEPT, head, chunked, "HTTP/1.1 200 OK\r\n\r\n");
}

#[test]
fn switching_passes_what_the_protocol_needs() {
    let input = b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade, X-Hop\r\n\
                  Upgrade: websocket\r\nSec-WebSocket-Accept: k\r\nContent-Length: 5\r\n\
                  X-Hop: 1\r\nX-Evenkeel-Error: x\r\n\r\n";
    let mut space = FieldSpace::new();
    let asked = Asked { head_only: false, upgrade: true, connect: false };
    let head = responses::parse(input, &mut space, asked).expect("accepted").expect("whole");
    let passed = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\n\
                  Upgrade: websocket\r\nSec-WebSocket-Accept: k\r\n";
    for (set_cookie, added) in [(None, ""), (Some("ek=1"), "set-cookie: ek=1\r\n")] {
        let mut out = Vec::new();
        switching(&head, set_cookie, &mut out);
        assert_eq!(String::from_utf8_lossy(&out), format!("{passed}{added}\r\n"));
    }
}

#[test]
fn faults_say_what_they_are() {
    let mut out = Vec::new();
    fault(Fault::QueueFull, Shape { head_only: false, keep_alive: false }, &mut out);
    let expected = "HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/plain\r\n\
                    cache-control: no-store\r\ncontent-length: 36\r\n\
                    x-evenkeel-error: queue_full\r\nretry-after: 1\r\nconnection: close\r\n\r\n\
                    503 Service Unavailable: queue_full\n";
    assert_eq!(String::from_utf8_lossy(&out), expected);
    for known in Fault::ALL {
        let mut out = Vec::new();
        fault(known, Shape { head_only: true, keep_alive: true }, &mut out);
        let text = String::from_utf8_lossy(&out);
        assert!(text.ends_with("\r\n\r\n") && !text.contains("connection:"), "{text}");
        assert_eq!(text.contains("\r\nallow: "), known == Fault::MethodRefused, "{text}");
    }
}
