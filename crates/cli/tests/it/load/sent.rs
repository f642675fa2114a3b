//! What a request has in it: method, path, headers, body, cookies.

use super::server::load;
use crate::support::{Origin, Reply};

#[test]
fn requests_are_as_they_were_written() {
    let origin = Origin::named("a");
    let url = format!("http://{}/from-url", origin.address);
    let args = [
        "--rate",
        "40/s",
        "--for",
        "1s",
        "-X",
        "POST",
        "-H",
        "X-Test: one",
        "-H",
        "user-agent: mine",
        "--body",
        "hello",
        "--path",
        "3:/often?a=b",
        "--path",
        "/seldom",
    ];
    load(&url, &args).went_well();
    let received = origin.received();
    let often = received.matches("POST /often?a=b HTTP/1.1\r\n").count();
    let seldom = received.matches("POST /seldom HTTP/1.1\r\n").count();
    assert!(often > seldom && seldom > 0, "{often} {seldom}");
    assert_eq!(received.matches("\r\n\r\nhello").count(), often + seldom);
    assert_eq!(received.matches("user-agent: mine\r\n").count(), often + seldom);
    assert_eq!(received.matches("x-test: one\r\n").count(), often + seldom);
    assert_eq!(received.matches(&format!("host: {}\r\n", origin.address)).count(), often + seldom);
    assert!(!received.contains("from-url"));
}

/// Goal: users keep cookies beside those that all send, unless they are told not to.
#[test]
fn users_keep_cookies_unless_told_otherwise() {
    let serve = || {
        Origin::start(|_| {
            let head = "HTTP/1.1 200 OK\r\nset-cookie: ek=7; Path=/\r\ncontent-length: 0\r\n\r\n";
            Reply::Send(head.into())
        })
    };
    let short = ["--rate", "40/s", "--for", "1s", "--users", "1", "-H", "Cookie: lang=de"];
    let origin = serve();
    load(&format!("http://{}/", origin.address), &short).went_well();
    assert!(origin.received().contains("cookie: lang=de; ek=7\r\n"), "{}", origin.received());
    let origin = serve();
    let without = [&short[..], &["--no-cookies"]].concat();
    load(&format!("http://{}/", origin.address), &without).went_well();
    assert!(!origin.received().contains("ek=7"));
    assert!(origin.received().contains("cookie: lang=de\r\n"));
}
