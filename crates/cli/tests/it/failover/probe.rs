//! Probes: what they ask, what they decide, and that they do not flap.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, AtomicUsize, Ordering};

use crate::support::{Balancer, Origin, Reply, pool, until};

const HTTP: &str = "probe = { path = \"/healthz\", interval = \"20ms\", timeout = \"20ms\", \
                    rise = 2, fall = 2, expect = [200, 204] }\nslow_start = \"0s\"";

fn state(balancer: &Balancer, name: &str) -> (String, String, u64) {
    let endpoint = balancer.endpoint("p", name);
    let text = |key: &str| endpoint[key].as_str().expect("text").to_owned();
    (text("state"), text("probe"), endpoint["probe_transitions"].as_u64().expect("a count"))
}

/// Goal: an unexpected status takes a server down and up again, without a failed request.
#[test]
fn http_down_and_up() {
    let health = Arc::new(AtomicU16::new(200));
    let answer = Arc::clone(&health);
    let probed = Origin::start(move |request| match request.starts_with("GET /healthz ") {
        true => Reply::status(answer.load(Ordering::SeqCst), ""),
        false => Reply::ok("probed"),
    });
    let other = Origin::named("other");
    let pool = pool("p", HTTP, &[("a", probed.address), ("b", other.address)]);
    let balancer = Balancer::start("", "", &pool);
    until("both are up", || ["a", "b"].iter().all(|name| state(&balancer, name).1 == "up"));
    assert!(probed.received().contains(&format!("host: {}\r\n", probed.address)));
    assert!(probed.received().contains("user-agent: evenkeel-probe\r\n"));
    // 302 is a fine status, but not one of those that were asked for.
    health.store(302, Ordering::SeqCst);
    until("a is down", || state(&balancer, "a").0 == "down");
    assert!(balancer.log().contains("status 302, expected"), "the log says why");
    let mut client = balancer.connect();
    for _ in 0..20 {
        assert_eq!(client.get("/").text(), "other");
    }
    health.store(204, Ordering::SeqCst);
    until("a is up", || state(&balancer, "a").0 == "up");
    assert_eq!(state(&balancer, "a").2, 3, "unknown, up, down, up");
    until("a is used again", || client.get("/").text() == "probed");
}

/// Goal: interim answers are not the answer (RFC 9110, section 15.2), and a switch of protocols
/// is none that was asked for. Method: early hints before each answer; then 101 alone.
#[test]
fn an_interim_answer_is_not_the_answer() {
    let switches = Arc::new(AtomicU16::new(0));
    let answer = Arc::clone(&switches);
    let origin = Origin::start(move |_| {
        let hints = "HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n";
        let last = if answer.load(Ordering::SeqCst) == 0 { "200 OK" } else { "101 Switching" };
        Reply::Send(format!("{hints}HTTP/1.1 {last}\r\ncontent-length: 0\r\n\r\n").into_bytes())
    });
    let probe = HTTP.replace("[200, 204]", "\"100-299\"");
    let balancer = Balancer::start("", "", &pool("p", &probe, &[("a", origin.address)]));
    until("it is up", || state(&balancer, "a").1 == "up");
    switches.store(1, Ordering::SeqCst);
    until("it is down", || state(&balancer, "a").1 == "down");
}

/// Goal: a TCP probe asks for a connection and nothing else.
#[test]
fn tcp_down_and_up() {
    let origin = Origin::named("a");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("its address");
    let extra = "probe = { interval = \"20ms\", timeout = \"20ms\", rise = 1, fall = 1 }";
    let pool = pool("p", extra, &[("a", origin.address), ("b", address)]);
    let balancer = Balancer::start("", "", &pool);
    until("both are up", || ["a", "b"].iter().all(|name| state(&balancer, name).1 == "up"));
    drop(listener);
    until("b is down", || state(&balancer, "b").1 == "down");
    let _again = TcpListener::bind(address).expect("the same port");
    until("b is up", || state(&balancer, "b").1 == "up");
    assert_eq!(origin.received(), "", "no probe says a word");
}

/// Goal: a server that never answers its probe is down by the timeout.
#[test]
fn a_hanging_probe_is_a_failed_one() {
    let silent = Origin::start(|request| match request.starts_with("GET /healthz ") {
        true => Reply::Send(Vec::new()),
        false => Reply::ok("silent"),
    });
    let balancer = Balancer::start("", "", &pool("p", HTTP, &[("a", silent.address)]));
    until("it is down", || state(&balancer, "a").0 == "down");
    // An only server that still answers requests is better than none.
    assert_eq!(balancer.connect().get("/").text(), "silent");
    assert_eq!(balancer.endpoint("p", "a")["picks"]["panic"], 1);
}

/// Goal: a flapping server settles. Method: two failures, then two successes, fifty times: a
/// hundred changes undamped.
#[test]
fn flapping_is_damped() {
    let probes = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&probes);
    let origin = Origin::start(move |_| {
        let fails = count.fetch_add(1, Ordering::SeqCst) % 4 < 2;
        Reply::status(if fails { 500 } else { 200 }, "")
    });
    let balancer = Balancer::start("", "", &pool("p", HTTP, &[("a", origin.address)]));
    until("many probes", || probes.load(Ordering::SeqCst) >= 200);
    let (_, _, transitions) = state(&balancer, "a");
    assert!((2..=10).contains(&transitions), "{transitions}");
}
