//! Alertmanager: `POST /api/v2/alerts`, again and again while an alarm fires.
//!
//! An alert is its labels. They stay as they were first told, the severity apart: when that
//! rises, the alert with the old labels ends and another begins.

use config::Alertmanager;
use evenness::{Cause, Severity};
use ledger::alarm::{AlarmRecord, Change};
use ledger::rfc3339;
use serde_json::{Map, Value, json};

use super::deliver::Parcel;
use super::failure::Failure;
use super::http::Http;
use super::notice::{House, Notice};
use super::text;

/// An alert that is not posted again ends after this, seconds: long enough for a restart of the
/// machine, short enough that nothing stays when the balancer is gone.
const LASTS_S: f64 = 600.0;

pub(crate) fn deliver(to: &Alertmanager, parcel: &Parcel<'_>, http: &Http) -> Result<(), Failure> {
    post(to, http, parcel.delivery, &alerts(parcel))
}

/// Posts alarms that still fire, so that they do not end by themselves.
pub(crate) fn repeat(
    to: &Alertmanager,
    alarms: &[(AlarmRecord, Option<Cause>)],
    house: &House,
    now: f64,
    http: &Http,
) -> Result<(), Failure> {
    let alert = |(alarm, label): &(AlarmRecord, Option<Cause>)| {
        let notice = Notice {
            change: Change::Fired,
            alarm: alarm.clone(),
            was: alarm.severity,
            label: *label,
        };
        alert(&notice, alarm.severity, house, now + LASTS_S)
    };
    let list: Vec<Value> = alarms.iter().map(alert).collect();
    post(to, http, "repeat", &Value::Array(list))
}

/// The alerts that a notification posts.
pub(crate) fn alerts(parcel: &Parcel<'_>) -> Value {
    let Parcel { notice, house, now, .. } = parcel;
    let severity = notice.alarm.severity;
    let ends_at = if notice.is_end() { *now } else { now + LASTS_S };
    let mut list = vec![alert(notice, severity, house, ends_at)];
    if notice.was != severity && notice.change == Change::Escalated {
        list.insert(0, alert(notice, notice.was, house, *now));
    }
    Value::Array(list)
}

fn alert(notice: &Notice, severity: Severity, house: &House, ends_at: f64) -> Value {
    json!({
        "labels": labels(notice, severity, house),
        "annotations": annotations(notice, house),
        "startsAt": rfc3339(notice.alarm.fired_at.unwrap_or(notice.alarm.began_at)),
        "endsAt": rfc3339(ends_at),
    })
}

/// What an alert is one by.
pub(crate) fn labels(notice: &Notice, severity: Severity, house: &House) -> Value {
    json!({
        "alertname": name(&notice.alarm),
        "severity": severity.name(),
        "pool": notice.alarm.pool,
        "cause": notice.label.map_or("unknown", |cause| cause.name()),
        "instance": house.instance,
    })
}

/// What is said about it.
pub(crate) fn annotations(notice: &Notice, house: &House) -> Value {
    let mut all = Map::new();
    let mut add = |name: &str, value: String| all.insert(name.to_owned(), value.into());
    add("summary", notice.alarm.summary.clone());
    add("description", text::body(notice, house));
    add("alarm", notice.alarm.id.clone());
    if let Some(runbook) = house.runbook(&notice.alarm) {
        add("runbook_url", runbook);
    }
    if let Some(by) = &notice.alarm.acknowledged {
        add("acknowledged_by", by.by.clone());
    }
    Value::Object(all)
}

/// `EvenkeelErrorBurn` of `error_burn`.
fn name(alarm: &AlarmRecord) -> String {
    let mut name = String::from("Evenkeel");
    for word in alarm.kind.name().split('_') {
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.extend(letters);
    }
    name
}

/// They do not tell each other of alerts, so each is told; who was not there hears it within the
/// minute, when alarms are posted again.
pub(crate) fn post(
    to: &Alertmanager,
    http: &Http,
    delivery: &str,
    alerts: &Value,
) -> Result<(), Failure> {
    let mut failures = Vec::new();
    for url in &to.urls {
        let url = format!("{}/api/v2/alerts", url.trim_end_matches('/'));
        failures.extend(http.post(&url, delivery, alerts).err());
    }
    if failures.len() < to.urls.len() {
        return Ok(());
    }
    // One that may take it later outweighs those that never will.
    let later = failures.iter().position(|failure| matches!(failure, Failure::Later(_)));
    match failures.into_iter().nth(later.unwrap_or_default()) {
        Some(failure) => Err(failure),
        None => Err(Failure::Never("no Alertmanager is configured".to_owned())),
    }
}
