//! The words in which people are told of an alarm.

use std::fmt::Write;

use evenness::Severity;
use ledger::alarm::{AlarmRecord, AlarmState, Change};
use ledger::rfc3339;

use super::notice::{House, Notice};

/// One line: what happens to which alarm, and what it is about.
pub(crate) fn headline(notice: &Notice) -> String {
    let alarm = &notice.alarm;
    let place = if alarm.pool.is_empty() { "balancer" } else { &alarm.pool };
    let summary = &alarm.summary;
    let id = &alarm.id;
    let what = match notice.change {
        Change::Fired => format!("fires: {summary}"),
        Change::Escalated => format!("is a page now: {summary}"),
        Change::Reminded => format!("still fires, and nobody has it: {summary}"),
        Change::Acknowledged => format!("is taken by {}", taker(alarm)),
        Change::Unacknowledged => format!("is nobody's again: {summary}"),
        Change::Resolved => format!("is over after {}", lasted(alarm)),
        _ => summary.clone(),
    };
    format!("[{}] {id} {place} {what}", alarm.severity)
}

fn taker(alarm: &AlarmRecord) -> String {
    match &alarm.acknowledged {
        Some(by) if by.note.is_empty() => by.by.clone(),
        Some(by) => format!("{} ({})", by.by, by.note),
        None => "somebody".to_owned(),
    }
}

fn lasted(alarm: &AlarmRecord) -> String {
    let length = alarm.resolved_at.unwrap_or(alarm.began_at) - alarm.began_at;
    let seconds = length.max(0.0).round() as u64;
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

/// All that is known, in lines.
pub(crate) fn body(notice: &Notice, house: &House) -> String {
    let alarm = &notice.alarm;
    let mut text = String::new();
    let _ = writeln!(text, "Cause: {}", causes(alarm));
    if !alarm.diagnosis.is_empty() {
        let _ = writeln!(text, "{}", alarm.diagnosis);
    }
    for symptom in &alarm.symptoms {
        let state = if symptom.spell.holds { "" } else { " (gone)" };
        let _ = writeln!(text, "- {}: {}{state}", symptom.kind, symptom.summary);
    }
    let _ = writeln!(text, "Since {} on {}", rfc3339(alarm.began_at), house.instance);
    if let Some(at) = alarm.resolved_at {
        let _ = writeln!(text, "Over at {}", rfc3339(at));
    }
    if let Some(runbook) = house.runbook(alarm) {
        let _ = writeln!(text, "What to do: {runbook}");
    }
    text
}

/// The causes, or that none is known.
pub(crate) fn causes(alarm: &AlarmRecord) -> String {
    let names: Vec<&str> = alarm.causes.iter().map(|cause| cause.name()).collect();
    if names.is_empty() { "not known yet".to_owned() } else { names.join(", ") }
}

/// A colour by which people see how it is.
pub(crate) fn color(alarm: &AlarmRecord) -> &'static str {
    match (alarm.state, alarm.severity) {
        (AlarmState::Resolved, _) => "#2e7d32",
        (AlarmState::Acknowledged, _) => "#1565c0",
        (_, Severity::Page) => "#c62828",
        (_, Severity::Ticket) => "#f9a825",
    }
}
