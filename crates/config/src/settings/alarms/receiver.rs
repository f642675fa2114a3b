//! `[[alarms.receivers]]`: a place where alarms can be told, and what it speaks.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::forms;
use super::super::secret::Secret;
use crate::units::Span;

/// A place where alarms can be told; exactly one of its forms is written.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Receiver {
    /// Its name in routes, on the status and in the log.
    pub name: String,
    /// Alertmanagers of Prometheus.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alertmanager: Option<Alertmanager>,
    /// An address that takes the JSON of Alertmanager's webhooks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook: Option<Webhook>,
    /// PagerDuty, or what speaks its Events API v2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pagerduty: Option<PagerDuty>,
    /// An incoming webhook of Slack, or of what takes the same (Mattermost, Rocket.Chat).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slack: Option<Slack>,
    /// E-mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// A program of your own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exec: Option<Exec>,
}

/// The form of a receiver that is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ReceiverKind<'a> {
    /// Alertmanagers.
    Alertmanager(&'a Alertmanager),
    /// A generic webhook.
    Webhook(&'a Webhook),
    /// PagerDuty.
    PagerDuty(&'a PagerDuty),
    /// Slack.
    Slack(&'a Slack),
    /// E-mail.
    Email(&'a Email),
    /// A program.
    Exec(&'a Exec),
}

impl Receiver {
    /// Every form that is written; in a valid configuration exactly one.
    pub fn kinds(&self) -> Vec<ReceiverKind<'_>> {
        [
            self.alertmanager.as_ref().map(ReceiverKind::Alertmanager),
            self.webhook.as_ref().map(ReceiverKind::Webhook),
            self.pagerduty.as_ref().map(ReceiverKind::PagerDuty),
            self.slack.as_ref().map(ReceiverKind::Slack),
            self.email.as_ref().map(ReceiverKind::Email),
            self.exec.as_ref().map(ReceiverKind::Exec),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

impl ReceiverKind<'_> {
    /// The key that stands for it in a configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Alertmanager(_) => "alertmanager",
            Self::Webhook(_) => "webhook",
            Self::PagerDuty(_) => "pagerduty",
            Self::Slack(_) => "slack",
            Self::Email(_) => "email",
            Self::Exec(_) => "exec",
        }
    }
}

/// Alertmanagers of Prometheus.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Alertmanager {
    /// Their addresses, e.g. `http://am.example.com:9093`; each one is told, and one that answers
    /// is enough.
    pub urls: Vec<String>,
}

/// An address that takes the JSON of Alertmanager's webhooks.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// The address; it is not shown, for many hold a token.
    pub url: Secret,
}

/// PagerDuty, or what speaks its Events API v2.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PagerDuty {
    /// Integration key of the service. Absent: it stands in `routing_key_file`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routing_key: Option<Secret>,
    /// File with the integration key. Absent: it stands in `routing_key`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "forms::file")]
    pub routing_key_file: Option<PathBuf>,
    /// Where events are sent.
    #[serde(default = "events")]
    pub url: String,
}

fn events() -> String {
    "https://events.pagerduty.com/v2/enqueue".to_owned()
}

/// An incoming webhook of Slack, or of what takes the same.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Slack {
    /// The address; it is a secret. Absent: it stands in `url_file`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<Secret>,
    /// File with the address. Absent: it stands in `url`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "forms::file")]
    pub url_file: Option<PathBuf>,
}

/// E-mail.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Email {
    /// Addresses of those who get it.
    pub to: Vec<String>,
    /// Address that it comes from.
    pub from: String,
    /// Mail server: host and port, e.g. `smtp.example.com:587`.
    pub server: String,
    /// How the connection is made private.
    #[serde(default)]
    pub tls: MailTls,
    /// Who signs in. Absent: nobody does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// File with the password. Absent: nobody signs in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "forms::file")]
    pub password_file: Option<PathBuf>,
}

/// How a connection to a mail server is made private.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MailTls {
    /// It begins in the clear and must become private before anything is sent (port 587).
    #[default]
    Starttls,
    /// It is private from its first byte (port 465).
    Tls,
    /// It is not.
    None,
}

/// A program of your own.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Exec {
    /// The program and its arguments; no shell reads them. It gets the notification as JSON on
    /// its standard input, and must end with status 0.
    pub command: Vec<String>,
    /// Longest time that it may take; then it is ended and counts as failed.
    #[serde(default = "ten_seconds")]
    #[schemars(extend("x-minimum" = "100ms", "x-maximum" = "5m"))]
    pub timeout: Span,
}

fn ten_seconds() -> Span {
    Span::from_secs(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: no secret reaches a log by accident. Method: show every form that holds one.
    #[test]
    fn secrets_are_not_shown() {
        let text = r#"
            name = "all"
            webhook = { url = "https://h.example/HIDE" }
            slack = { url = "https://s.example/HIDE" }
            pagerduty = { routing_key = "HIDE" }
        "#;
        let receiver: Receiver = toml::from_str(text).unwrap();
        assert_eq!(receiver.kinds().len(), 3);
        let shown = format!("{receiver:?} {}", toml::to_string(&receiver).unwrap());
        assert!(!shown.contains("HIDE"), "{shown}");
        assert_eq!(receiver.webhook.unwrap().url.reveal(), "https://h.example/HIDE");
        assert_eq!(receiver.pagerduty.unwrap().url, "https://events.pagerduty.com/v2/enqueue");
    }
}
