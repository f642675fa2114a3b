//! Responses that an origin gets wrong: the client is not deceived, and the next is not harmed.

use std::sync::Arc;

use super::responses_table::{Case, Seen, cases};
use crate::support::{Balancer, HandOrigin, Origin, Reply, until};

/// Method: every case is one request on a connection of its own; then the upstream connection
/// must close, and the next request must get its own answer on a new one.
#[test]
fn bad_responses_end_with_their_connection() {
    let all = Arc::new(cases());
    let script = Arc::clone(&all);
    let origin = Origin::start(move |request| {
        let path = request.split(' ').nth(1).unwrap_or_default();
        match path.strip_prefix("/case/").and_then(|number| number.parse::<usize>().ok()) {
            Some(number) if script[number].closes => {
                Reply::SendAndClose(script[number].bytes.clone())
            }
            Some(number) => Reply::Send(script[number].bytes.clone()),
            None => Reply::ok("next"),
        }
    });
    let balancer = Balancer::single("", "", "", origin.address);
    let mut failed = String::new();
    for (number, case) in all.iter().enumerate() {
        if let Err(why) = check(&balancer, &origin, number, case) {
            failed += &format!("\n  {}: {why}", case.name);
        }
    }
    assert!(failed.is_empty(), "{failed}");
}

fn check(balancer: &Balancer, origin: &Origin, number: usize, case: &Case) -> Result<(), String> {
    let mut client = balancer.connect();
    client.send(&format!(
        "{} /case/{number} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n",
        case.method
    ));
    let answer = String::from_utf8_lossy(&client.rest()).into_owned();
    let fits = match case.seen {
        Seen::Refused => answer.contains("HTTP/1.1 502 ") && answer.contains("x-evenkeel-error: "),
        Seen::Broken => is_broken(&answer),
        Seen::Whole(end) => answer.starts_with("HTTP/1.1 2") && answer.ends_with(end),
        Seen::Interim => answer.starts_with("HTTP/1.1 103 ") && answer.ends_with("\r\n\r\nhello"),
        Seen::NotModified => answer.starts_with("HTTP/1.1 304 ") && answer.ends_with("\r\n\r\n"),
    };
    if !fits || answer.contains("poison") {
        return Err(format!("the client saw {answer:?}"));
    }
    until(case.name, || origin.open() == 0);
    let before = origin.connections();
    let next = balancer.connect().get("/next");
    if (next.status, next.text().as_str()) != (200, "next") || origin.connections() != before + 1 {
        return Err(format!("the next request got {next:?}"));
    }
    Ok(())
}

/// A 502, or a response that is visibly not whole.
fn is_broken(answer: &str) -> bool {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((answer, ""));
    let cut = match head.split("content-length: ").nth(1) {
        Some(length) => {
            let length = length.split("\r\n").next().and_then(|text| text.parse().ok());
            length.is_some_and(|length: usize| body.len() < length)
        }
        None => head.contains("transfer-encoding: chunked") && !body.ends_with("0\r\n\r\n"),
    };
    answer.starts_with("HTTP/1.1 502 ") || answer.is_empty() || cut
}

/// Goal: bytes that come after a response, unasked, are nobody's response.
/// Method: they come while the connection is idle; it must not be used again.
#[test]
fn a_response_nobody_asked_for_is_nobodys() {
    let origin = HandOrigin::open();
    let balancer = Balancer::single("", "", "", origin.address);
    let mut client = balancer.connect();
    client.send("GET /a HTTP/1.1\r\nhost: test\r\n\r\n");
    let mut first = origin.accept();
    assert!(first.head().starts_with("GET /a "));
    first.send("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\na");
    assert_eq!(client.response().text(), "a");
    first.send("HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\npoison");
    assert!(first.is_closed(), "it is closed without having been asked anything");
    client.send("GET /b HTTP/1.1\r\nhost: test\r\n\r\n");
    let mut second = origin.accept();
    assert!(second.head().starts_with("GET /b "));
    second.send("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nb");
    assert_eq!(client.response().text(), "b");
}

/// Goal: a chunk that goes wrong after the head has left cuts the response visibly.
#[test]
fn a_bad_chunk_in_the_middle_cuts_the_response() {
    let origin = HandOrigin::open();
    let balancer = Balancer::single("", "", "", origin.address);
    for bad in ["x\r\npoison", "6 \r\npoison", "6\npoison", "1\r\nabpoison", "0\r\n poison\r\n\r\n"]
    {
        let (mut client, mut upstream) =
            origin.reached(&balancer, "GET / HTTP/1.1\r\nhost: test\r\n\r\n");
        upstream.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n");
        let head = client.head();
        assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
        assert_eq!(client.exactly(7), b"2\r\nhi\r\n");
        upstream.send(bad);
        assert_eq!(client.rest(), b"", "{bad:?}");
        assert!(upstream.is_closed(), "{bad:?}");
    }
}

/// Goal: what an origin lists in `Connection` stays between it and the balancer.
#[test]
fn fields_of_the_upstream_connection_stay_on_it() {
    let origin = Origin::start(|_| {
        let fields = "connection: keep-alive, x-hop, set-cookie, cache-control\r\nx-hop: a\r\n\
                      set-cookie: a=b\r\ncache-control: no-store\r\nkeep-alive: timeout=5\r\n\
                      proxy-connection: keep-alive\r\nx-evenkeel-error: forged\r\n\
                      x-previous-endpoint: forged\r\nupgrade: h2c\r\nx-end: c\r\n";
        Reply::Send(format!("HTTP/1.1 200 OK\r\n{fields}content-length: 0\r\n\r\n").into_bytes())
    });
    let balancer = Balancer::single("", "", "", origin.address);
    assert_eq!(
        balancer.connect().get("/").head,
        "HTTP/1.1 200 OK\r\nset-cookie: a=b\r\ncache-control: no-store\r\nx-end: c\r\n\
         content-length: 0"
    );
}
