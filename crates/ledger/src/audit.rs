//! What audits found, and since when: as it is stored, and shown on the admin listener.

use serde::{Deserialize, Serialize};

/// A finding with its times.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditRecord {
    /// What was audited.
    pub target: String,
    /// The rule's number.
    pub rule: String,
    /// The rule's name.
    pub name: String,
    /// `error`, `warning` or `info`.
    pub severity: String,
    /// What was found.
    pub what: String,
    /// `file:line:column`; empty where no line says it.
    pub place: String,
    /// What stays the same while lines are put in above it and figures change.
    pub key: String,
    /// When it was found first, seconds since the Unix epoch.
    pub since: f64,
    /// When it was found last.
    pub seen_at: f64,
    /// When it was not found any more; absent while it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gone_at: Option<f64>,
}

/// The last audit of a target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditRun {
    /// What was audited.
    pub target: String,
    /// When, seconds since the Unix epoch.
    pub at: f64,
    /// Findings, suppressed ones left out.
    pub found: usize,
    /// Those that the audit before had not.
    pub new: usize,
    /// Those of the audit before that are not there any more.
    pub gone: usize,
    /// Why nothing could be audited; what stood before is kept then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// All that is known of audits.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AuditStatus {
    /// When the next one is, seconds since the Unix epoch; absent: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_at: Option<f64>,
    /// The last one of each target.
    pub runs: Vec<AuditRun>,
    /// What stands, the newest first.
    pub standing: Vec<AuditRecord>,
    /// What has gone, the latest first.
    pub gone: Vec<AuditRecord>,
}
