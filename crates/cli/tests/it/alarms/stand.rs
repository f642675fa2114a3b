//! A balancer with a receiver of every kind, and what each of them was told.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use super::alertmanager::Alertmanager;
use super::mailbox::{Mail, Mailbox};
use super::recorder::{Got, Recorder};
use crate::support::{Balancer, PATIENCE, Weighted, until, until_within};

/// What every receiver but an Alertmanager hears of an alarm's life.
const LIFE: [&str; 3] = ["fired", "acknowledged", "resolved"];

/// Between two attempts to reach a receiver that was down for long.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Receivers of every kind.
pub(super) struct Stand {
    pub(super) manager: Alertmanager,
    pub(super) webhook: Recorder,
    pub(super) pagerduty: Recorder,
    pub(super) slack: Recorder,
    pub(super) mail: Mailbox,
    pub(super) site: Weighted,
}

/// What a program was told, a line of JSON each; it refuses while `down` is there.
const PROGRAM: &str = "test -e down && exit 1; cat >> told.jsonl; echo >> told.jsonl";

impl Stand {
    /// All of them in order, but the Alertmanager, which does not run yet.
    pub(super) fn new() -> Stand {
        let manager = Alertmanager::new();
        let webhook = Recorder::start(200, "");
        let answer = "{\"status\":\"success\",\"message\":\"Event processed\",\"dedup_key\":\"k\"}";
        let (pagerduty, slack) = (Recorder::start(202, answer), Recorder::start(200, "ok"));
        let mail = Mailbox::start();
        let receivers = [
            ("manager", format!("alertmanager = {{ urls = [\"http://{}\"] }}", manager.address)),
            ("webhook", format!("webhook = {{ url = \"{}\" }}", webhook.url("/hook?token=t"))),
            (
                "pagerduty",
                format!(
                    "pagerduty = {{ routing_key = \"R0\", url = \"{}\" }}",
                    pagerduty.url("/v2/enqueue")
                ),
            ),
            ("slack", format!("slack = {{ url = \"{}\" }}", slack.url("/services/T/B/X"))),
            (
                "mail",
                format!(
                    "email = {{ to = [\"ops@example.com\", \"lead@example.com\"], \
                     from = \"evenkeel@example.com\", server = \"{}\", tls = \"none\" }}",
                    mail.address
                ),
            ),
            ("program", format!("exec = {{ command = [\"/bin/sh\", \"-c\", \"{PROGRAM}\"] }}")),
        ];
        let mut text = String::from("[alarms]\ninstance = \"lb1\"\n");
        let names = receivers.each_ref().map(|(name, _)| *name);
        for (name, form) in receivers {
            text += &format!("[[alarms.receivers]]\nname = \"{name}\"\n{form}\n");
        }
        text += &format!("[[alarms.routes]]\nreceivers = {names:?}\n");
        let site = Weighted::new(&text);
        Stand { manager, webhook, pagerduty, slack, mail, site }
    }

    /// All but the Alertmanager are out of order, or in order again.
    pub(super) fn set_down(&self, balancer: &Balancer, down: bool) {
        [&self.webhook, &self.pagerduty, &self.slack].iter().for_each(|one| one.set_down(down));
        self.mail.set_down(down);
        let mark = balancer.folder().join("down");
        if down {
            std::fs::write(mark, "").expect("a mark");
        } else {
            std::fs::remove_file(mark).expect("it was there");
        }
    }

    /// Waits until every receiver has been told so much of an alarm's life (1: that it fires, 2:
    /// who has it, 3: the end), and nothing waits any more.
    pub(super) fn until_told(&self, balancer: &Balancer, states: usize) {
        let manager = if states == 3 { 2 } else { 1 };
        until_within(PATIENCE + LONGEST_PAUSE, "all receivers are told", || {
            let status = balancer.json("/v1/alarms");
            let receivers = status["receivers"].as_array().expect("a list");
            receivers.iter().all(|one| {
                let due = if one["name"] == "manager" { manager } else { states };
                one["delivered"] == due && one["waiting"] == 0
            })
        });
        until("the Alertmanager passes it on", || self.manager.taker.got().len() >= manager);
    }

    /// Every receiver was told of one whole life of the alarm, each state once and in order.
    pub(super) fn check(&self, folder: &Path) {
        let key = check_webhook(&self.webhook.got());
        check_pagerduty(&self.pagerduty.got(), &key);
        check_slack(&self.slack.got());
        check_mail(&self.mail.got(), &key);
        check_program(&folder.join("told.jsonl"), &key);
        check_manager(&self.manager.taker.got());
    }
}

/// Answers the alarm's key.
fn check_webhook(got: &[Got]) -> String {
    let changes: Vec<&Value> = got.iter().map(|one| &one.body["evenkeel"]["change"]).collect();
    assert_eq!(changes, LIFE, "webhook");
    let key = got[0].body["groupKey"].as_str().expect("text").to_owned();
    for (one, status) in got.iter().zip(["firing", "firing", "resolved"]) {
        let body = &one.body;
        assert_eq!(one.line, "POST /hook?token=t");
        assert_eq!((&body["version"], &body["status"]), (&"4".into(), &status.into()));
        assert_eq!(
            (&body["groupKey"], &body["alerts"][0]["status"]),
            (&key.as_str().into(), &status.into())
        );
        for (label, value) in [
            ("alertname", "EvenkeelIntent"),
            ("severity", "ticket"),
            ("pool", "p"),
            ("cause", "weights"),
            ("instance", "lb1"),
        ] {
            assert_eq!(body["commonLabels"][label], value, "{label}");
        }
    }
    assert_eq!(got[1].body["commonAnnotations"]["acknowledged_by"], "ada");
    let names: BTreeSet<&str> = got.iter().map(|one| one.names[0].as_str()).collect();
    assert_eq!(names.len(), 3, "each has a name of its own");
    assert!(got.iter().all(|one| one.names[0] == one.names[1]), "{names:?}");
    key
}

fn check_pagerduty(got: &[Got], key: &str) {
    let actions: Vec<&Value> = got.iter().map(|one| &one.body["event_action"]).collect();
    assert_eq!(actions, ["trigger", "acknowledge", "resolve"], "PagerDuty");
    for one in got {
        assert_eq!(one.line, "POST /v2/enqueue");
        assert_eq!((&one.body["dedup_key"], &one.body["routing_key"]), (&key.into(), &"R0".into()));
    }
    let payload = &got[0].body["payload"];
    assert_eq!((&payload["severity"], &payload["source"]), (&"warning".into(), &"lb1".into()));
    assert_eq!((&payload["component"], &payload["class"]), (&"p".into(), &"intent".into()));
    assert!(payload["summary"].as_str().is_some_and(|text| text.contains("a weight 1 → 100")));
}

fn check_slack(got: &[Got]) {
    let texts: Vec<&str> = got.iter().map(|one| one.body["text"].as_str().expect("text")).collect();
    assert_eq!(texts.len(), 3, "{texts:#?}");
    let parts = ["A-1 p fires: in force", "A-1 p is taken by ada (looking)", "A-1 p is over after"];
    for (text, part) in texts.iter().zip(parts) {
        assert!(text.contains(part), "{part}: {text}");
    }
    let colors: Vec<&Value> = got.iter().map(|one| &one.body["attachments"][0]["color"]).collect();
    assert_eq!(colors, ["#f9a825", "#1565c0", "#2e7d32"]);
    assert!(got.iter().all(|one| one.line == "POST /services/T/B/X"));
}

fn check_mail(got: &[Mail], key: &str) {
    let subjects: Vec<String> = got.iter().map(Mail::subject).collect();
    assert_eq!(subjects.len(), 3, "{subjects:#?}");
    for (subject, part) in subjects.iter().zip(["fires: in force", "is taken by ada", "is over"]) {
        assert!(subject.contains(part), "{part}: {subject}");
    }
    let mut names = BTreeSet::new();
    for mail in got {
        assert_eq!(mail.from, "evenkeel@example.com");
        assert_eq!(mail.to, ["ops@example.com", "lead@example.com"]);
        assert_eq!(mail.field("References"), format!("<{key}@evenkeel.invalid>"), "one thread");
        assert!(names.insert(mail.field("Message-ID")), "{names:?}");
        assert!(mail.text().contains("Cause: weights"), "{}", mail.text());
    }
}

fn check_program(told: &Path, key: &str) {
    let text = std::fs::read_to_string(told).expect("it was told something");
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let lines: Vec<Value> = lines.collect();
    let changes: Vec<&Value> = lines.iter().map(|line| &line["change"]).collect();
    assert_eq!(changes, LIFE, "exec");
    for line in &lines {
        assert_eq!((&line["alarm"]["key"], &line["receiver"]), (&key.into(), &"program".into()));
        assert_eq!(line["instance"], "lb1");
    }
}

fn check_manager(got: &[Got]) {
    let statuses: Vec<&Value> = got.iter().map(|one| &one.body["status"]).collect();
    assert_eq!(statuses, ["firing", "resolved"], "Alertmanager");
    let [fired, resolved] = [&got[0].body["alerts"], &got[1].body["alerts"]];
    assert_eq!(fired.as_array().map(Vec::len), Some(1), "{fired}");
    assert_eq!(fired[0]["fingerprint"], resolved[0]["fingerprint"], "one alert");
    assert_eq!(fired[0]["labels"]["alertname"], "EvenkeelIntent");
    assert_eq!(fired[0]["labels"]["cause"], "weights");
}
