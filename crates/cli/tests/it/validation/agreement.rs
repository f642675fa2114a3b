//! The test: what the simulator says of a policy is what sockets say of the balancer that it plays.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::Value;

use super::bout::{BOUTS, Bout};
use super::figures::{Both, misranked};
use super::staged::{drill, play};

/// Each takes a tenth of a core, and more of a slow one: many would measure each other.
const AT_ONCE: usize = 2;

/// Goal: whoever trusts the simulator is not misled. Method: three scenarios played and drilled
/// with the same seed, by Evenkeel and four peers: the servers' shares, the latencies, and who is
/// better than whom.
#[test]
fn the_simulator_is_held_against_sockets() {
    let all = drill_all();
    let mut wrong = Vec::new();
    for (bout, all) in BOUTS.iter().zip(&all) {
        for (both, (contender, _)) in all.iter().zip(bout.contenders) {
            let who = format!("{}, {contender}", bout.name);
            println!("{who}: {}", both.summary(bout));
            wrong.extend(both.differences(bout).iter().map(|what| format!("{who}: {what}")));
        }
        wrong.extend(misranked(bout, all));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Every bout's contenders, some at a time.
fn drill_all() -> Vec<Vec<Both>> {
    let work: Vec<(usize, &Bout, &str, Value)> = BOUTS
        .iter()
        .enumerate()
        .flat_map(|(number, bout)| {
            let both = bout.contenders.iter().zip(play(bout));
            both.map(move |((contender, _), played)| (number, bout, *contender, played))
        })
        .collect();
    let next = AtomicUsize::new(0);
    let hand = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some((bout_at, bout, contender, played)) = work.get(at) else { return done };
            done.push((at, *bout_at, drill(bout, contender, played)));
        }
    };
    let mut done: Vec<(usize, usize, Both)> = thread::scope(|scope| {
        let hands: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(hand)).collect();
        hands.into_iter().flat_map(|hand| hand.join().expect("figures")).collect()
    });
    done.sort_unstable_by_key(|(at, ..)| *at);
    let mut all: Vec<Vec<Both>> = BOUTS.iter().map(|_| Vec::new()).collect();
    done.into_iter().for_each(|(_, bout, both)| all[bout].push(both));
    all
}
