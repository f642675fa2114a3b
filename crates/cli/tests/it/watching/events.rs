//! `/v1/events`: what happened, and who did it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use serde_json::Value;

use crate::support::{Balancer, Origin, Reply, Weighted, pool, until};

/// Everything on the timeline.
fn events(balancer: &Balancer) -> Vec<Value> {
    balancer.json("/v1/events").as_array().expect("a list").clone()
}

/// Waits for an event of that kind whose words contain something.
fn wait(balancer: &Balancer, kind: &str, part: &str) -> Value {
    let mut found = None;
    until(&format!("{kind}: {part}"), || {
        let is_it = |event: &Value| {
            event["kind"] == kind && event["what"].as_str().is_some_and(|what| what.contains(part))
        };
        found = events(balancer).into_iter().find(is_it);
        found.is_some()
    });
    found.expect("it was found")
}

/// Goal: what the balancer cannot see is found by a diagnosis all the same. Method: a program tells
/// of a deploy, and somebody of weights before the balancer.
#[test]
fn what_happens_outside_is_written_down() {
    let site = Weighted::new("");
    let balancer = site.start();
    let note = |words: &[&str]| {
        let output = balancer.told(&[&["events", "note"], words].concat());
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    assert_eq!(note(&["--by", "ci", "--pool", "p", "shop 4.2 is deployed"]).0, Some(0));
    let weights = ["--by", "ada", "--kind", "weights", "--at", "1m", "the CDN sends us all"];
    assert_eq!(note(&weights).0, Some(0));
    let deployed = wait(&balancer, "outside", "shop 4.2 is deployed");
    assert_eq!((&deployed["who"], &deployed["pool"]), (&"ci".into(), &"p".into()));
    let told = wait(&balancer, "weights", "the CDN");
    assert!(told["at"].as_f64() < deployed["at"].as_f64().map(|at| at - 50.0), "{told}");
    for (wrong, why) in [
        (&["--by", "ci", "--pool", "q", "x"][..], "there is no pool `q`"),
        (&["--by", "ci", "--pool", "p", "--endpoint", "z", "x"], "has no endpoint `z`"),
        (&["--by", " ", "x"], "take up to 1,000 bytes"),
        (&["--by", "ci", "--at", "2d", "x"], "more than a day ago"),
    ] {
        let (code, error) = note(wrong);
        assert!(code == Some(1) && error.contains(why), "{wrong:?}: {code:?} {error}");
    }
    let shown = balancer.told(&["events", "--since", "10m"]);
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(shown.contains("outside       p: shop 4.2 is deployed (ci)"), "{shown}");
    site.spoil(&balancer);
    until("the diagnosis knows", || {
        let before = balancer.json("/v1/diagnosis")[0]["before"].to_string();
        before.contains("shop 4.2 is deployed by ci") && before.contains("a weight 1 → 100")
    });
}

/// Goal: a start, a change with its author, an alarm, an approval and a stop can all be read
/// afterwards, in their order. Method: the timeline of the next process holds the first one's.
#[test]
fn changes_have_an_author() {
    let site = Weighted::new("");
    let mut balancer = site.start();
    site.spoil(&balancer);
    let order = ["approve", "--by", "ada", "--reason", "a is larger"];
    assert_eq!(balancer.told(&order).status.code(), Some(0));
    balancer.rewrite("nonsense");
    assert_eq!(balancer.reload().0, 409);
    balancer.rewrite(&site.text([1, 2]));
    assert_eq!(balancer.told(&["reload", "--by", "deploy-17"]).status.code(), Some(0));
    assert_eq!(wait(&balancer, "weights", "b weight 17 → 2")["who"], "deploy-17");
    balancer.rewrite(&site.text([1, 1]));
    balancer.signal("HUP");
    let by_signal = wait(&balancer, "weights", "b weight 2 → 1");
    assert_eq!(by_signal["who"], "SIGHUP");
    balancer.signal("TERM");
    assert_eq!(balancer.wait().code(), Some(0));
    balancer.rise();

    let first = wait(&balancer, "reload", "reloaded, digest ");
    assert!(first["who"].as_str().is_some_and(|who| who.starts_with("127.0.0.1:")), "{first}");
    let weights = wait(&balancer, "weights", "a weight 1 → 100, b weight 1 → 17");
    assert_eq!((&weights["who"], &weights["pool"]), (&first["who"], &"p".into()));
    let refused = wait(&balancer, "reload_failed", "");
    assert!(refused["who"].as_str().is_some_and(|who| who.starts_with("127.0.0.1:")), "{refused}");
    assert_eq!(wait(&balancer, "approval", "ada approves")["who"], "ada");
    wait(&balancer, "alarm", "A-1 fired: in force without approval");
    assert_eq!(wait(&balancer, "stop", "")["who"], "signal");
    // The first process's start is there at once, the second's when it has been written.
    let starts = || events(&balancer).iter().filter(|event| event["kind"] == "start").count();
    until("both starts are told", || starts() == 2);
    wait(&balancer, "start", "serves 1 pool(s), digest ");

    let kinds: Vec<String> = events(&balancer)
        .iter()
        .map(|event| event["kind"].as_str().expect("a word").to_owned())
        .collect();
    let place = |kind: &str| kinds.iter().position(|known| known == kind);
    let order = ["start", "reload", "weights", "alarm", "approval", "reload_failed", "stop"];
    let places: Vec<Option<usize>> = order.iter().map(|kind| place(kind)).collect();
    assert!(places.is_sorted() && places.iter().all(Option::is_some), "{kinds:?}");
    let at = |event: &Value| event["at"].as_f64().expect("a time");
    assert!(events(&balancer).is_sorted_by(|one, next| at(one) <= at(next)));
    let since = balancer.json(&format!("/v1/events?since={}", at(&weights) + 0.001));
    assert!(since.as_array().expect("a list").iter().all(|event| at(event) > at(&weights)));
}

/// Goal: what the balancer did itself has a pool, an endpoint and a reason, and no author.
/// Method: a probe that fails and recovers, and a server that fails requests.
#[test]
fn what_happens_to_endpoints() {
    let health = Arc::new(AtomicU16::new(200));
    let answer = Arc::clone(&health);
    let probed = Origin::start(move |request| match request.starts_with("GET /healthz ") {
        true => Reply::status(answer.load(Ordering::SeqCst), ""),
        false => Reply::ok("probed"),
    });
    // Its probes are well, its answers are not.
    let failing = Origin::start(|request| match request.starts_with("GET /healthz ") {
        true => Reply::status(200, ""),
        false => Reply::SendAndClose(Vec::new()),
    });
    let other = Origin::named("other");
    let extra = "policy = \"round_robin\"\nslow_start = \"0s\"\n\
                 probe = { path = \"/healthz\", interval = \"500ms\", timeout = \"500ms\", \
                 rise = 1, fall = 1 }\n\
                 ejection = { consecutive = 2, base = \"5m\", max_share = 0.5 }";
    let endpoints = [("a", probed.address), ("b", failing.address), ("c", other.address)];
    let balancer = Balancer::start("", "", &pool("p", extra, &endpoints));
    let own = |event: &Value, endpoint: &str| {
        assert_eq!(
            (&event["pool"], &event["endpoint"]),
            (&"p".into(), &endpoint.into()),
            "{event}"
        );
        assert_eq!(event["who"], "", "{event}");
    };
    let is_up = |name: &str| balancer.endpoint("p", name)["probe"] == "up";
    until("all are up", || ["a", "b", "c"].iter().all(|name| is_up(name)));
    health.store(500, Ordering::SeqCst);
    own(&wait(&balancer, "probe", "down"), "a");
    health.store(200, Ordering::SeqCst);
    until("a is up again", || is_up("a"));
    until("it is told", || {
        let ups = |event: &&Value| event["kind"] == "probe" && event["endpoint"] == "a";
        let all = events(&balancer);
        let last = all.iter().rfind(ups).expect("it was down");
        last["what"].as_str().is_some_and(|what| what.contains("well"))
    });
    until("b is ejected", || {
        assert_eq!(balancer.connect().get("/").status, 200);
        balancer.endpoint("p", "b")["state"] == "ejected"
    });
    own(&wait(&balancer, "ejection", ""), "b");
}
