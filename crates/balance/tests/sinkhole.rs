//! Servers that fail: fast errors draw no traffic, and no request fails that another could serve.
#![cfg(not(miri))]

mod world;

use world::{CAPACITIES, Change, Mode, Ours, Report, Scenario, defaults, play, scenario};

fn run(name: &str, scenario: Scenario, capacity: f64, slow_start_ns: Option<u64>) -> Report {
    let mut spec = defaults(scenario.servers.len(), capacity);
    spec.slow_start_ns = slow_start_ns.unwrap_or(spec.slow_start_ns);
    let report = play(scenario, &mut Ours::new(spec, 1, 1));
    let (all, failed, retries) = (report.requests, report.failed_at_ns.len(), report.retries);
    println!("{name}, capacity {capacity}: {all} requests, {failed} failed, {retries} retries");
    report
}

/// Five servers at a rate, the slots chosen so that they are 65 % busy.
fn at_rate(seed: u64, per_second: f64, duration_s: f64) -> Scenario {
    let mut world = scenario(seed, &[1.0; 5], 0.65, duration_s);
    let slots = (per_second * 0.020 / 0.65 / 5.0).ceil() as usize;
    world.servers.iter_mut().for_each(|server| server.slots = slots.max(1));
    world.traffic = world::Traffic::new(seed, per_second, 20.0);
    world
}

/// Goal: a server that answers 503 in 0.2 ms for 10 s costs no request, at any rate.
/// Method: at most 0.05 % of those 10 s fail; what it was sent meanwhile is next to nothing.
#[test]
fn failing_fast_draws_no_traffic() {
    for (seed, rate) in [(1, 100.0), (2, 500.0), (3, 2000.0)] {
        for capacity in CAPACITIES {
            let mut world = at_rate(seed, rate, 40.0);
            world.changes =
                vec![(10.0, Change::Mode(2, Mode::FailsFast)), (20.0, Change::Mode(2, Mode::Well))];
            let report = run(&format!("{rate}/s, seed {seed}"), world, capacity, None);
            let failed = report.failed_within(10.0, 20.0) as f64;
            assert!(failed <= 0.0005 * rate * 10.0, "seed {seed}, {rate}/s: {failed} failed");
            let drawn = report.share(&[2], 10, 20);
            println!("  drawn {drawn:.4}");
            assert!(drawn < 0.02, "seed {seed}, {rate}/s: the sick server drew {drawn}");
            let back = report.share(&[2], 38, 40);
            assert!(back > 0.1, "seed {seed}, {rate}/s: it got only {back} back");
        }
    }
}

/// Goal: it does not draw traffic when it is let back in and still fails, warm-up or not.
/// Method: a minute of failing; the seconds after each readmission.
#[test]
fn a_readmitted_sinkhole_draws_no_traffic() {
    for slow_start_ns in [0, 10 * world::SECOND] {
        let mut world = at_rate(4, 500.0, 70.0);
        world.changes = vec![(5.0, Change::Mode(0, Mode::FailsFast))];
        let report = run("readmitted", world, 100.0, Some(slow_start_ns));
        assert_eq!(report.failed_at_ns.len(), 0);
        let worst = (6..70).map(|s| report.share(&[0], s, s + 1)).fold(0.0, f64::max);
        assert!(worst < 0.02, "a second in which the sick server drew {worst}");
    }
}

/// Goal: even where nothing is ever ejected, failing fast draws no traffic.
/// Method: ejection turned off; the sick server's part of all attempts for a minute.
#[test]
fn scores_alone_keep_traffic_away() {
    let mut world = at_rate(9, 500.0, 60.0);
    world.changes = vec![(5.0, Change::Mode(0, Mode::FailsFast))];
    let mut spec = defaults(5, 100.0);
    spec.ejection.max_share = 0.0;
    let report = play(world, &mut Ours::new(spec, 1, 1));
    let drawn = report.share(&[0], 6, 60);
    println!("without ejection: drawn {drawn:.4}, {} failed", report.failed_at_ns.len());
    assert!(drawn < 0.05, "the sick server drew {drawn}");
    assert_eq!(report.failed_at_ns.len(), 0);
}

/// Goal: two sick servers of five are both taken out, and nothing fails.
/// Method: both answer 503 for 10 s while their probes pass.
#[test]
fn two_sick_of_five() {
    for capacity in CAPACITIES {
        let mut world = scenario(5, &[1.0; 5], 0.5, 30.0);
        world.changes = [0, 1].map(|i| (10.0, Change::Mode(i, Mode::FailsFast))).to_vec();
        world.changes.extend([0, 1].map(|i| (20.0, Change::Mode(i, Mode::Well))));
        let report = run("two sick", world, capacity, None);
        assert_eq!(report.failed_at_ns.len(), 0);
        let drawn = report.share(&[0, 1], 11, 20);
        assert!(drawn < 0.02, "the two drew {drawn}");
    }
}

/// Goal: a killed server costs no request that may be repeated.
/// Method: connections refused from 10 s on, first noticed by outcomes, 4 s later by the probe.
#[test]
fn a_killed_server_costs_nothing() {
    for (seed, rate) in [(6, 500.0), (7, 2000.0)] {
        for capacity in CAPACITIES {
            let mut world = at_rate(seed, rate, 40.0);
            world.changes = vec![
                (10.0, Change::Mode(4, Mode::Dead)),
                (14.0, Change::Probe(4, true)),
                (20.0, Change::Mode(4, Mode::Well)),
                (24.0, Change::Probe(4, false)),
            ];
            let report = run(&format!("killed, {rate}/s"), world, capacity, None);
            assert_eq!(report.failed_at_ns.len(), 0, "seed {seed}");
            assert!(report.share(&[4], 11, 20) < 0.01, "seed {seed}");
            assert!(report.share(&[4], 36, 40) > 0.15, "seed {seed}: it came back");
        }
    }
}

/// Goal: failures that happen everywhere make nothing uneven and eject nobody.
/// Method: every server answers one request in a hundred with 500; shares and tail against the
/// same world without failures.
#[test]
fn ordinary_failures_change_nothing() {
    for capacity in CAPACITIES {
        let well = run("well", scenario(8, &[1.0; 5], 0.7, 40.0), capacity, None);
        let mut world = scenario(8, &[1.0; 5], 0.7, 40.0);
        world.changes = (0..5).map(|i| (0.0, Change::Mode(i, Mode::Flaky))).collect();
        let flaky = run("flaky", world, capacity, None);
        for index in 0..5 {
            let share = flaky.share(&[index], 5, 40);
            assert!((share - 0.2).abs() < 0.015, "{index} got {share}");
        }
        println!("p99 of the excess: {} and {}", well.quantile(0.99), flaky.quantile(0.99));
        assert!(flaky.mean() < 1.5 * well.mean() + 0.3, "{} {}", flaky.mean(), well.mean());
        assert_eq!(flaky.failed_at_ns.len(), 0);
    }
}
