//! Who is to blame: endpoints that hang or break off are found, healthy ones are not convicted.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use crate::support::{Balancer, HandOrigin, Origin, Reply, free_address, pool, until};

/// Takes a request and never says a word.
fn hanging() -> Origin {
    Origin::start(|_| Reply::Take(Box::new(std::mem::forget)))
}

/// Begins each answer well and breaks off.
fn breaking() -> Origin {
    let begun = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc";
    Origin::start(|_| Reply::SendAndClose(begun.to_vec()))
}

/// Goal: an endpoint whose every answer breaks off fails, though each began with a 200.
/// Method: one of two breaks off; requests until it is ejected.
#[test]
fn an_endpoint_that_breaks_off_is_ejected() {
    let (bad, well) = (breaking(), Origin::named("well"));
    let extra = "ejection = { interval = \"1s\" }\npolicy = \"round_robin\"";
    let pool = pool("p", extra, &[("bad", bad.address), ("well", well.address)]);
    let balancer = Balancer::start("", "", &pool);
    until("the endpoint is ejected", || {
        for _ in 0..10 {
            let mut client = balancer.connect();
            client.send("GET / HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n");
            let _ = client.rest();
        }
        balancer.endpoint("p", "bad")["state"] == "ejected"
    });
    let bad = balancer.endpoint("p", "bad");
    assert_eq!(bad["failures"], bad["requests"], "{bad}");
    assert_eq!(balancer.endpoint("p", "well")["failures"], 0);
}

/// Goal: an endpoint that hangs is found even where the whole request's time ends first.
/// Method: one of two hangs, 200 ms for a request.
#[test]
fn an_endpoint_that_hangs_is_ejected_by_the_request_s_deadline() {
    let (hole, well) = (hanging(), Origin::named("well"));
    let extra = "policy = \"round_robin\"\ntimeouts = { connect = \"100ms\", request = \"200ms\" }";
    let pool = pool("p", extra, &[("hole", hole.address), ("well", well.address)]);
    let balancer = Balancer::start("", "", &pool);
    let mut client = balancer.connect();
    until("the endpoint is ejected", || {
        let response = client.get("/");
        let error = response.field("x-evenkeel-error");
        assert!(matches!((response.status, error), (200, None) | (504, Some("request_deadline"))));
        balancer.endpoint("p", "hole")["state"] == "ejected"
    });
    assert_eq!(balancer.endpoint("p", "well")["failures"], 0);
}

/// Goal: time that the client used up is not held against the endpoint.
/// Method: bodies that do not come; one endpoint would answer, one would not.
#[test]
fn an_endpoint_without_time_is_not_blamed() {
    let (hole, well) = (hanging(), Origin::named("well"));
    let extra = "policy = \"round_robin\"\nejection = { consecutive = 0, max_share = 0.0 }\n\
                 timeouts = { connect = \"100ms\", request = \"300ms\" }";
    let pool = pool("p", extra, &[("hole", hole.address), ("well", well.address)]);
    let balancer = Balancer::start("", "", &pool);
    for _ in 0..6 {
        let mut client = balancer.connect();
        client.send("PUT / HTTP/1.1\r\nhost: test\r\ncontent-length: 10\r\n\r\nabc");
        let response = client.response();
        assert_eq!(response.field("x-evenkeel-error"), Some("request_deadline"));
    }
    for name in ["hole", "well"] {
        assert_eq!(balancer.endpoint("p", name)["failures"], 0, "{name}");
    }
}

/// Goal: a connection that an endpoint closes on every POST is its failure, and adds up.
/// Method: GETs keep a connection, the POST on it is answered with a close.
#[test]
fn a_close_under_a_post_is_the_endpoint_s_failure() {
    let origin = Origin::start(|request| match request.starts_with("POST") {
        true => Reply::SendAndClose(Vec::new()),
        false => Reply::ok("kept"),
    });
    let balancer = Balancer::single("", "", "", origin.address);
    let mut client = balancer.connect();
    for _ in 0..3 {
        assert_eq!(client.get("/").status, 200);
        client.send("POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 1\r\n\r\nx");
        assert_eq!(client.response().field("x-evenkeel-error"), Some("upstream_reset"));
    }
    let endpoint = balancer.endpoint("p", "web1");
    assert_eq!((&endpoint["requests"], &endpoint["failures"]), (&6.into(), &3.into()));
    assert_eq!(endpoint["statuses"][1], 3, "{endpoint}");
}

/// Goal: an ejected endpoint that has recovered is tried before a request fails.
/// Method: one refuses until it is ejected; then it is there again, and the other one is gone.
#[test]
fn an_ejected_endpoint_is_the_last_resort() {
    let address = free_address();
    let gone = Arc::new(AtomicBool::new(false));
    let is_gone = Arc::clone(&gone);
    let other = Origin::start(move |_| match is_gone.load(Relaxed) {
        false => Reply::ok("other"),
        true => Reply::SendAndClose(Vec::new()),
    });
    let extra = "policy = \"round_robin\"\nslow_start = \"0s\"\n\
                 ejection = { consecutive = 2, base = \"5m\", max_share = 0.5 }";
    let pool = pool("p", extra, &[("back", address), ("other", other.address)]);
    let balancer = Balancer::start("", "", &pool);
    let mut client = balancer.connect();
    until("it is ejected", || {
        assert_eq!(client.get("/").text(), "other");
        balancer.endpoint("p", "back")["state"] == "ejected"
    });
    gone.store(true, Relaxed);
    let _back = Origin::at(address, |_| Reply::ok("back"));
    for _ in 0..10 {
        assert_eq!(client.get("/").text(), "back");
    }
}

/// Goal: what was asked to take nothing new is not asked again for others' failures.
/// Method: a server that answers 503 beside one that drains, then one of weight 0.
#[test]
fn neither_drained_nor_idle_endpoints_take_retries() {
    for asked in ["drain = true", "weight = 0.0"] {
        let (sick, rest) = (Origin::start(|_| Reply::status(503, "sorry")), Origin::named("rest"));
        let text = format!(
            "[pools.p]\n[[pools.p.endpoints]]\nname = \"sick\"\naddress = \"{}\"\n\
             [[pools.p.endpoints]]\nname = \"rest\"\naddress = \"{}\"\n{asked}\n",
            sick.address, rest.address
        );
        let balancer = Balancer::start("", "", &text);
        for _ in 0..4 {
            assert_eq!(balancer.connect().get("/").status, 503, "{asked}");
        }
        assert_eq!(rest.received(), "", "{asked}");
    }
}

/// Goal: a client that stops in its body while the response comes is cut in the body's time, and
/// nobody else is to blame. Method: an endpoint that answers early; an hour for what it owes.
#[test]
fn a_client_that_stops_under_a_response_is_to_blame() {
    let origin = HandOrigin::open();
    let pool = pool("p", "timeouts = { response_idle = \"1h\" }", &[("web1", origin.address)]);
    let balancer = Balancer::start("", "timeouts = { body = \"150ms\" }", &pool);
    for _ in 0..6 {
        let (mut client, mut upstream) = origin
            .reached(&balancer, "POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 100\r\n\r\nabc");
        upstream.send("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc");
        client.head();
        client.rest();
        upstream.rest();
    }
    let endpoint = balancer.endpoint("p", "web1");
    assert_eq!((&endpoint["failures"], &endpoint["state"]), (&0.into(), &"up".into()));
    let errors = &balancer.status()["pools"][0]["errors"];
    assert_eq!(errors["request_timeout"], 6, "{errors}");
}
