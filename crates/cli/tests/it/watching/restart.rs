//! What outlives a process that is killed: approvals, what was not approved, and alarms.

use serde_json::{Value, json};

use super::intent::said;
use crate::support::{Balancer, Weighted, alarm, has_state, until};

/// How many alarms there are, over or not.
fn count(balancer: &Balancer) -> usize {
    balancer.json("/v1/alarms")["alarms"].as_array().expect("a list").len()
}

/// When the first condition of an alarm was last seen.
fn seen_at(alarm: &Value) -> Option<f64> {
    alarm["symptoms"][0]["spell"]["last_at"].as_f64()
}

/// Waits until the alarm is on the disk: before that nobody has been told of it.
fn until_kept(balancer: &Balancer, id: &str) {
    let file = balancer.folder().join("state/alarms.json");
    let is_kept = |text: String| text.contains(&format!("\"id\":\"{id}\""));
    until("it is kept", || std::fs::read_to_string(&file).is_ok_and(is_kept));
}

/// Goal: who was told that it is approved may rely on it. Method: killed right after the answer.
#[test]
fn an_approval_survives_kill() {
    let site = Weighted::new("");
    let mut balancer = site.start();
    site.spoil(&balancer);
    until_kept(&balancer, "A-1");
    let (code, text) = said(&balancer.told(&["approve", "--by", "ada", "--reason", "a is new"]));
    assert_eq!(code, Some(0), "{text}");
    balancer.die_and_rise(|_| ());
    let intent = balancer.json("/v1/intent");
    assert_eq!((&intent["by"], &intent["unapproved"]), (&"ada".into(), &json!([])), "{intent}");
    until("the old alarm is over", || has_state(&balancer, "A-1", "resolved"));
    assert_eq!(count(&balancer), 1, "no other alarm");
}

/// Goal: a restart is no approval, and the alarm is the same one.
#[test]
fn what_nobody_approved_stays_unapproved() {
    let site = Weighted::new("");
    let mut balancer = site.start();
    site.spoil(&balancer);
    until_kept(&balancer, "A-1");
    let before = alarm(&balancer, "A-1").expect("it fires");
    balancer.die_and_rise(|_| ());
    let intent = balancer.json("/v1/intent");
    assert_eq!(intent["by"], "first start");
    assert_eq!(intent["unapproved"].as_array().expect("a list").len(), 1, "{intent}");
    until("it is seen again", || {
        alarm(&balancer, "A-1").is_some_and(|now| seen_at(&now) > seen_at(&before))
    });
    let after = alarm(&balancer, "A-1").expect("it still fires");
    for same in ["key", "state", "fired_at", "kind", "severity"] {
        assert_eq!(after[same], before[same], "{same}");
    }
    assert_eq!(balancer.told(&["alarms"]).status.code(), Some(1));
    assert_eq!(count(&balancer), 1, "no other alarm");
}

/// Goal: nobody gets round the approval by editing the file while the process is down. Method:
/// the first process lives for a moment only.
#[test]
fn an_edit_while_it_is_down_is_no_approval() {
    let site = Weighted::new("");
    let mut balancer = site.start();
    let other = site.text([100, 17]);
    balancer.die_and_rise(|folder| {
        std::fs::write(folder.join("evenkeel.toml"), other).expect("the configuration");
    });
    until("it fires", || has_state(&balancer, "A-1", "firing"));
    assert_eq!(alarm(&balancer, "A-1").expect("it fires")["kind"], "intent");
}

/// Goal: what people said of alarms outlives the process too. Method: killed right after the
/// answer to the last order.
#[test]
fn what_people_said_survives_kill() {
    let site = Weighted::new("");
    let mut balancer = site.start();
    site.spoil(&balancer);
    let silence =
        ["alarms", "silence", "--pool", "q", "--for", "1h", "--by", "ada", "--reason", "r"];
    assert_eq!(balancer.told(&silence).status.code(), Some(0));
    let take = ["alarms", "acknowledge", "A-1", "--by", "ada", "--note", "looking"];
    assert_eq!(balancer.told(&take).status.code(), Some(0));
    balancer.die_and_rise(|_| ());
    let alarm = alarm(&balancer, "A-1").expect("it is known");
    assert_eq!(alarm["state"], "acknowledged");
    assert_eq!(alarm["acknowledged"]["note"], "looking");
    assert_eq!(balancer.json("/v1/alarms")["silences"][0]["id"], "S-1");
}

/// Goal: after a restart nobody is told that nothing was changed. Method: weights are changed by a
/// reload before a kill, and in the file while nobody serves.
#[test]
fn changes_are_known_to_the_next_process() {
    let site = Weighted::new("");
    let mut balancer = site.start();
    let is_told = |balancer: &Balancer, part: &str| {
        until(part, || balancer.json("/v1/diagnosis").to_string().contains(part));
    };
    site.spoil(&balancer);
    until("it is kept", || balancer.json("/v1/events").to_string().contains("a weight 1 → 100"));
    balancer.die_and_rise(|_| ());
    is_told(&balancer, "a weight 1 → 100, b weight 1 → 17 by 127.0.0.1:");
    let other = site.text([100, 30]);
    balancer.die_and_rise(|folder| {
        std::fs::write(folder.join("evenkeel.toml"), other).expect("the configuration");
    });
    is_told(&balancer, "b weight 17 → 30, found at the start");
}
