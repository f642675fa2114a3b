//! An alarm for tests of how it is told.

use evenness::{Cause, Severity, SignalKind};
use ledger::alarm::{AlarmRecord, AlarmState, Change, Spell, Symptom};

use super::deliver::Parcel;
use super::notice::{House, Notice};

/// When it fired.
pub(crate) const AT: f64 = 1_709_210_096.5;

/// A page of a pool whose cause is known.
pub(crate) fn alarm() -> AlarmRecord {
    let spell = Spell { began_at: AT - 2.0, last_at: AT, holds: true, counts: true };
    AlarmRecord {
        id: "A-17".into(),
        key: "evenkeel-0a1b2c3d-A-17".into(),
        pool: "portal".into(),
        kind: SignalKind::ErrorBurn,
        severity: Severity::Page,
        state: AlarmState::Firing,
        causes: vec![Cause::Weights],
        diagnosis: "web1 and web2 have weight 100, the others 17".into(),
        named: false,
        part_of: String::new(),
        summary: "12 % of 900 requests/s fail <now>".into(),
        began_at: AT - 2.0,
        fired_at: Some(AT),
        resolved_at: None,
        acknowledged: None,
        silence: String::new(),
        symptoms: vec![Symptom {
            kind: SignalKind::ErrorBurn,
            cause: None,
            summary: "12 % of 900 requests/s fail <now>".into(),
            spell,
            paged: None,
        }],
        history: Vec::new(),
    }
}

/// What is told of it.
pub(crate) fn notice(change: Change) -> Notice {
    let mut alarm = alarm();
    if change == Change::Resolved {
        (alarm.state, alarm.resolved_at) = (AlarmState::Resolved, Some(AT + 90.0));
    }
    let was = if change == Change::Escalated { Severity::Ticket } else { Severity::Page };
    Notice { change, alarm, was, label: Some(Cause::Weights) }
}

/// A balancer with instructions.
pub(crate) fn house() -> House {
    House { instance: "lb1".into(), runbooks: Some("https://wiki.example/ek".into()) }
}

/// A notification on its way to `team`.
pub(crate) fn parcel<'a>(notice: &'a Notice, house: &'a House) -> Parcel<'a> {
    let delivery = "evenkeel-0a1b2c3d-A-17-4";
    Parcel { notice, delivery, receiver: "team", house, now: AT + 90.0 }
}
