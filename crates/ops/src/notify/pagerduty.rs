//! PagerDuty, Events API v2: trigger, acknowledge, resolve, by one key for each alarm.

use config::PagerDuty;
use evenness::Severity;
use ledger::alarm::Change;
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
    http.post(&to.url, parcel.delivery, &event(parcel, &key))
}

/// The event that a notification sends.
pub(crate) fn event(parcel: &Parcel<'_>, routing_key: &str) -> Value {
    let alarm = &parcel.notice.alarm;
    let action = match parcel.notice.change {
        Change::Acknowledged => "acknowledge",
        Change::Resolved => "resolve",
        _ => "trigger",
    };
    let mut event = json!({
        "routing_key": routing_key,
        "event_action": action,
        "dedup_key": alarm.key,
    });
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
