//! `[alarms]`: who is told when something is wrong, how, and how soon.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::units::Span;

mod receiver;
mod words;

pub use receiver::{
    Alertmanager, Email, Exec, MailTls, PagerDuty, Receiver, ReceiverKind, Slack, Webhook,
};
pub use words::{CauseName, KindName, SeverityName};

/// Who is told when something is wrong.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Alarms {
    /// A sign of life, whose absence tells what a dead balancer cannot. Absent: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heartbeat: Option<Heartbeat>,
    /// How often a page that nobody acknowledged is told again; `0s`: never.
    pub repeat: Span,
    /// Receiver of the alarms that no route matches. Absent: those are told to nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// Start of the addresses of your instructions; the kind of the alarm is appended, as in
    /// `https://wiki.example.com/evenkeel/unevenness`. Absent: none are linked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runbooks: Option<String>,
    /// Name of this balancer in notifications. Absent: the name of the machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// Whom alarms can be told to.
    pub receivers: Vec<Receiver>,
    /// Which alarms are told to which receivers. The first that matches decides, unless it says
    /// `continue`.
    pub routes: Vec<AlarmRoute>,
}

impl Default for Alarms {
    fn default() -> Self {
        Self {
            heartbeat: None,
            repeat: Span::from_secs(4 * 3600),
            default: None,
            runbooks: None,
            instance: None,
            receivers: Vec::new(),
            routes: Vec::new(),
        }
    }
}

/// A sign of life, whose absence tells what a dead balancer cannot.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Heartbeat {
    /// Name of the receiver that misses it when it stays away.
    pub receiver: String,
    /// From one to the next.
    #[serde(default = "minute")]
    #[schemars(extend("x-minimum" = "1s", "x-maximum" = "1d"))]
    pub every: Span,
}

fn minute() -> Span {
    Span::from_secs(60)
}

/// Which alarms are told to which receivers. What is not written matches every alarm.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[schemars(rename = "Alarm-route")]
#[serde(deny_unknown_fields)]
pub struct AlarmRoute {
    /// Names of the receivers.
    pub receivers: Vec<String>,
    /// How bad it is. Absent: whatever it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<SeverityName>,
    /// Causes, one of which the alarm must have. Empty: any, or none known yet.
    #[serde(default)]
    pub causes: Vec<CauseName>,
    /// Kinds of conditions, one of which the alarm must have. Empty: any.
    #[serde(default)]
    pub kinds: Vec<KindName>,
    /// Names of pools. Empty: any, and the process as a whole.
    #[serde(default)]
    pub pools: Vec<String>,
    /// Who else is told while nobody acknowledges.
    #[serde(default)]
    pub escalate: Vec<Escalation>,
    /// Go on to the routes after this one.
    #[serde(default, rename = "continue")]
    pub goes_on: bool,
}

/// Who else is told while nobody acknowledges.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Escalation {
    /// Time since the alarm fired.
    pub after: Span,
    /// Names of the receivers.
    pub receivers: Vec<String>,
}
