//! Request targets: four forms (RFC 9112, section 3.2), and nothing beside them.

use super::stand::{Refused, Stand, bad};

fn target(name: &'static str, target: &str) -> Refused {
    bad(name, format!("GET {target} HTTP/1.1\r\nHost: test\r\n\r\n"))
}

#[test]
fn other_targets_are_refused() {
    let mut cases = vec![
        target("fragment", "/a#b"),
        target("empty fragment", "/a#"),
        target("fragment alone", "#a"),
        target("fragment after a query", "/a?b#c"),
        target("fragment in absolute form", "http://test/#a"),
        target("fragment after an authority", "http://test#a"),
        target("network path", "//other/"),
        target("two slashes alone", "//"),
        target("two slashes in absolute form", "http://test//other/"),
        target("relative path", "a/b"),
        target("parent path", "../a"),
        target("query alone", "?a=b"),
        target("backslash", "\\a"),
        target("percent sign first", "%2fa"),
        target("asterisk with GET", "*"),
        target("asterisk with more", "*/a"),
        target("user information", "http://a@test/"),
        target("user and password", "http://a:b@test/"),
        target("host as user information", "http://test@other/"),
        target("empty authority", "http:///a"),
        target("authority missing", "http://"),
        target("port without host", "http://:80/"),
        target("one slash", "http:/test/a"),
        target("no slash", "http:test"),
        target("scheme missing", "://test/"),
        target("scheme ftp", "ftp://test/"),
        target("scheme file", "file:///etc/passwd"),
        target("scheme ws", "ws://test/"),
        target("scheme javascript", "javascript:alert(1)"),
        target("scheme in a scheme", "x:http://test/"),
        target("authority with GET", "test:80"),
        target("host with GET", "test"),
        target("port of letters", "http://test:x/"),
        target("port of six digits", "http://test:123456/"),
        target("backslash in the authority", "http://test\\other/"),
        target("open bracket", "http://[::1/"),
        target("bracket and more", "http://[::1]x/"),
        target("other host than Host", "http://other/"),
        target("other port than Host", "http://test:81/"),
        target("longer host than Host", "http://test.other/"),
        target("non-ASCII path", "/é"),
        target("non-ASCII host", "http://tést/"),
    ];
    for method in ["POST", "HEAD", "TRACE", "PUT"] {
        let bytes = format!("{method} * HTTP/1.1\r\nHost: test\r\n\r\n");
        cases.push(bad("asterisk with a method other than OPTIONS", bytes));
    }
    cases.push(bad("lone byte above ASCII", b"GET /\xff HTTP/1.1\r\nHost: test\r\n\r\n"));
    cases.push(bad("OPTIONS and two asterisks", b"OPTIONS ** HTTP/1.1\r\nHost: test\r\n\r\n"));
    Stand::new("").refuse(&cases);
}
