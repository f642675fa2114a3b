//! What is tried again, where, how often, and what never is.

use crate::support::{Balancer, HandOrigin, Origin, Reply, free_address, pool, until};

/// Answers 503 with a body of its own.
fn sick() -> Origin {
    Origin::start(|_| Reply::status(503, "sorry"))
}

/// Reads a request and closes without a word.
fn mute() -> Origin {
    Origin::start(|_| Reply::SendAndClose(Vec::new()))
}

const POST: &str = "POST /order HTTP/1.1\r\nhost: test\r\ncontent-length: 3\r\n\r\nbuy";

fn post(balancer: &Balancer) -> crate::support::Response {
    let mut client = balancer.connect();
    client.send(POST);
    client.response()
}

/// Goal: a retry asks another server. Method: one of two always answers 503.
#[test]
fn a_503_is_asked_of_another_server() {
    let (sick, well) = (sick(), Origin::named("well"));
    let pool = pool("p", "", &[("sick", sick.address), ("well", well.address)]);
    let balancer = Balancer::start("", "", &pool);
    let mut client = balancer.connect();
    for _ in 0..40 {
        let response = client.get("/");
        assert_eq!((response.status, response.text().as_str()), (200, "well"));
    }
    assert!(!sick.received().is_empty(), "it was asked at least once");
}

/// Goal: a retried 503 counts as the server's own, and convicts it.
#[test]
fn a_retried_503_is_held_against_its_server() {
    let (sick, well) = (sick(), Origin::named("well"));
    let extra = "policy = \"round_robin\"\nejection = { consecutive = 5, max_share = 0.5 }";
    let pool = pool("p", extra, &[("sick", sick.address), ("well", well.address)]);
    let balancer = Balancer::start("", "", &pool);
    let mut client = balancer.connect();
    until("the sick server is ejected", || {
        assert_eq!(client.get("/").status, 200);
        balancer.endpoint("p", "sick")["state"] == "ejected"
    });
    let (sick, well) = (balancer.endpoint("p", "sick"), balancer.endpoint("p", "well"));
    let failed = sick["statuses"][4].as_u64().expect("a count");
    assert!(failed >= 5, "{sick}");
    assert_eq!(sick["requests"], failed, "every attempt was answered: {sick}");
    assert_eq!(sick["ejections"], 1, "{sick}");
    assert_eq!(well["retries"], failed, "each was asked of the other: {well}");
    assert_eq!(well["picks"]["retry"], failed, "{well}");
}

/// Goal: without another server, the answer is passed on as it is.
#[test]
fn an_only_server_s_503_is_passed_on() {
    let only = Origin::start(|_| {
        Reply::Send(
            b"HTTP/1.1 503 Gone Fishing\r\nx-own: 1\r\ncontent-length: 5\r\n\r\nsorry".into(),
        )
    });
    let balancer = Balancer::start("", "", &pool("p", "", &[("a", only.address)]));
    let response = balancer.connect().get("/");
    assert_eq!((response.status, response.text().as_str()), (503, "sorry"));
    assert_eq!(response.field("x-own"), Some("1"));
    assert_eq!(response.field("x-evenkeel-error"), None, "it is not the balancer's");
    assert_eq!(balancer.endpoint("p", "a")["statuses"][4], 1);
    assert!(balancer.status()["pools"][0]["errors"].as_object().expect("a map").is_empty());
}

/// Goal: when every server answers 503, the last one's answer is passed on, and each was asked.
#[test]
fn each_server_is_asked_once() {
    let origins = [sick(), sick(), sick()];
    let named: Vec<_> =
        ["a", "b", "c"].into_iter().zip(origins.iter().map(|o| o.address)).collect();
    let balancer = Balancer::start("", "", &pool("p", "", &named));
    let response = balancer.connect().get("/");
    assert_eq!((response.status, response.text().as_str()), (503, "sorry"));
    for origin in &origins {
        assert_eq!(origin.received().matches("GET / ").count(), 1);
    }
}

/// Goal: the budget bounds the retries. Method: a budget of none.
#[test]
fn a_spent_budget_passes_the_answer_on() {
    let (sick, well) = (sick(), Origin::named("well"));
    let extra = "policy = \"round_robin\"\nretry = { ratio = 0.0, per_second = 0.0 }\n\
                 ejection = { max_share = 0.0 }";
    let pool = pool("p", extra, &[("sick", sick.address), ("well", well.address)]);
    let balancer = Balancer::start("", "", &pool);
    let mut client = balancer.connect();
    let answers: Vec<u16> = (0..10).map(|_| client.get("/").status).collect();
    let failed = answers.iter().filter(|&&status| status == 503).count();
    assert_eq!(failed, 5, "{answers:?}");
    let status = balancer.status();
    assert_eq!(status["pools"][0]["retries_refused"], 5, "{status}");
    assert_eq!(status["pools"][0]["retries"], 0);
    assert_eq!(well.received().matches("GET / ").count(), 5);
}

/// Goal: a GET whose server breaks off is asked of another one.
#[test]
fn a_get_without_an_answer_is_asked_again() {
    let (mute, well) = (mute(), Origin::named("well"));
    let pool = pool("p", "", &[("mute", mute.address), ("well", well.address)]);
    let balancer = Balancer::start("", "", &pool);
    let mut client = balancer.connect();
    for _ in 0..20 {
        assert_eq!(client.get("/").status, 200);
    }
    let failures = balancer.endpoint("p", "mute")["failures"].as_u64().expect("a count");
    assert!(failures >= 1);
    assert_eq!(mute.received().matches("GET / ").count() as u64, failures);
}

/// Goal: a POST whose server breaks off is never sent twice. Method: all servers break off.
#[test]
fn a_post_is_never_sent_twice() {
    let (one, two) = (mute(), mute());
    let pool = pool("p", "", &[("one", one.address), ("two", two.address)]);
    let balancer = Balancer::start("", "", &pool);
    let response = post(&balancer);
    assert_eq!(
        (response.status, response.field("x-evenkeel-error")),
        (502, Some("upstream_reset"))
    );
    let sent = one.received() + &two.received();
    assert_eq!(sent.matches("POST ").count(), 1, "{sent}");
}

/// Goal: the same on a kept connection, which may look stale instead of broken.
#[test]
fn a_post_on_a_kept_connection_is_never_sent_twice() {
    let origin = Origin::start(|request| match request.starts_with("POST") {
        true => Reply::SendAndClose(Vec::new()),
        false => Reply::ok("kept"),
    });
    let other = free_address();
    let pool = pool("p", "", &[("a", origin.address), ("gone", other)]);
    let balancer = Balancer::start("", "", &pool);
    let mut client = balancer.connect();
    for _ in 0..5 {
        assert_eq!(client.get("/").status, 200);
    }
    client.send(POST);
    let response = client.response();
    assert_eq!(
        (response.status, response.field("x-evenkeel-error")),
        (502, Some("upstream_reset"))
    );
    assert_eq!(origin.received().matches("POST ").count(), 1);
}

/// Goal: a body that the client has begun to send cannot be sent again, so a 503 is passed on.
/// Method: head and body in two packets, by length and in chunks; the first server answers 503
/// once it has the first part. What the client sends next is a request, not a body.
#[test]
fn a_body_under_way_is_not_asked_of_another_server() {
    let parts = [
        ("content-length: 10", "0123456789"),
        ("transfer-encoding: chunked", "5\r\nhello\r\n0\r\n\r\n"),
    ];
    for (framing, body) in parts {
        let sick = HandOrigin::open();
        let well = Origin::named("well");
        let extra = "policy = \"round_robin\"\nejection = { max_share = 0.0 }";
        let pool = pool("p", extra, &[("sick", sick.address), ("well", well.address)]);
        let balancer = Balancer::start("", "", &pool);
        // The round begins anywhere: the other one's turn is taken first.
        let mut client = balancer.connect();
        let mut origin = loop {
            client.send(&format!("PUT /x HTTP/1.1\r\nhost: test\r\n{framing}\r\n\r\n"));
            let mut reached = None;
            until("one of them is reached", || {
                reached = sick.try_accept();
                reached.is_some() || well.received().contains("PUT /x")
            });
            if let Some(origin) = reached {
                break origin;
            }
            client.send(body);
            assert_eq!(client.response().text(), "well");
            well.forget();
        };
        let _ = origin.head();
        client.send(body);
        let _ = origin.exactly(body.len());
        origin.send("HTTP/1.1 503 X\r\ncontent-length: 5\r\n\r\nsorry");
        assert_eq!(client.response().text(), "sorry", "{framing}");
        assert_eq!(client.get("/next").text(), "well", "{framing}");
        assert!(!well.received().contains("PUT"), "{}", well.received());
    }
}

/// Goal: a POST answered with 503 is not asked of anybody else.
#[test]
fn a_post_with_an_answer_is_over() {
    let (one, two) = (sick(), sick());
    let pool = pool("p", "", &[("one", one.address), ("two", two.address)]);
    let balancer = Balancer::start("", "", &pool);
    assert_eq!(post(&balancer).status, 503);
    assert_eq!((one.received() + &two.received()).matches("POST ").count(), 1);
}

/// Goal: a POST that reached nobody finds another server: a refused connection sent nothing.
#[test]
fn a_post_is_sent_elsewhere_when_the_connection_is_refused() {
    let well = Origin::named("well");
    let pool = pool("p", "", &[("gone", free_address()), ("well", well.address)]);
    let balancer = Balancer::start("", "", &pool);
    for _ in 0..10 {
        assert_eq!(post(&balancer).text(), "well");
    }
    assert!(balancer.endpoint("p", "gone")["failures"].as_u64() >= Some(1));
    assert_eq!(well.received().matches("POST ").count(), 10);
}

/// Goal: with nobody there, the answer says so and when to come back.
/// Method: two closed ports; before and after the probes have noticed.
#[test]
fn all_servers_gone() {
    let extra = "probe = { interval = \"30ms\", timeout = \"20ms\", fall = 2 }";
    let pool = pool("p", extra, &[("a", free_address()), ("b", free_address())]);
    let balancer = Balancer::start("", "", &pool);
    until("both are down", || {
        ["a", "b"].iter().all(|name| balancer.endpoint("p", name)["state"] == "down")
    });
    for method in ["GET", "POST"] {
        let mut client = balancer.connect();
        client.send(&format!("{method} / HTTP/1.1\r\nhost: test\r\ncontent-length: 0\r\n\r\n"));
        let response = client.response();
        assert_eq!(response.status, 503, "{}", response.head);
        assert_eq!(response.field("x-evenkeel-error"), Some("no_endpoint"));
        assert_eq!(response.field("retry-after"), Some("1"));
    }
    assert_eq!(balancer.status()["pools"][0]["errors"]["no_endpoint"], 2);
}
