//! The bodies that receivers get.

use ledger::alarm::{Acknowledgement, Change};
use serde_json::{Value, json};

use crate::notify::sample::{house, notice, parcel};
use crate::notify::{alertmanager, pagerduty, slack, text, webhook};

fn alerts(change: Change) -> Value {
    let (notice, house) = (notice(change), house());
    alertmanager::alerts(&parcel(&notice, &house))
}

#[test]
fn an_alertmanager_gets_labels_annotations_and_times() {
    let alerts = alerts(Change::Fired);
    let labels = json!({
        "alertname": "EvenkeelErrorBurn",
        "severity": "page",
        "pool": "portal",
        "cause": "weights",
        "instance": "lb1",
    });
    assert_eq!(alerts[0]["labels"], labels);
    let annotations = &alerts[0]["annotations"];
    assert_eq!(annotations["summary"], "12 % of 900 requests/s fail <now>");
    assert_eq!(annotations["runbook_url"], "https://wiki.example/ek/error_burn");
    assert!(annotations["description"].as_str().unwrap().contains("web1 and web2"));
    assert_eq!(alerts[0]["startsAt"], "2024-02-29T12:34:56.500Z");
    assert_eq!(alerts[0]["endsAt"], "2024-02-29T12:46:26.500Z");
    let texts = |value: &Value| value.as_object().unwrap().values().all(Value::is_string);
    assert!(texts(annotations) && texts(&labels), "labels and annotations are texts");
}

#[test]
fn an_alert_ends_and_a_graver_one_takes_its_place() {
    assert_eq!(alerts(Change::Resolved)[0]["endsAt"], "2024-02-29T12:36:26.500Z");
    let both = alerts(Change::Escalated);
    assert_eq!(both[0]["labels"]["severity"], "ticket");
    assert_eq!(both[0]["endsAt"], "2024-02-29T12:36:26.500Z");
    assert_eq!(both[1]["labels"]["severity"], "page");
    assert_eq!(both[1]["endsAt"], "2024-02-29T12:46:26.500Z");
}

#[test]
fn a_webhook_gets_version_four() {
    let (notice, house) = (notice(Change::Resolved), house());
    let message = webhook::message(&parcel(&notice, &house));
    let mut keys: Vec<&String> = message.as_object().unwrap().keys().collect();
    keys.sort();
    assert_eq!(
        keys,
        [
            "alerts",
            "commonAnnotations",
            "commonLabels",
            "evenkeel",
            "externalURL",
            "groupKey",
            "groupLabels",
            "receiver",
            "status",
            "truncatedAlerts",
            "version",
        ]
    );
    assert_eq!(message["version"], "4");
    assert_eq!(message["status"], "resolved");
    assert_eq!(message["receiver"], "team");
    assert_eq!(message["alerts"][0]["endsAt"], "2024-02-29T12:36:26.500Z");
    assert_eq!(message["evenkeel"]["change"], "resolved");
    assert_eq!(message["evenkeel"]["alarm"]["id"], "A-17");
}

#[test]
fn pagerduty_gets_events_by_one_key_for_each_severity() {
    for (change, action) in [
        (Change::Fired, "trigger"),
        (Change::Escalated, "trigger"),
        (Change::Acknowledged, "acknowledge"),
        (Change::Resolved, "resolve"),
    ] {
        let (notice, house) = (notice(change), house());
        let event = pagerduty::event(&parcel(&notice, &house), "the-key");
        assert_eq!(event["event_action"], action);
        assert_eq!(event["routing_key"], "the-key");
        assert_eq!(event["dedup_key"], "evenkeel-0a1b2c3d-A-17-page");
        let end = pagerduty::end_of_ticket(&parcel(&notice, &house), "the-key");
        assert_eq!(end.is_some(), change == Change::Escalated);
        if let Some(end) = end {
            let expected = json!({
                "routing_key": "the-key",
                "event_action": "resolve",
                "dedup_key": "evenkeel-0a1b2c3d-A-17",
            });
            assert_eq!(end, expected);
        }
        if action == "trigger" {
            let payload = &event["payload"];
            assert_eq!(payload["severity"], "critical");
            assert_eq!(payload["source"], "lb1");
            assert_eq!(payload["component"], "portal");
            assert_eq!(payload["class"], "error_burn");
            assert!(payload["summary"].as_str().unwrap().chars().count() <= 1024);
            assert_eq!(event["links"][0]["href"], "https://wiki.example/ek/error_burn");
        }
    }
}

#[test]
fn slack_gets_a_message_that_calls_nobody_by_accident() {
    let (mut notice, house) = (notice(Change::Fired), house());
    notice.alarm.summary = "<!channel> & more".into();
    let message = slack::message(&parcel(&notice, &house));
    let text = message["text"].as_str().unwrap();
    assert_eq!(text, "[page] A-17 portal fires: &lt;!channel&gt; &amp; more");
    assert_eq!(message["attachments"][0]["color"], "#c62828");
}

#[test]
fn headlines_say_what_happened() {
    let check = |change, expected: &str| {
        let mut notice = notice(change);
        if change == Change::Acknowledged {
            let by = Acknowledgement { by: "Ada".into(), at: 0.0, note: "looking".into() };
            notice.alarm.acknowledged = Some(by);
        }
        assert_eq!(text::headline(&notice), expected);
    };
    check(Change::Fired, "[page] A-17 portal fires: 12 % of 900 requests/s fail <now>");
    check(Change::Acknowledged, "[page] A-17 portal is taken by Ada (looking)");
    check(Change::Resolved, "[page] A-17 portal is over after 1 min 32 s");
}
