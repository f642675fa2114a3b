//! Servers that are slow without failing: requests go where they are served soonest.

mod stage;

use sim::{Reference, Script};
use stage::{CAPACITIES, LOGNORMAL, ideal, ours, script};

/// Servers of four slots with these slownesses, at `load` of what they can do.
fn world(duration_s: u32, load: f64, capacity: f64, slowness: &[f64]) -> Script {
    let traffic = format!("[traffic]\nload = {load}\n{LOGNORMAL}");
    let server = |slower: &f64| {
        format!("[[servers]]\ncount = 1\nslots = 4\ncapacity = {capacity}\nslower = {slower:?}")
    };
    let servers: Vec<String> = slowness.iter().map(server).collect();
    script(duration_s, &[&traffic, &servers.join("\n")])
}

/// Goal: equal servers get what joining the shortest queue gives, and equal shares.
/// Method: 70 % load; mean excess against JSQ on the same arrivals; learned speeds stay at 1.
#[test]
fn equal_servers_are_joined_at_the_shortest_queue() {
    for seed in 1..=3 {
        for capacity in CAPACITIES {
            let world = world(40, 0.7, capacity, &[1.0; 5]);
            let shortest = ideal(Reference::ShortestQueue, &world, seed);
            let ours = ours("equal", &world, seed);
            assert!(ours.excess_mean_ms() <= 1.1 * shortest.excess_mean_ms() + 0.02);
            let speeds = ours.learned.iter().skip(5).flat_map(|learned| &learned.speeds);
            let wobble = speeds.map(|speed| (speed - 1.0).abs()).fold(0.0, f64::max);
            assert!(wobble < 0.1, "seed {seed}: a speed was off by {wobble}");
            for server in 0..5 {
                let share = ours.share_of(&[server], 5, 40);
                assert!((share - 0.2).abs() < 0.015, "seed {seed}: {server} got {share}");
            }
        }
    }
}

/// Goal: few requests do not make equal servers look unequal.
/// Method: 10 requests per second in all for two minutes.
#[test]
fn few_requests_prove_no_speed() {
    for seed in 1..=3 {
        let ours = ours("few", &world(120, 0.01, 100.0, &[1.0; 5]), seed);
        let speeds = ours.learned.iter().flat_map(|learned| &learned.speeds);
        let wobble = speeds.map(|speed| speed.ln().abs()).fold(0.0, f64::max);
        assert!(wobble < 0.7, "seed {seed}: a speed was off by e^{wobble}");
    }
}

/// Holds the p99 of the excess against ideals on the same arrivals.
fn tail(name: &str, load: f64, slowness: &[f64], (of_shortest, of_soonest): (f64, f64)) {
    for seed in 1..=3 {
        for capacity in CAPACITIES {
            let world = world(40, load, capacity, slowness);
            let shortest = ideal(Reference::ShortestQueue, &world, seed).excess_ms(0.99);
            let soonest = ideal(Reference::ShortestDelay, &world, seed).excess_ms(0.99);
            let ours = ours(name, &world, seed).excess_ms(0.99);
            assert!(ours <= of_shortest * shortest, "seed {seed}: {ours}, JSQ {shortest}");
            assert!(ours <= of_soonest * soonest, "seed {seed}: {ours}, SED {soonest}");
        }
    }
}

/// Goal: with two of five three times slower, the tail is that of the shortest expected delay.
/// Method: 70 % of what is left; p99 of the excess against JSQ and SED on the same arrivals.
#[test]
fn two_of_five_slow() {
    tail("two slow", 0.7, &[1.0, 1.0, 1.0, 3.0, 3.0], (0.6, 1.35));
}

/// Goal: one server ten times slower costs next to nothing.
/// Method: 60 % of what is left; p99 of the excess against JSQ and SED on the same arrivals.
#[test]
fn one_of_five_very_slow() {
    tail("one very slow", 0.6, &[1.0, 1.0, 1.0, 1.0, 10.0], (0.15, 2.0));
}

/// Goal: slots are seen whatever the capacity says, and not more of them than there are.
/// Method: the learned slots after 30 s at 70 %.
#[test]
fn slots_are_learned() {
    for seed in 1..=3 {
        for capacity in CAPACITIES {
            let ours = ours("slots", &world(30, 0.7, capacity, &[1.0; 5]), seed);
            let learned = ours.learned.last().map_or(0.0, |learned| learned.slots[0]);
            assert!((2.5..=5.7).contains(&learned), "seed {seed}, {capacity}: {learned}");
        }
    }
}
