//! Receivers that are down while alarms fire, and a balancer that is killed meanwhile.

use std::time::{Duration, Instant};

use super::stand::Stand;
use crate::support::{Balancer, has_state, until};

/// How long the receivers are down, unless EVENKEEL_DOWN_SECONDS says otherwise.
const DOWN_S: u64 = 4;

fn down() -> Duration {
    let value = std::env::var("EVENKEEL_DOWN_SECONDS").ok();
    Duration::from_secs(value.map_or(DOWN_S, |text| text.parse().expect("a number of seconds")))
}

/// Waits until no receiver can be reached.
fn until_all_fail(balancer: &Balancer) {
    until("all receivers fail", || {
        let status = balancer.json("/v1/alarms");
        let receivers = status["receivers"].as_array().expect("a list");
        receivers.iter().all(|one| one["failing_since"].is_f64())
    });
}

/// Goal: what is owed outlives an outage of all receivers and the death of the process: each
/// state once, in order. Method: down from before the alarm until after the next process runs.
#[test]
fn receivers_that_are_down_over_a_kill_hear_all_of_it_once() {
    let mut stand = Stand::new();
    let mut balancer = stand.site.start();
    stand.set_down(&balancer, true);
    let since = Instant::now();
    stand.site.spoil(&balancer);
    until_all_fail(&balancer);
    let take = ["alarms", "acknowledge", "A-1", "--by", "ada", "--note", "looking"];
    assert_eq!(balancer.told(&take).status.code(), Some(0));
    balancer.die_and_rise(|_| ());
    assert!(has_state(&balancer, "A-1", "acknowledged"));
    until_all_fail(&balancer);
    // The length of the outage is what is tested.
    std::thread::sleep(down().saturating_sub(since.elapsed()));
    stand.manager.start();
    stand.set_down(&balancer, false);
    stand.until_told(&balancer, 2);
    assert_eq!(balancer.told(&["approve", "--by", "ada"]).status.code(), Some(0));
    stand.until_told(&balancer, 3);
    stand.check(balancer.folder());
}
