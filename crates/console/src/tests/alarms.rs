//! Alarms, receivers and approval on the metrics page.

use evenness::{Cause, Severity, SignalKind};
use ledger::IntentStatus;
use ledger::alarm::{AlarmRecord, AlarmState, AlarmsStatus, ReceiverState};

use super::metrics::complaints;
use super::sample::{AWKWARD, status};
use crate::metrics::{Process, page};

fn alarm(pool: &str, state: AlarmState, causes: &[Cause], silence: &str) -> AlarmRecord {
    AlarmRecord {
        id: "A-1".to_owned(),
        key: "lb1-1".to_owned(),
        pool: pool.to_owned(),
        kind: SignalKind::Unevenness,
        severity: Severity::Page,
        state,
        causes: causes.to_vec(),
        diagnosis: String::new(),
        named: false,
        part_of: String::new(),
        summary: String::new(),
        began_at: 1.0,
        fired_at: Some(2.0),
        resolved_at: None,
        acknowledged: None,
        silence: silence.to_owned(),
        symptoms: Vec::new(),
        history: Vec::new(),
    }
}

fn watched() -> (AlarmsStatus, IntentStatus) {
    let receiver = ReceiverState {
        name: "duty".to_owned(),
        kind: "pagerduty".to_owned(),
        waiting: 4,
        delivered: 9,
        refused: 1,
        expired: 2,
        dropped: 3,
        failing_since: Some(5.0),
        ..ReceiverState::default()
    };
    let weights = [Cause::Weights, Cause::Persistence];
    let alarms = vec![
        alarm("portal", AlarmState::Firing, &weights, ""),
        alarm("portal", AlarmState::Firing, &weights, ""),
        alarm("portal", AlarmState::Firing, &[], "S-3"),
        alarm(AWKWARD, AlarmState::Acknowledged, &[], ""),
        alarm("", AlarmState::Pending, &[], ""),
        alarm("", AlarmState::Resolved, &[], ""),
    ];
    let intent = IntentStatus { unapproved: vec![AWKWARD.to_owned(); 2], ..Default::default() };
    let judged_at = Some(1_700_000_000.0);
    let receivers = vec![receiver];
    (AlarmsStatus { alarms, receivers, judged_at, ..Default::default() }, intent)
}

// Goal: who relays alarms finds each in its state, with its likeliest cause. Method: one alarm of
// each state, and two alike; letter by letter.
#[test]
fn alarms_are_counted_by_what_tells_them_apart() {
    let page = page(&status(), Some(&watched()), &Process::default());
    let uneven = r#"kind="unevenness",severity="page""#;
    let expected = [
        format!(r#"evenkeel_alarms{{pool="portal",{uneven},cause="weights",state="firing"}} 2"#),
        format!(r#"evenkeel_alarms{{pool="portal",{uneven},cause="unknown",state="silenced"}} 1"#),
        r#"evenkeel_notifications_waiting{receiver="duty",type="pagerduty"} 4"#.to_owned(),
        r#"evenkeel_notifications_delivered_total{receiver="duty",type="pagerduty"} 9"#.to_owned(),
        r#"evenkeel_notifications_lost_total{receiver="duty",type="pagerduty"} 6"#.to_owned(),
        r#"evenkeel_receiver_failing{receiver="duty",type="pagerduty"} 1"#.to_owned(),
        "evenkeel_judged_timestamp_seconds 1700000000".to_owned(),
        "evenkeel_config_unapproved 2".to_owned(),
        "evenkeel_connections_max 50".to_owned(),
    ];
    for line in expected {
        assert!(page.lines().any(|written| written == line), "missing: {line}\n{page}");
    }
    let alarms = page.lines().filter(|line| line.starts_with("evenkeel_alarms{"));
    assert_eq!(alarms.count(), 3, "pending and resolved ones are no alarms");
    assert_eq!(complaints(&page), "");
}

// Goal: "nobody watches" is not "all is approved". Method: a page without anybody.
#[test]
fn nothing_is_claimed_where_nobody_watches() {
    let page = page(&status(), None, &Process::default());
    assert!(!page.lines().any(|line| line.starts_with("evenkeel_config_unapproved")), "{page}");
}
