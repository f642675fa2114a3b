//! Alarms as they are stored and as `/v1/alarms` shows them.
//!
//! Times are seconds since the Unix epoch.

use evenness::{Cause, Severity, SignalKind};
use serde::{Deserialize, Serialize};

pub mod words;

/// All alarms, what keeps some of them quiet, and how telling them goes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AlarmsStatus {
    /// Open ones first, then resolved ones, the latest first.
    pub alarms: Vec<AlarmRecord>,
    /// Silences, those that have ended recently included.
    pub silences: Vec<Silence>,
    /// Receivers in the order of their names.
    pub receivers: Vec<ReceiverState>,
    /// The sign of life, where one is asked for.
    pub heartbeat: Option<HeartbeatState>,
    /// The last second that was judged, since the Unix epoch; nobody judges: `None`.
    #[serde(default)]
    pub judged_at: Option<f64>,
}

/// Where an alarm is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlarmState {
    /// Its condition holds, though not for long enough.
    Pending,
    /// People are told.
    Firing,
    /// Somebody has taken it.
    Acknowledged,
    /// It is over.
    Resolved,
}

/// What happens to an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It fires.
    Fired,
    /// It is worse than it was.
    Escalated,
    /// It still fires, and nobody has acknowledged it.
    Reminded,
    /// Somebody takes it.
    Acknowledged,
    /// Nobody has it any more.
    Unacknowledged,
    /// It is over.
    Resolved,
    /// A condition joined it.
    Joined,
    /// Its cause was named, or named anew.
    Diagnosed,
    /// Somebody wrote something down.
    Noted,
    /// A silence keeps it quiet.
    Silenced,
    /// No silence keeps it quiet any more.
    Unsilenced,
}

/// One alarm: an outage and all its symptoms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlarmRecord {
    /// Its short name, such as `A-17`; empty while pending.
    pub id: String,
    /// Its name at receivers, which no other balancer's alarm has; empty while pending.
    pub key: String,
    /// The pool; empty: the process.
    pub pool: String,
    /// The condition that it began with.
    #[serde(with = "words::kind")]
    pub kind: SignalKind,
    /// The worst that it has been.
    #[serde(with = "words::severity")]
    pub severity: Severity,
    /// Where it is in its life.
    pub state: AlarmState,
    /// What is behind it, the likeliest first; empty: not known.
    #[serde(with = "words::causes")]
    pub causes: Vec<Cause>,
    /// What the diagnosis says; empty without one.
    pub diagnosis: String,
    /// Whether the diagnosis names a cause. One that names none is shown for its evidence.
    #[serde(default)]
    pub named: bool,
    /// The alarm of another pool that this is part of, such as `A-3`: one cause in several pools
    /// is one outage. Empty: it stands for itself.
    #[serde(default)]
    pub part_of: String,
    /// One sentence with figures.
    pub summary: String,
    /// When its first condition began.
    pub began_at: f64,
    /// When it fired.
    pub fired_at: Option<f64>,
    /// When it was over.
    pub resolved_at: Option<f64>,
    /// Who has taken it.
    pub acknowledged: Option<Acknowledgement>,
    /// The silence that keeps it quiet; empty: none.
    pub silence: String,
    /// The conditions that belong to it, the first one first.
    pub symptoms: Vec<Symptom>,
    /// What happened to it, the latest last; the oldest of very many are left out.
    pub history: Vec<Step>,
}

/// Who has taken an alarm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Acknowledgement {
    /// Name of the person.
    pub by: String,
    /// When.
    pub at: f64,
    /// What they said; may be empty.
    pub note: String,
}

/// A condition that belongs to an alarm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Symptom {
    /// What it is.
    #[serde(with = "words::kind")]
    pub kind: SignalKind,
    /// The cause, where the condition alone tells it.
    #[serde(with = "words::cause")]
    pub cause: Option<Cause>,
    /// One sentence with figures, as it was last seen.
    pub summary: String,
    /// When it held, however bad it was.
    pub spell: Spell,
    /// When it was so bad that it pages; `None`: never.
    pub paged: Option<Spell>,
}

/// A stretch of time in which something held.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spell {
    /// Its begin.
    pub began_at: f64,
    /// When it was last seen.
    pub last_at: f64,
    /// Whether it holds now.
    pub holds: bool,
    /// Whether it has held for long enough to count.
    pub counts: bool,
}

/// One entry of an alarm's history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// When.
    pub at: f64,
    /// What.
    pub change: Change,
    /// Who; empty: the balancer.
    pub by: String,
    /// In which words; may be empty.
    pub text: String,
}

/// What a silence is about. What is `None` matches everything; at least one is not.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Matchers {
    /// Name of a pool; empty: the process.
    pub pool: Option<String>,
    /// All that the alarm has must be of this kind.
    #[serde(with = "words::maybe_kind")]
    pub kind: Option<SignalKind>,
    /// All that is known to be behind the alarm must be this.
    #[serde(with = "words::cause")]
    pub cause: Option<Cause>,
    /// As bad as this; a silence of tickets lets pages through.
    #[serde(with = "words::maybe_severity")]
    pub severity: Option<Severity>,
}

/// For a time nobody is told of some alarms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Silence {
    /// Its short name, such as `S-3`.
    pub id: String,
    /// Of which alarms.
    pub matchers: Matchers,
    /// Who asked for it.
    pub author: String,
    /// Why.
    pub reason: String,
    /// Since when.
    pub began_at: f64,
    /// Until when.
    pub expires_at: f64,
}

/// How telling one receiver goes. Counts are of notifications since the state was first kept.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReceiverState {
    /// Its name.
    pub name: String,
    /// How it is told: `alertmanager`, `webhook` …; empty: it is not configured any more.
    pub kind: String,
    /// Waiting to be delivered.
    pub waiting: u64,
    /// Delivered.
    pub delivered: u64,
    /// Given up because the receiver refused them for good.
    pub refused: u64,
    /// Given up because they could not be delivered for a day.
    pub expired: u64,
    /// Left out because too many were waiting.
    pub dropped: u64,
    /// Latest delivery.
    pub delivered_at: Option<f64>,
    /// Since when deliveries fail; `None`: they do not.
    pub failing_since: Option<f64>,
    /// Why the latest one failed; empty after one that did not.
    pub last_error: String,
}

/// How the sign of life goes. Counts are since the start of the process.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HeartbeatState {
    /// Name of its receiver.
    pub receiver: String,
    /// Sent.
    pub sent: u64,
    /// Not delivered; they are not sent again.
    pub failed: u64,
    /// The latest that was sent.
    pub sent_at: Option<f64>,
    /// Why the latest failed; empty after one that did not.
    pub last_error: String,
}
