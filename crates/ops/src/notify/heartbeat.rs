//! The sign of life: what a receiver gets again and again while all is well.

use config::{Heartbeat, Receiver, ReceiverKind};
use ledger::rfc3339;
use serde_json::{Value, json};

use super::failure::Failure;
use super::http::Http;
use super::notice::House;
use super::{alertmanager, exec};

/// Beats that may stay away before an Alertmanager calls the alert over.
const BEATS: f64 = 3.0;

/// Sends one sign of life.
pub(crate) fn beat(
    heartbeat: &Heartbeat,
    receiver: &Receiver,
    house: &House,
    now: f64,
    http: &Http,
) -> Result<(), Failure> {
    let alert = alert(heartbeat, house, now);
    let delivery = format!("evenkeel-heartbeat-{}", now as u64);
    match receiver.kinds().first() {
        Some(ReceiverKind::Alertmanager(to)) => {
            alertmanager::post(to, http, &delivery, &json!([alert]))
        }
        Some(ReceiverKind::Webhook(to)) => {
            let labels = &alert["labels"];
            let message = json!({
                "version": "4",
                "groupKey": "evenkeel-heartbeat",
                "truncatedAlerts": 0,
                "status": "firing",
                "receiver": receiver.name,
                "groupLabels": { "alertname": labels["alertname"] },
                "commonLabels": labels,
                "commonAnnotations": alert["annotations"],
                "externalURL": "",
                "alerts": [alert],
            });
            http.post(to.url.reveal(), &delivery, &message)
        }
        Some(ReceiverKind::Exec(to)) => {
            let input = json!({ "change": "heartbeat", "instance": house.instance });
            exec::run(&to.command, to.timeout.into(), input.to_string())
        }
        _ => Err(Failure::Never("people are no receivers of heartbeats".to_owned())),
    }
}

fn alert(heartbeat: &Heartbeat, house: &House, now: f64) -> Value {
    let lasts_s = heartbeat.every.0.as_secs_f64() * BEATS;
    json!({
        "status": "firing",
        "labels": {
            "alertname": "EvenkeelHeartbeat",
            "severity": "none",
            "instance": house.instance,
        },
        "annotations": {
            "summary": "Evenkeel is alive and watches",
            "description": "This alert always fires; when it ends, nobody watches.",
        },
        "startsAt": rfc3339(now),
        "endsAt": rfc3339(now + lasts_s),
    })
}
