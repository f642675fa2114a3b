//! What the listener tells of whoever watches, and which orders it passes on.

use std::sync::Mutex;

use ledger::alarm::AlarmsStatus;
use ledger::{
    AlarmOrder, ApprovalOrder, AuditStatus, DiagnosisRecord, Event, EventOrder, IntentStatus,
    SilenceOrder, Status,
};

use super::client::listen;
use super::sample::{source, status};
use crate::{Judge, Source};

/// Writes down what it was asked.
#[derive(Default)]
struct Scribe(Mutex<Vec<String>>);

impl Scribe {
    fn note(&self, what: String) {
        self.0.lock().unwrap().push(what);
    }
}

impl Judge for Scribe {
    fn alarms(&self) -> AlarmsStatus {
        AlarmsStatus::default()
    }

    fn intent(&self) -> IntentStatus {
        IntentStatus { unapproved: vec!["web1 weight 1 → 100".into()], ..IntentStatus::default() }
    }

    fn diagnoses(&self, pool: Option<&str>, at_s: Option<u64>) -> Vec<DiagnosisRecord> {
        self.note(format!("{pool:?} at {at_s:?}"));
        vec![DiagnosisRecord { causes: vec!["weights".into()], ..DiagnosisRecord::default() }]
    }

    fn events(&self, since: f64) -> Result<Vec<Event>, String> {
        Err(format!("nothing is known since {since}"))
    }

    fn audits(&self) -> AuditStatus {
        AuditStatus { next_at: Some(17.0), ..AuditStatus::default() }
    }

    fn about_alarm(&self, order: &AlarmOrder) -> Result<String, String> {
        self.note(format!("{order:?}"));
        if order.id == "A-1" { Ok("ada has A-1".into()) } else { Err("no such alarm".into()) }
    }

    fn about_silence(&self, order: &SilenceOrder) -> Result<String, String> {
        self.note(format!("{order:?}"));
        Ok("S-1 begins".into())
    }

    fn note_event(&self, order: &EventOrder) -> Result<String, String> {
        self.note(format!("{order:?}"));
        Ok("noted".into())
    }

    fn approve(&self, order: &ApprovalOrder) -> Result<String, String> {
        self.note(format!("{order:?}"));
        Ok("approved".into())
    }
}

struct Watched(Scribe);

impl Source for Watched {
    fn status(&self) -> Status {
        status()
    }

    fn reload(&self, _: &str) -> Result<String, String> {
        Ok(String::new())
    }

    fn judge(&self) -> Option<&dyn Judge> {
        Some(&self.0)
    }
}

fn post(path: &str, fields: &str, body: &str) -> String {
    let length = body.len();
    format!("POST {path} HTTP/1.1\r\nhost: a\r\n{fields}content-length: {length}\r\n\r\n{body}")
}

const ASKED: &str = "x-evenkeel: 1\r\ncontent-type: application/json\r\n";

#[tokio::test]
async fn what_is_watched_is_shown() {
    let listener = listen(Watched(Scribe::default())).await;
    assert_eq!(listener.get("/v1/alarms").await.json()["alarms"], serde_json::json!([]));
    let diagnosis = listener.get("/v1/diagnosis?pool=portal&at=1714557600").await;
    assert_eq!(diagnosis.json()[0]["causes"][0], "weights");
    let intent = listener.get("/v1/intent").await;
    assert_eq!(intent.json()["unapproved"][0], "web1 weight 1 → 100");
    assert_eq!(listener.get("/v1/audits").await.json()["next_at"], 17.0);
    let events = listener.get("/v1/events?since=5").await;
    assert_eq!(events.status, 503);
    assert_eq!(events.json()["error"], "nothing is known since 5");
    for wrong in ["/v1/diagnosis?pol=a", "/v1/diagnosis?at=now", "/v1/events?since=x"] {
        assert_eq!(listener.get(wrong).await.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn orders_are_passed_on() {
    let listener = listen(Watched(Scribe::default())).await;
    let take = r#"{"id":"A-1","action":"acknowledge","by":"ada"}"#;
    let quiet =
        r#"{"begin":{"matchers":{"pool":"portal"},"by":"ada","reason":"drill","for_s":60}}"#;
    for (path, body, status) in [
        ("/v1/alarms", take, 200),
        ("/v1/alarms", r#"{"id":"A-9","action":"acknowledge","by":"ada"}"#, 409),
        ("/v1/alarms", r#"{"id":"A-1","action":"explode","by":"ada"}"#, 400),
        ("/v1/alarms", r#"{"id":"A-1","action":"note","by":"ada","nte":"x"}"#, 400),
        ("/v1/alarms", "", 400),
        ("/v1/silences", quiet, 200),
        ("/v1/silences", r#"{"end":{"id":"S-1","by":"ada"}}"#, 200),
        ("/v1/approvals", r#"{"by":"ada","reason":"web1 is new"}"#, 200),
        ("/v1/approvals", "\u{0}", 400),
        ("/v1/events", r#"{"by":"ci","what":"shop 4.2","kind":"outside"}"#, 200),
        ("/v1/events", r#"{"by":"ci","what":"shop 4.2","kind":"party"}"#, 400),
    ] {
        let answer = listener.ask(&post(path, ASKED, body)).await;
        assert_eq!(answer.status, status, "{path} {body}: {}", answer.body);
    }
}

// Goal: no web page gives orders. Method: what a browser can send.
#[tokio::test]
async fn orders_are_not_for_browsers() {
    let listener = listen(Watched(Scribe::default())).await;
    let body = r#"{"by":"mallory"}"#;
    for fields in ["", "x-evenkeel: 1\r\norigin: http://evil.example\r\n"] {
        for path in ["/v1/alarms", "/v1/silences", "/v1/approvals", "/v1/events"] {
            assert_eq!(listener.ask(&post(path, fields, body)).await.status, 403, "{path}");
        }
    }
}

#[tokio::test]
async fn nobody_watches_a_bare_source() {
    let listener = listen(source()).await;
    for path in ["/v1/alarms", "/v1/audits", "/v1/diagnosis", "/v1/events", "/v1/intent"] {
        assert_eq!(listener.get(path).await.status, 404, "{path}");
    }
}
