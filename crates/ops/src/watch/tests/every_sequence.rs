//! Every short sequence of conditions, and what must be true of all of them.

use std::collections::{BTreeMap, BTreeSet};

use config::Alarms;
use ledger::alarm::{AlarmState, Change};

use super::scene::{START, signals, with_duty};
use crate::watch::{AlarmEvent, Kept, Watch};

/// What may hold for a while.
const SCENES: [&str; 5] = [
    "",
    "p/unevenness",
    "p/unevenness! q/unevenness",
    "p/error_burn!",
    "p/intent p/capacity_lost!",
];
const LENGTH: u32 = 5;
/// How long each holds: shorter than most waits, longer than a page's, and long.
const HOLDS: [usize; 3] = [3, 8, 45];

/// What one receiver knows of one alarm.
type Known = BTreeMap<(String, String), Vec<Change>>;

#[test]
fn every_alarm_is_told_once_and_ended_once() {
    for number in 0..SCENES.len().pow(LENGTH) {
        let mut left = number;
        let mut sequence = Vec::new();
        for at in 0..LENGTH as usize {
            sequence.push((SCENES[left % SCENES.len()], HOLDS[(number + at) % HOLDS.len()]));
            left /= SCENES.len();
        }
        check(&with_duty(), &sequence);
    }
}

fn check(settings: &Alarms, sequence: &[(&str, usize)]) {
    let mut watch = Watch::new(settings.clone(), Kept::new("test"));
    let mut known = Known::new();
    let mut now = START;
    for (words, seconds) in sequence {
        let signals = signals(words);
        for _ in 0..*seconds {
            now += 1.0;
            hear(&watch.step(now, &signals), &mut known, sequence);
            one_for_each_pool(&watch, sequence);
        }
    }
    while watch.alarms().iter().any(|alarm| alarm.state != AlarmState::Resolved) {
        now += 10.0;
        assert!(now < START + 10_000.0, "it never ends: {sequence:?}");
        hear(&watch.step(now, &[]), &mut known, sequence);
    }
    for ((key, receiver), changes) in &known {
        let ended = changes.last() == Some(&Change::Resolved);
        assert!(ended, "{receiver} never heard the end of {key}: {sequence:?}");
    }
    let told: BTreeSet<&String> = known.keys().map(|(key, _)| key).collect();
    assert_eq!(told.len(), watch.alarms().len(), "an alarm was told to nobody: {sequence:?}");
}

fn hear(events: &[AlarmEvent], known: &mut Known, sequence: &[(&str, usize)]) {
    for event in events {
        for receiver in &event.receivers {
            let changes = known.entry((event.alarm.key.clone(), receiver.clone())).or_default();
            let fits = match event.change {
                Change::Fired => changes.is_empty(),
                Change::Escalated => *changes == [Change::Fired],
                Change::Resolved => {
                    changes.first() == Some(&Change::Fired)
                        && changes.last() != Some(&Change::Resolved)
                }
                _ => false,
            };
            assert!(fits, "{:?} after {changes:?} to {receiver}: {sequence:?}", event.change);
            changes.push(event.change);
        }
    }
}

fn one_for_each_pool(watch: &Watch, sequence: &[(&str, usize)]) {
    let open = watch.alarms().into_iter().filter(|alarm| alarm.state != AlarmState::Resolved);
    let pools: Vec<String> = open.map(|alarm| alarm.pool).collect();
    let distinct: BTreeSet<&String> = pools.iter().collect();
    assert_eq!(distinct.len(), pools.len(), "two open alarms of one pool: {sequence:?}");
}
