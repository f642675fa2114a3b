//! A generic webhook, in the shape of Alertmanager's version 4, with our own word for what
//! happened beside it.

use config::Webhook;
use ledger::rfc3339;
use serde_json::{Value, json};

use super::alertmanager::{annotations, labels};
use super::deliver::Parcel;
use super::failure::Failure;
use super::http::Http;

/// What stands for "not yet" in this shape.
const NEVER: &str = "0001-01-01T00:00:00Z";

pub(crate) fn deliver(to: &Webhook, parcel: &Parcel<'_>, http: &Http) -> Result<(), Failure> {
    http.post(to.url.reveal(), parcel.delivery, &message(parcel))
}

/// The message that a notification posts.
pub(crate) fn message(parcel: &Parcel<'_>) -> Value {
    let Parcel { notice, house, .. } = parcel;
    let alarm = &notice.alarm;
    let status = if notice.is_end() { "resolved" } else { "firing" };
    let labels = labels(notice, alarm.severity, house);
    let annotations = annotations(notice, house);
    json!({
        "version": "4",
        "groupKey": alarm.key,
        "truncatedAlerts": 0,
        "status": status,
        "receiver": parcel.receiver,
        "groupLabels": { "alertname": labels["alertname"], "pool": alarm.pool },
        "commonLabels": labels,
        "commonAnnotations": annotations,
        "externalURL": "",
        "alerts": [{
            "status": status,
            "labels": labels,
            "annotations": annotations,
            "startsAt": rfc3339(alarm.fired_at.unwrap_or(alarm.began_at)),
            "endsAt": alarm.resolved_at.map_or_else(|| NEVER.to_owned(), rfc3339),
            "generatorURL": "",
            "fingerprint": alarm.key,
        }],
        "evenkeel": { "change": notice.change, "delivery": parcel.delivery, "alarm": alarm },
    })
}
