//! The table, letter by letter.

use std::collections::BTreeMap;

use ledger::{AccessLogStatus, ConfigStatus, ConnectionStatus, LatencyStatus};

use super::*;

fn counts(pairs: &[(&str, u64)]) -> BTreeMap<String, u64> {
    pairs.iter().map(|(key, count)| ((*key).to_owned(), *count)).collect()
}

fn endpoint(name: &str, state: &str, share: f64, requests: u64) -> EndpointStatus {
    EndpointStatus {
        name: name.to_owned(),
        state: state.to_owned(),
        intended_share: 0.5,
        share,
        share_10s: share,
        in_flight: 42,
        pressure: 0.42,
        requests,
        latency: LatencyStatus { p99_10s_s: 0.0123, ..LatencyStatus::default() },
        ..EndpointStatus::default()
    }
}

fn status() -> Status {
    Status {
        version: "0.1.0".to_owned(),
        started_at: 1000.0,
        uptime_s: 7380.0,
        workers: 2,
        ready: true,
        config: ConfigStatus {
            path: "/etc/evenkeel.toml".to_owned(),
            digest: "9f2c41d0a1b2c3d4e5f6".to_owned(),
            revision: 3,
            loaded_at: 8319.0,
            ..ConfigStatus::default()
        },
        connections: ConnectionStatus {
            open: 600,
            accepted: 12_345,
            tunnels: 2,
            ..ConnectionStatus::default()
        },
        pools: vec![PoolStatus {
            name: "portal".to_owned(),
            policy: "least_pressure".to_owned(),
            requests: 12_400,
            retries: 3,
            endpoints: vec![
                endpoint("web1", "up", 0.3, 3720),
                endpoint("web2", "slow_start", 0.7, 8680),
            ],
            ..PoolStatus::default()
        }],
        ..Status::default()
    }
}

fn check(drawn: &str, expected: &[&str]) {
    let lines: Vec<_> = drawn.lines().collect();
    assert_eq!(lines, expected, "\n{drawn}");
}

// Goal: the quiet day, aligned. Method: every letter.
#[test]
fn a_quiet_day() {
    check(
        &render(&status(), None, Style::PLAIN),
        &[
            "evenkeel 0.1.0 · ready · up 2 h 3 min · 2 workers",
            "config /etc/evenkeel.toml · 9f2c41d0a1b2 · revision 3, 1 min 1 s old · 0 refused",
            "connections 600 open, 12,345 accepted, 0 refused, 2 tunnels",
            "",
            "portal  least_pressure · 12,400 requests · 3 retries (0 refused) · 0 errors",
            "  endpoint  state       share of last 10 s  intended  pressure  in flight  p99 10 s  \
             requests  5xx  failed  retries",
            "  web1      up          ████  │     30.0%      50.0%      0.42         42   12.3 ms  \
             \u{20}  3,720    0       0        0",
            "  web2      slow_start  ██████│██▍  70.0%      50.0%      0.42         42   12.3 ms  \
             \u{20}  8,680    0       0        0",
        ],
    );
}

// Goal: the bad day says so. Method: every line that is there only then.
#[test]
fn a_bad_day() {
    let mut status = status();
    status.ready = false;
    status.workers = 1;
    status.access_log =
        Some(AccessLogStatus { written: 1500, dropped: 7, ..AccessLogStatus::default() });
    status.refused = counts(&[("bad_request", 7), ("no_route", 1)]);
    status.config.reloads_failed = 2;
    status.config.last_error = "\nerror: unknown key\u{1b}[2J\n  hint: …\n".to_owned();
    let pool = &mut status.pools[0];
    pool.panic = true;
    pool.unmovable = 5;
    pool.queue_waiting = 4;
    pool.queue_waited = 1200;
    pool.retries_refused = 6;
    pool.errors = counts(&[("connect_failed", 2), ("queue_timeout", 1)]);
    pool.endpoints.truncate(1);
    let web1 = &mut pool.endpoints[0];
    web1.state = "down".to_owned();
    web1.intended_share = 0.0;
    web1.share_10s = 0.0;
    web1.latency.p99_10s_s = 0.0;
    web1.statuses[4] = 1001;
    web1.failures = 12;
    check(
        &render(&status, None, Style::PLAIN),
        &[
            "evenkeel 0.1.0 · not ready · up 2 h 3 min · 1 worker",
            "config /etc/evenkeel.toml · 9f2c41d0a1b2 · revision 3, 1 min 1 s old · 2 refused",
            "connections 600 open, 12,345 accepted, 0 refused, 2 tunnels · access log 1,500 \
             lines, 7 lost",
            "refused before any pool: bad_request 7, no_route 1",
            "last reload refused, nothing changed: error: unknown key\u{fffd}[2J",
            "",
            "portal  least_pressure · 12,400 requests · 3 retries (6 refused) · 4 queued now, \
             1,200 so far · 5 unmovable · 3 errors: connect_failed 2, queue_timeout 1 · PANIC: \
             unhealthy endpoints in use",
            "  endpoint  state  share since start  intended  pressure  in flight  p99 10 s  \
             requests    5xx  failed  retries",
            "  web1      down   ██████████  30.0%      0.0%      0.42         42         -  \
             \u{20}  3,720  1,001      12        0",
        ],
    );
}

fn last_line(text: &str) -> Vec<&str> {
    text.lines().last().unwrap_or_default().split_whitespace().collect()
}

// Goal: rates are differences by time. Method: two seconds of 100 and 3,000 requests.
#[test]
fn rates_between_two_statuses() {
    let (now, mut earlier) = (status(), status());
    earlier.pools[0].requests -= 3100;
    earlier.pools[0].endpoints[0].requests -= 100;
    earlier.pools[0].endpoints[1].requests -= 3000;
    let drawn = render(&now, Some((&earlier, 2.0)), Style::PLAIN);
    assert!(drawn.contains("12,400 requests · 1,550/s · "), "{drawn}");
    assert!(drawn.contains("   3,720   50.0    0 "), "{drawn}");
    assert!(drawn.contains("   8,680  1,500    0 "), "{drawn}");
}

// Goal: no rate is made up. Method: a new endpoint, a restart, no time passed.
#[test]
fn unknown_rates_are_dashes() {
    let now = status();
    let dash = |earlier: &Status, seconds: f64| {
        let drawn = render(&now, Some((earlier, seconds)), Style::PLAIN);
        assert_eq!(last_line(&drawn)[9..], ["8,680", "-", "0", "0", "0"], "{drawn}");
    };
    let mut new = status();
    new.pools[0].endpoints.truncate(1);
    dash(&new, 1.0);
    let mut fewer = status();
    fewer.pools[0].endpoints[1].requests += 1;
    dash(&fewer, 1.0);
    dash(&Status { started_at: 999.0, ..status() }, 1.0);
    dash(&status(), 0.0);
}

// Goal: colour changes no width. Method: taken away again, the plain table is left.
#[test]
fn colour_is_only_colour() {
    let mut coloured = render(&status(), None, Style { colour: true, ..Style::PLAIN });
    assert!(coloured.contains("\u{1b}[32mup\u{1b}[0m"), "{coloured:?}");
    assert!(coloured.contains("\u{1b}[33mslow_start\u{1b}[0m"), "{coloured:?}");
    for code in ["0", "1", "2", "31", "32", "33"] {
        coloured = coloured.replace(&format!("\u{1b}[{code}m"), "");
    }
    assert_eq!(coloured, render(&status(), None, Style::PLAIN));
}

// Goal: failures are in view however narrow the window. Method: the classic terminal.
#[test]
fn a_narrow_window() {
    let (now, mut earlier) = (status(), status());
    earlier.pools[0].endpoints[0].requests -= 100;
    let style = Style { width: 80, ..Style::PLAIN };
    let drawn = render(&now, Some((&earlier, 2.0)), style);
    let lines: Vec<&str> = drawn.lines().collect();
    let header = lines.iter().find(|line| line.starts_with("  endpoint")).expect("a header");
    assert!(header.chars().count() <= 80, "{drawn}");
    for part in ["requests", "req/s", "5xx", "failed", "retries"] {
        assert!(header.contains(part), "{part}\n{drawn}");
    }
    assert!(drawn.contains("\ntoo narrow for: in flight, intended, p99 10 s"), "{drawn}");
}

// Goal: nothing to show is shown as such. Method: a default status and an empty pool.
#[test]
fn nothing_yet() {
    let mut status = Status::default();
    status.pools.push(PoolStatus { name: "empty".to_owned(), ..PoolStatus::default() });
    let drawn = render(&status, Some((&Status::default(), 1.0)), Style::PLAIN);
    assert!(drawn.contains("0 workers"), "{drawn}");
    assert!(last_line(&drawn).starts_with(&["endpoint", "state"]), "{drawn}");
}
