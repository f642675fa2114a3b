//! `[audit]`: configurations that are held against the rules again and again.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::forms;
use crate::units::Size;

/// Audits of this file, and of other balancers' files, at times of their own: what is new becomes
/// an alarm, and it is kept since when.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Audit {
    /// When: `hourly`, `daily`, `weekly`, or an expression of cron such as `"30 6 * * 1-5"`, in UTC
    /// unless a time zone stands behind it. Also at every start. Absent: never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<String>,
    /// From which severity on a finding is an alarm.
    pub alarm_level: LevelName,
    /// What an organisation asks of every configuration: a file, from the working directory of the
    /// process. This file is held against it at every start and reload, and the targets too.
    /// Absent: no more than the rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<PathBuf>,
    /// An access log for the rules that need one, from the working directory of the process: that
    /// of `server.access_log`, or any other that `evenkeel predict` reads, not packed. Absent:
    /// they are not judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "forms::file")]
    pub log: Option<PathBuf>,
    /// So much of the end of each log is read.
    #[schemars(extend("x-minimum" = "64KiB", "x-maximum" = "16GiB"))]
    pub log_last: Size,
    /// Configurations beside this one.
    pub targets: Vec<AuditTarget>,
}

impl Default for Audit {
    fn default() -> Self {
        Self {
            schedule: None,
            alarm_level: LevelName::default(),
            policy: None,
            log: None,
            log_last: Size(256 << 20),
            targets: Vec::new(),
        }
    }
}

/// A configuration beside this one that is audited.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[schemars(rename = "Audit-target")]
#[serde(deny_unknown_fields)]
pub struct AuditTarget {
    /// Its name in alarms and in the history.
    pub name: String,
    /// Its files, as its balancer is given them.
    pub files: Vec<PathBuf>,
    /// Whose it is. Absent: found out from the first file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<ProductName>,
    /// Where the balancer itself is asked what is in force: a socket's path, `HOST:PORT` or
    /// `http://HOST:PORT`, as `evenkeel audit --running` takes them; one for each process that runs
    /// the files. Empty: it is not asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub running: Vec<String>,
    /// Its access log, for the rules that need one. Absent: they are not judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "forms::file")]
    pub log: Option<PathBuf>,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LevelName {
    /// It is an outage that waits, or one that goes on.
    #[default]
    Error,
    /// It will hurt on a bad day.
    Warning,
    /// Good to know.
    Info,
}

/// Whose a configuration is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProductName {
    /// HAProxy.
    Haproxy,
    /// nginx.
    Nginx,
    /// Envoy.
    Envoy,
    /// Evenkeel.
    Evenkeel,
}
