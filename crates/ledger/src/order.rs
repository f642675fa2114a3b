//! What people may order at the admin listener, as they send it.

use serde::{Deserialize, Serialize};

use crate::alarm::Matchers;
use crate::event::EventKind;

/// Something about one alarm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlarmOrder {
    /// The alarm.
    pub id: String,
    /// What is to be done.
    pub action: AlarmAction,
    /// Who asks.
    pub by: String,
    /// What they say.
    #[serde(default)]
    pub note: String,
}

/// What may be done about an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlarmAction {
    /// Take it: reminders and escalations stop.
    Acknowledge,
    /// Give it back.
    Unacknowledge,
    /// Write something down.
    Note,
}

/// A silence that is to begin, or one that is to end early.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum SilenceOrder {
    /// Let nobody be told of some alarms for a time.
    Begin {
        /// Of which.
        matchers: Matchers,
        /// Who asks.
        by: String,
        /// Why.
        reason: String,
        /// For how long, seconds.
        for_s: f64,
    },
    /// End it before its time.
    End {
        /// The silence.
        id: String,
        /// Who asks.
        by: String,
    },
}

/// Somebody writes down what happened outside of the balancer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventOrder {
    /// Who writes it down: a person or a program.
    pub by: String,
    /// What happened, in words.
    pub what: String,
    /// What it changed: `weights`, `persistence`, or something else (`outside`).
    #[serde(default = "outside")]
    pub kind: EventKind,
    /// The pool; empty: all of them.
    #[serde(default)]
    pub pool: String,
    /// The endpoint; empty: the whole pool.
    #[serde(default)]
    pub endpoint: String,
    /// When it happened, seconds since the Unix epoch; absent: now.
    #[serde(default)]
    pub at: Option<f64>,
}

fn outside() -> EventKind {
    EventKind::Outside
}

/// Somebody stands for the settings in force.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalOrder {
    /// Who approves.
    pub by: String,
    /// Why.
    #[serde(default)]
    pub reason: String,
    /// Beginning of the digest of the settings that are meant, so that nobody approves what was
    /// put in force meanwhile; empty: whatever is in force.
    #[serde(default)]
    pub digest: String,
}
