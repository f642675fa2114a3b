//! What happens is in the log, once each.

use crate::support::{Balancer, HandOrigin, Origin, Reply, free_address, pool, until};

/// Waits for a line and holds that it comes once.
fn told(balancer: &Balancer, line: &str) {
    until(line, || balancer.log().contains(line));
    assert_eq!(balancer.log().matches(line).count(), 1, "{}", balancer.log());
}

/// Goal: an ejection, its end, and retries that the budget refused.
#[test]
fn an_ejection() {
    let origin = Origin::named("a");
    let extra = "policy = \"round_robin\"\nejection = { consecutive = 2, base = \"1500ms\" }\n\
                 retry = { ratio = 0.0, per_second = 0.0 }";
    let gone = free_address();
    let servers = pool("p", extra, &[("a", origin.address), ("gone", gone)]);
    let balancer = Balancer::start("", "", &servers);
    let mut client = balancer.connect();
    until("it is ejected", || {
        let _ = client.get("/");
        balancer.endpoint("p", "gone")["state"] == "ejected"
    });
    told(&balancer, "ejected: its requests fail pool=p endpoint=gone");
    told(&balancer, "retry budget spent: failed requests are not repeated pool=p");
    told(&balancer, "back after an ejection pool=p endpoint=gone");
}

/// Goal: with every probe down the pool says that it panics; requests are still tried, and
/// shares are those of the endpoints that they are tried at.
#[test]
fn nobody_is_healthy() {
    let sick = || {
        Origin::start(|request| match request.starts_with("GET /healthz") {
            true => Reply::status(503, "no"),
            false => Reply::ok("a"),
        })
    };
    let (a, b) = (sick(), sick());
    let extra = "probe = { path = \"/healthz\", interval = \"100ms\", timeout = \"100ms\", \
                 rise = 1, fall = 1 }";
    let servers = [("a", a.address), ("b", b.address)];
    let balancer = Balancer::start("", "", &pool("p", extra, &servers));
    until("all are down", || {
        ["a", "b"].iter().all(|name| balancer.endpoint("p", name)["state"] == "down")
    });
    assert_eq!(balancer.status()["pools"][0]["panic"], true);
    assert_eq!(balancer.endpoint("p", "a")["intended_share"], 0.5);
    assert_eq!(balancer.connect().get("/").status, 200);
    assert_eq!(balancer.page("/readyz"), "ready\n", "it is the servers that are not");
    told(&balancer, "panic: unhealthy endpoints are used pool=p");
    balancer.rewrite(&Balancer::text("", "", &pool("p", "", &servers)));
    assert_eq!(balancer.reload().0, 200);
    told(&balancer, "panic is over pool=p");
}

/// Goal: a full queue, and lines that the access log lost.
#[test]
fn a_full_queue() {
    let held = HandOrigin::open();
    let extra = "queue = { size = 1, timeout = \"10s\" }";
    let servers = pool("p", extra, &[("a", held.address)]) + "limit = 1\n";
    let balancer = Balancer::start("access_log = \"/dev/full\"", "", &servers);
    let mut clients: Vec<_> = (0..2).map(|_| balancer.connect()).collect();
    for (client, waiting) in clients.iter_mut().zip([0, 1]) {
        client.send("GET / HTTP/1.1\r\nhost: test\r\n\r\n");
        until("it is under way", || {
            let pool = &balancer.status()["pools"][0];
            pool["queue_waiting"] == waiting && pool["endpoints"][0]["in_flight"] == 1
        });
    }
    for _ in 0..3 {
        assert_eq!(balancer.connect().get("/").status, 503);
    }
    told(&balancer, "queue full: requests are answered with 503 pool=p");
    told(&balancer, "access log: lines are being lost");
}
