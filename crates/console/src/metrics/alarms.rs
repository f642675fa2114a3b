//! Metrics of alarms, of telling them, and of what is in force without approval.

use std::collections::BTreeMap;

use ledger::IntentStatus;
use ledger::alarm::{AlarmState, AlarmsStatus, ReceiverState};

use super::text::Kind::{Counter, Gauge};
use super::text::{Kind, Page, Value};

struct Column {
    name: &'static str,
    kind: Kind,
    help: &'static str,
    value: fn(&ReceiverState) -> Value,
}

const COLUMNS: [Column; 4] = [
    Column {
        name: "evenkeel_notifications_waiting",
        kind: Gauge,
        help: "Notifications that wait to be delivered.",
        value: |receiver| receiver.waiting.into(),
    },
    Column {
        name: "evenkeel_notifications_delivered_total",
        kind: Counter,
        help: "Notifications delivered.",
        value: |receiver| receiver.delivered.into(),
    },
    Column {
        name: "evenkeel_notifications_lost_total",
        kind: Counter,
        help: "Notifications given up: refused for good, too old, or too many waiting.",
        value: |receiver| (receiver.refused + receiver.expired + receiver.dropped).into(),
    },
    Column {
        name: "evenkeel_receiver_failing",
        kind: Gauge,
        help: "1 while notifications cannot be delivered.",
        value: |receiver| receiver.failing_since.is_some().into(),
    },
];

/// Nothing of what nobody watches over.
pub(super) fn write(page: &mut Page, watched: Option<&(AlarmsStatus, IntentStatus)>) {
    let none = Default::default();
    let (status, intent) = watched.unwrap_or(&none);
    let help = "Alarms that fire or are acknowledged; `cause` is the likeliest one, or unknown.";
    let mut family = page.family("evenkeel_alarms", Gauge, help);
    for (labels, count) in counted(status) {
        let [pool, kind, severity, cause, state] = labels;
        let labels = [
            ("pool", pool),
            ("kind", kind),
            ("severity", severity),
            ("cause", cause),
            ("state", state),
        ];
        family.sample(&labels, count);
    }
    for column in &COLUMNS {
        let mut family = page.family(column.name, column.kind, column.help);
        for receiver in &status.receivers {
            let labels = [("receiver", receiver.name.as_str()), ("type", receiver.kind.as_str())];
            family.sample(&labels, (column.value)(receiver));
        }
    }
    let help = "The last second that was judged, since the Unix epoch.";
    let mut family = page.family("evenkeel_judged_timestamp_seconds", Gauge, help);
    if let Some(at) = status.judged_at {
        family.sample(&[], at);
    }
    let help = "Differences of the settings in force from the approved ones.";
    let mut family = page.family("evenkeel_config_unapproved", Gauge, help);
    if watched.is_some() {
        family.sample(&[], intent.unapproved.len() as u64);
    }
}

/// Open alarms by what tells them apart.
fn counted(status: &AlarmsStatus) -> BTreeMap<[&str; 5], u64> {
    let mut counts = BTreeMap::new();
    for alarm in &status.alarms {
        let state = match alarm.state {
            AlarmState::Firing if alarm.silence.is_empty() => "firing",
            AlarmState::Firing => "silenced",
            AlarmState::Acknowledged => "acknowledged",
            AlarmState::Pending | AlarmState::Resolved => continue,
        };
        let cause = alarm.causes.first().map_or("unknown", |cause| cause.name());
        let severity = alarm.severity.name();
        *counts.entry([&alarm.pool, alarm.kind.name(), severity, cause, state]).or_default() += 1;
    }
    counts
}
