//! One queue before all servers: its length is learned, and never costs more than it gives.

mod stage;

use sim::Reference;
use stage::{LOGNORMAL, five, ideal, ours, warmed_up};

/// Goal: whatever the number of slots, nobody waits longer than by joining the shortest queue,
/// and with few slots about as long as in one queue before all: no slot is left free that
/// somebody is held for. Method: from one slot to 64 at a server whose capacity says nothing, at
/// 70 and 90 % load, against both ideals.
#[test]
fn any_number_of_slots() {
    for (load, of_one_queue) in [(0.7, 1.15), (0.9, 1.05)] {
        for slots in [1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 33, 64] {
            let traffic = format!("[traffic]\nload = {load}\n{LOGNORMAL}");
            let world = warmed_up(75, 15, &[&traffic, &five(slots, 100.0)]);
            let shortest = ideal(Reference::ShortestQueue, &world, 1).excess_mean_ms();
            let one_queue = ideal(Reference::Central, &world, 1).excess_mean_ms();
            let ours = ours(&format!("{slots} slots at {load}"), &world, 1).excess_mean_ms();
            assert!(ours <= 1.05 * shortest + 0.02, "{slots} at {load}: {ours}, JSQ {shortest}");
            let few = slots <= 6;
            assert!(!few || ours <= of_one_queue * one_queue + 0.02, "{ours}, one {one_queue}");
        }
    }
}

/// Goal: servers that share a processor among all requests have no queue to spare: short requests
/// wait behind long ones that they would have overtaken there, and long ones end sooner.
/// Method: 85 % load on shared processors, mean and tail against the shortest queue.
#[test]
fn a_shared_processor() {
    for slots in [2, 4, 16] {
        let traffic = format!("[traffic]\nload = 0.85\n{LOGNORMAL}");
        let servers = format!("{}\ndiscipline = \"sharing\"", five(slots, 100.0));
        let world = warmed_up(75, 15, &[&traffic, &servers]);
        let shortest = ideal(Reference::ShortestQueue, &world, 1);
        let ours = ours(&format!("{slots} shared"), &world, 1);
        assert!(ours.excess_mean_ms() <= 1.5 * shortest.excess_mean_ms() + 0.02);
        assert!(ours.excess_ms(0.99) <= 1.1 * shortest.excess_ms(0.99) + 2.0);
    }
}

/// Goal: when all servers turn slow at once and crowds grow, as behind a slow database, nobody is
/// held before free slots. Method: 64 slots, of which five and then fifty are in use.
#[test]
fn slow_services_are_no_queue() {
    for seed in 1..=3 {
        let traffic = format!("[traffic]\nload = 0.08\n{LOGNORMAL}");
        let all = r#"["web1", "web2", "web3", "web4", "web5"]"#;
        let slow = format!("[[events]]\nat = \"30s\"\nservers = {all}\nslower = 10.0");
        let world = warmed_up(90, 15, &[&traffic, &five(64, 100.0), &slow]);
        let shortest = ideal(Reference::ShortestQueue, &world, seed).excess_mean_ms();
        let ours = ours("all slow", &world, seed).excess_mean_ms();
        assert!(ours <= 1.02 * shortest + 0.2, "{ours}, JSQ {shortest}");
    }
}

/// Goal: equal capacities that hide unequal slots keep no free slot from anybody.
/// Method: two servers of two slots and three of eight, all of the same capacity, mean and tail
/// against the shortest queue.
#[test]
fn unequal_slots() {
    for (seed, load) in [(1, 0.5), (2, 0.7), (3, 0.85)] {
        let traffic = format!("[traffic]\nload = {load}\n{LOGNORMAL}");
        let small = "[[servers]]\ncount = 2\nslots = 2\ncapacity = 100.0";
        let large = "[[servers]]\ncount = 3\nslots = 8\ncapacity = 100.0";
        let world = warmed_up(90, 20, &[&traffic, small, large]);
        let shortest = ideal(Reference::ShortestQueue, &world, seed);
        let ours = ours(&format!("unequal at {load}"), &world, seed);
        assert!(ours.excess_mean_ms() <= 0.8 * shortest.excess_mean_ms());
        assert!(ours.excess_ms(0.99) <= shortest.excess_ms(0.99));
    }
}

/// Goal: services that are either short or long prove no queue by chance.
/// Method: a heavy tail at few requests per second before many slots, for ten minutes.
#[test]
fn odd_services_are_no_queue() {
    let demand = r#"demand = { bounded_pareto = { shape = 0.6, min = "1ms", max = "2s" } }"#;
    for seed in 1..=3 {
        let world =
            warmed_up(600, 20, &[&format!("[traffic]\nrate = 40.0\n{demand}"), &five(64, 100.0)]);
        let ours = ours("odd", &world, seed);
        assert!(ours.excess_mean_ms() < 0.01, "seed {seed}: somebody waits");
    }
}
