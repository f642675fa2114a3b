//! PagerDuty, Events API v2: trigger, acknowledge, resolve, by one key for each alarm and severity.
//!
//! A trigger for an incident that somebody has already, or that is not urgent, wakes nobody. So a
//! ticket that becomes a page is an incident of its own, and that of the ticket ends.

use config::PagerDuty;
use evenness::Severity;
use ledger::alarm::{AlarmRecord, Change};
use ledger::rfc3339;
use serde_json::{Value, json};

use super::deliver::Parcel;
use super::failure::Failure;
use super::http::Http;
use super::secret;
use super::text;

/// Characters of a summary that are taken.
const SUMMARY_MAX: usize = 1024;

pub(crate) fn deliver(to: &PagerDuty, parcel: &Parcel<'_>, http: &Http) -> Result<(), Failure> {
    let key = secret::read(to.routing_key.as_ref(), to.routing_key_file.as_deref())?;
    http.post(&to.url, parcel.delivery, &event(parcel, &key))?;
    match end_of_ticket(parcel, &key) {
        Some(end) => http.post(&to.url, &format!("{}-end", parcel.delivery), &end),
        None => Ok(()),
    }
}

/// The end of the incident that an alarm was as less than it is now.
pub(crate) fn end_of_ticket(parcel: &Parcel<'_>, routing_key: &str) -> Option<Value> {
    let notice = parcel.notice;
    let has_risen = notice.change == Change::Escalated && notice.was != notice.alarm.severity;
    has_risen.then(|| begun(&notice.alarm, notice.was, routing_key, "resolve"))
}

/// What every event begins with.
fn begun(alarm: &AlarmRecord, severity: Severity, routing_key: &str, action: &str) -> Value {
    let key = match severity {
        Severity::Ticket => alarm.key.clone(),
        Severity::Page => format!("{}-page", alarm.key),
    };
    json!({ "routing_key": routing_key, "event_action": action, "dedup_key": key })
}

/// The event that a notification sends.
pub(crate) fn event(parcel: &Parcel<'_>, routing_key: &str) -> Value {
    let alarm = &parcel.notice.alarm;
    let action = match parcel.notice.change {
        Change::Acknowledged => "acknowledge",
        Change::Resolved => "resolve",
        _ => "trigger",
    };
    let mut event = begun(alarm, alarm.severity, routing_key, action);
    if action != "trigger" {
        return event;
    }
    let summary: String = text::headline(parcel.notice).chars().take(SUMMARY_MAX).collect();
    event["client"] = "Evenkeel".into();
    event["payload"] = json!({
        "summary": summary,
        "source": parcel.house.instance,
        "severity": match alarm.severity {
            Severity::Page => "critical",
            Severity::Ticket => "warning",
        },
        "timestamp": rfc3339(alarm.fired_at.unwrap_or(alarm.began_at)),
        "component": alarm.pool,
        "class": alarm.kind.name(),
        "custom_details": {
            "alarm": alarm.id,
            "change": parcel.notice.change,
            "delivery": parcel.delivery,
            "causes": text::causes(alarm),
            "description": text::body(parcel.notice, parcel.house),
        },
    });
    if let Some(runbook) = parcel.house.runbook(alarm) {
        event["links"] = json!([{ "href": runbook, "text": "What to do" }]);
    }
    event
}
