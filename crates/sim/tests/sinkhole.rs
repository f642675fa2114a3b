//! Servers that fail: fast errors draw no traffic, and no request fails that another could serve.

mod stage;

use sim::Script;
use stage::{CAPACITIES, LOGNORMAL, five, ours, script};

/// Five servers at a rate, the slots chosen so that they are 65 % busy.
fn at_rate(per_second: f64, capacity: f64, duration_s: u32, rest: &[&str]) -> Script {
    let slots = (per_second * 0.020 / 0.65 / 5.0).ceil().max(1.0) as u32;
    let traffic = format!("[traffic]\nrate = {per_second:?}\n{LOGNORMAL}");
    let mut parts = vec![traffic, five(slots, capacity)];
    parts.extend(rest.iter().map(|&part| part.to_owned()));
    script(duration_s, &parts.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Something that happens to servers from a second on.
fn event(servers: &str, at_s: u32, for_s: u32, what: &str) -> String {
    format!("[[events]]\nat = \"{at_s}s\"\nfor = \"{for_s}s\"\nservers = [{servers}]\n{what}")
}

const FAILS_FAST: &str = "fails_fast = \"200us\"";

/// Goal: a server that answers 503 in 0.2 ms for 10 s costs no request, at any rate.
/// Method: nothing fails; what it was sent meanwhile is next to nothing, and it comes back.
#[test]
fn failing_fast_draws_no_traffic() {
    for (seed, rate) in [(1, 100.0), (2, 500.0), (3, 2000.0)] {
        for capacity in CAPACITIES {
            let sick = event("\"web3\"", 10, 10, FAILS_FAST);
            let world = at_rate(rate, capacity, 40, &[&sick]);
            let report = ours(&format!("{rate}/s"), &world, seed);
            assert_eq!(report.errors, 0, "seed {seed}, {rate}/s");
            let drawn = report.share_of(&[2], 10, 20);
            println!("  drawn {drawn:.4}");
            assert!(drawn < 0.02, "seed {seed}, {rate}/s: the sick server drew {drawn}");
            let back = report.share_of(&[2], 38, 40);
            assert!(back > 0.15, "seed {seed}, {rate}/s: it got only {back} back");
        }
    }
}

/// Goal: a server that was away for ten seconds is not missed for as long again.
/// Method: its share in the second half of the ten seconds after it has recovered.
#[test]
fn a_server_that_has_recovered_comes_back_soon() {
    for seed in 1..=5 {
        let world = at_rate(500.0, 100.0, 40, &[&event("\"web3\"", 10, 10, FAILS_FAST)]);
        let report = ours("recovered", &world, seed);
        let back = report.share_of(&[2], 26, 30);
        assert!(back > 0.12, "seed {seed}: it got {back} back");
    }
}

/// Goal: it does not draw traffic when it is let back in and still fails, warm-up or not.
/// Method: a minute of failing; the seconds after each readmission.
#[test]
fn a_readmitted_sinkhole_draws_no_traffic() {
    for slow_start in ["0s", "10s"] {
        let pool = format!("[pool]\nslow_start = \"{slow_start}\"");
        let sick = event("\"web1\"", 5, 65, FAILS_FAST);
        let report = ours("readmitted", &at_rate(500.0, 100.0, 70, &[&pool, &sick]), 4);
        assert_eq!(report.errors, 0);
        let worst = (6..70).map(|s| report.share_of(&[0], s, s + 1)).fold(0.0, f64::max);
        assert!(worst < 0.02, "a second in which the sick server drew {worst}");
    }
}

/// Goal: even where nothing is ever ejected, failing fast draws no traffic.
/// Method: ejection turned off; the sick server's part of all attempts for a minute.
#[test]
fn scores_alone_keep_traffic_away() {
    let pool = "[pool]\nejection = { max_share = 0.0 }";
    let sick = event("\"web1\"", 5, 55, FAILS_FAST);
    let report = ours("without ejection", &at_rate(500.0, 100.0, 60, &[pool, &sick]), 9);
    let drawn = report.share_of(&[0], 6, 60);
    assert!(drawn < 0.05, "the sick server drew {drawn}");
    assert_eq!(report.errors, 0);
}

/// Goal: two sick servers of five are both taken out, and nothing fails.
/// Method: both answer 503 for 10 s while their probes pass.
#[test]
fn two_sick_of_five() {
    for capacity in CAPACITIES {
        let sick = event("\"web1\", \"web2\"", 10, 10, FAILS_FAST);
        let report = ours("two sick", &at_rate(500.0, capacity, 30, &[&sick]), 5);
        assert_eq!(report.errors, 0);
        let drawn = report.share_of(&[0, 1], 11, 20);
        assert!(drawn < 0.02, "the two drew {drawn}");
    }
}

/// Goal: a killed server costs no request that may be repeated.
/// Method: connections refused from 10 s on, first noticed by outcomes, 4 s later by the probe.
#[test]
fn a_killed_server_costs_nothing() {
    for (seed, rate) in [(6, 500.0), (7, 2000.0)] {
        for capacity in CAPACITIES {
            let killed = event("\"web5\"", 10, 10, "killed = true");
            let probed = event("\"web5\"", 14, 10, "probe_fails = true");
            let world = at_rate(rate, capacity, 40, &[&killed, &probed]);
            let report = ours(&format!("killed, {rate}/s"), &world, seed);
            assert_eq!(report.errors, 0, "seed {seed}");
            assert!(report.share_of(&[4], 11, 20) < 0.01, "seed {seed}");
            assert!(report.share_of(&[4], 36, 40) > 0.15, "seed {seed}: it came back");
        }
    }
}

/// Goal: failures that happen everywhere make nothing uneven and eject nobody.
/// Method: every server answers one request in a hundred with 500; shares and tail against the
/// same world without failures.
#[test]
fn ordinary_failures_change_nothing() {
    for capacity in CAPACITIES {
        let well = ours("well", &at_rate(700.0, capacity, 40, &[]), 8);
        let all = "\"web1\", \"web2\", \"web3\", \"web4\", \"web5\"";
        let world = at_rate(700.0, capacity, 40, &[&event(all, 0, 40, "errors = 0.01")]);
        let flaky = ours("flaky", &world, 8);
        for server in 0..5 {
            let share = flaky.share_of(&[server], 5, 40);
            assert!((share - 0.2).abs() < 0.015, "{server} got {share}");
        }
        assert!(flaky.excess_mean_ms() < 1.5 * well.excess_mean_ms() + 0.3);
        assert_eq!(flaky.errors, 0);
    }
}
