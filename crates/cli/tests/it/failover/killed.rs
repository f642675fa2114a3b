//! Servers that die or fail under load: the users do not notice.

use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use drill::{Connections, Fault, LoadSpec, Method, Report, RequestKind, StatusCode};
use serde_json::Value;

use crate::support::{Balancer, Site, constant_ms, until};

const LOG: &str = "access_log = \"access.jsonl\"";
const GETS_PER_S: f64 = 1800.0;
const POSTS_PER_S: f64 = 200.0;

fn load(method: Method, rate: f64, duration: Duration) -> LoadSpec {
    let body = vec![b'k'; if method == Method::POST { 64 } else { 0 }].into();
    let mix = vec![RequestKind { body, ..RequestKind::new(method, "/", 1.0) }];
    let connections = Connections::Shared;
    LoadSpec { rate, duration, mix, connections, ..LoadSpec::default() }
}

/// Seconds since the Unix epoch as the access log writes them, comparable as text.
fn log_lines(folder: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(folder.join("access.jsonl")).expect("the access log");
    text.lines().map(|line| serde_json::from_str(line).expect("a JSON line")).collect()
}

/// The time as seconds of its day: enough to compare two times of one test.
fn second_of_day(record: &Value) -> f64 {
    let time = record["time"].as_str().expect("a time");
    let part = |from: usize, to: usize| time[from..to].parse::<f64>().expect("a number");
    part(11, 13) * 3600.0 + part(14, 16) * 60.0 + part(17, 23)
}

fn now_of_day() -> f64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    since.as_secs_f64() % 86_400.0
}

/// Runs 2,000 requests/s, one in ten a POST, calls `kill` in between, and checks both reports:
/// no GET may fail, and of the POSTs only those in flight at `victim` when it died.
fn survive(site: &Site, balancer: &mut Balancer, victim: &str, kill: impl FnOnce()) {
    let duration = Duration::from_secs(6);
    let gets = site.load(balancer.address, load(Method::GET, GETS_PER_S, duration));
    let posts = site.load(balancer.address, load(Method::POST, POSTS_PER_S, duration));
    gets.until_sent(4000);
    kill();
    let dead_at = now_of_day();
    let (gets, posts) = (site.report(gets), site.report(posts));
    balancer.signal("TERM");
    assert!(balancer.wait().success());
    check(&gets, &posts);
    let lines = log_lines(balancer.folder());
    let failed = |record: &&Value| record["status"].as_u64() >= Some(400);
    let failed: Vec<&Value> = lines.iter().filter(failed).collect();
    for record in &failed {
        let before = second_of_day(record) <= dead_at;
        let of_victim = record["endpoint"] == victim && record["method"] == "POST";
        assert!(before && of_victim, "it was not in flight when {victim} died: {record}");
    }
    println!(
        "{victim} killed: {} GETs and {} POSTs, {} POSTs in flight failed",
        gets.requests,
        posts.requests,
        failed.len()
    );
}

fn check(gets: &Report, posts: &Report) {
    assert_eq!(gets.failed(), 0, "{gets:?}");
    assert_eq!((gets.dropped, posts.dropped), (0, 0));
    assert!(posts.failures.total() == 0, "the balancer's own connections hold: {posts:?}");
    assert!(posts.failed() <= 20, "more than can be in flight: {posts:?}");
}

/// Goal: acceptance 3. Method: a drill server whose sockets are all reset at once.
#[test]
fn a_server_reset_at_2000_requests_per_second() {
    let site = Site::start(5, 64, constant_ms(20));
    let pool = site.pool("", |_| String::new());
    let mut balancer = Balancer::start(LOG, "", &pool);
    survive(&site, &mut balancer, "web2", || site.wait(site.origins[1].kill()));
}

/// Goal: the same with a real process and a real SIGKILL, without any probe.
/// Method: one of five servers is another balancer's process before a drill server.
#[test]
fn a_process_killed_at_2000_requests_per_second() {
    let site = Site::start(5, 64, constant_ms(20));
    let behind = format!(
        "[pools.p]\n[[pools.p.endpoints]]\nname = \"x\"\naddress = \"{}\"\n",
        site.origins[1].addr()
    );
    let mut server = Balancer::start("", "", &behind);
    let direct = format!("address = \"{}\"", site.origins[1].addr());
    let pool = site.pool("", |_| String::new());
    let pool = pool.replace(&direct, &format!("address = \"{}\"", server.address));
    let mut balancer = Balancer::start(LOG, "", &pool);
    survive(&site, &mut balancer, "web2", || {
        server.signal("KILL");
        // The signal is on its way; the process has to be gone.
        let _ = server.wait();
    });
}

/// Goal: acceptance 3, a server that fails fast while its probe passes, default settings: at
/// most 0.05 % of the requests of those 10 s fail. Method: one of five answers 503 in 0.2 ms.
#[test]
fn a_server_that_fails_fast_attracts_nobody() {
    let site = Site::start(5, 64, constant_ms(20));
    let pool = site.pool("probe = { path = \"/healthz\" }", |_| String::new());
    let balancer = Balancer::start("", "", &pool);
    let load = site.load(balancer.address, load(Method::GET, 2000.0, Duration::from_secs(13)));
    load.until_sent(4000);
    let before = site.origins[3].counters();
    let delay = Duration::from_micros(200);
    let fault = Fault::FailFast { status: StatusCode::SERVICE_UNAVAILABLE, delay };
    site.wait(site.origins[3].fault(fault, Duration::from_secs(10)));
    let report = site.report(load);
    let after = site.origins[3].counters();
    let status = balancer.status();
    let retries = &status["pools"][0]["retries"];
    println!(
        "fail-fast: {} of {} requests failed, it was asked {} times, {retries} retries",
        report.failed(),
        report.requests,
        after.failed_fast - before.failed_fast
    );
    assert!(after.failed_fast > before.failed_fast, "it was asked while it was sick");
    assert!(after.probes > before.probes, "its probes passed");
    assert_eq!(report.failures.total(), 0, "{report:?}");
    assert!(report.failed() as f64 <= 0.0005 * 20_000.0, "{report:?}");
}

/// Goal: a revived server is used again, and both its death and return fail nobody.
#[test]
fn a_server_dies_and_returns() {
    let site = Site::start(3, 64, constant_ms(10));
    let probe = "probe = { path = \"/healthz\", interval = \"50ms\", timeout = \"50ms\" }\n\
                 slow_start = \"200ms\"\nejection = { base = \"200ms\", max = \"200ms\" }";
    let balancer = Balancer::start("", "", &site.pool(probe, |_| String::new()));
    let load = site.load(balancer.address, load(Method::GET, 500.0, Duration::from_secs(60)));
    load.until_sent(300);
    site.wait(site.origins[0].kill());
    until("it is seen as down", || balancer.endpoint("p", "web1")["state"] == "down");
    let served = site.origins[0].served();
    site.wait(site.origins[0].revive()).expect("its own port");
    until("it serves again", || site.origins[0].served() > served + 50);
    let report = site.end(load);
    assert_eq!(report.failed(), 0, "{report:?}");
}
