//! Servers that are slow without failing: requests go where they are served soonest.
#![cfg(not(miri))]

mod world;

use world::{CAPACITIES, Ideal, Ours, Report, Rule, Scenario, defaults, play, scenario};

fn run(name: &str, scenario: &Scenario, capacity: f64, seed: u64) -> Report {
    let pool = defaults(scenario.servers.len(), capacity);
    let report = play(scenario.clone(), &mut Ours::new(pool, 1, seed));
    print(&format!("{name}, capacity {capacity}, seed {seed}"), &report);
    report
}

fn ideal(rule: Rule, scenario: &Scenario, seed: u64) -> Report {
    let report = play(scenario.clone(), &mut Ideal::new(rule, seed));
    print(&format!("  {rule:?}, seed {seed}"), &report);
    report
}

fn print(name: &str, report: &Report) {
    let (mean, p99) = (report.mean(), report.quantile(0.99));
    println!("{name}: excess mean {mean:.2} ms, p99 {p99:.1} ms");
}

/// Goal: equal servers get what joining the shortest queue gives, and equal shares.
/// Method: 70 % load; mean excess against JSQ on the same arrivals; learned speeds stay at 1.
#[test]
fn equal_servers_are_joined_at_the_shortest_queue() {
    for seed in 1..=3 {
        let world = scenario(seed, &[1.0; 5], 0.7, 40.0);
        let shortest = ideal(Rule::Shortest, &world, seed);
        for capacity in CAPACITIES {
            let ours = run("equal", &world, capacity, seed);
            assert!(ours.mean() <= 1.1 * shortest.mean() + 0.02, "seed {seed}");
            let speeds = ours.speeds.iter().skip(5).flatten();
            let wobble = speeds.map(|speed| (speed - 1.0).abs()).fold(0.0, f64::max);
            assert!(wobble < 0.1, "seed {seed}: a speed was off by {wobble}");
            for index in 0..5 {
                let share = ours.share(&[index], 5, 40);
                assert!((share - 0.2).abs() < 0.015, "seed {seed}: {index} got {share}");
            }
        }
    }
}

/// Goal: few requests do not make equal servers look unequal.
/// Method: 10 requests per second in all for two minutes.
#[test]
fn few_requests_prove_no_speed() {
    for seed in 1..=3 {
        let world = scenario(seed, &[1.0; 5], 0.01, 120.0);
        let ours = run("few", &world, 100.0, seed);
        let speeds = ours.speeds.iter().flatten();
        let wobble = speeds.map(|speed| speed.ln().abs()).fold(0.0, f64::max);
        assert!(wobble < 0.7, "seed {seed}: a speed was off by e^{wobble}");
    }
}

/// Goal: with two of five three times slower, the tail is that of the shortest expected delay.
/// Method: 70 % of what is left; p99 of the excess against JSQ and SED on the same arrivals.
#[test]
fn two_of_five_slow() {
    for seed in 1..=3 {
        let world = scenario(seed, &[1.0, 1.0, 1.0, 3.0, 3.0], 0.7, 40.0);
        let shortest = ideal(Rule::Shortest, &world, seed).quantile(0.99);
        let soonest = ideal(Rule::Soonest, &world, seed).quantile(0.99);
        for capacity in CAPACITIES {
            let ours = run("two slow", &world, capacity, seed).quantile(0.99);
            assert!(ours <= 0.6 * shortest, "seed {seed}: {ours} against JSQ {shortest}");
            assert!(ours <= 1.35 * soonest, "seed {seed}: {ours} against SED {soonest}");
        }
    }
}

/// Goal: one server ten times slower costs next to nothing.
/// Method: 60 % of what is left; p99 of the excess against JSQ and SED on the same arrivals.
#[test]
fn one_of_five_very_slow() {
    for seed in 1..=3 {
        let world = scenario(seed, &[1.0, 1.0, 1.0, 1.0, 10.0], 0.6, 40.0);
        let shortest = ideal(Rule::Shortest, &world, seed).quantile(0.99);
        let soonest = ideal(Rule::Soonest, &world, seed).quantile(0.99);
        for capacity in CAPACITIES {
            let ours = run("one very slow", &world, capacity, seed).quantile(0.99);
            assert!(ours <= 0.15 * shortest, "seed {seed}: {ours} against JSQ {shortest}");
            assert!(ours <= 2.0 * soonest, "seed {seed}: {ours} against SED {soonest}");
        }
    }
}

/// Goal: slots are seen whatever the capacity says, and not more of them than there are.
/// Method: the learned slots after 30 s at 70 %.
#[test]
fn slots_are_learned() {
    for seed in 1..=3 {
        for capacity in CAPACITIES {
            let ours = run("slots", &scenario(seed, &[1.0; 5], 0.7, 30.0), capacity, seed);
            let slots = ours.slots.last().copied().unwrap_or_default();
            assert!((2.5..=5.7).contains(&slots), "seed {seed}, {capacity}: {slots}");
        }
    }
}
