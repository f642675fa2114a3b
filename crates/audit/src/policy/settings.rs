//! The file of a policy.

use std::collections::BTreeMap;

use config::Span;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What an organisation asks of every configuration.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// What rules count for, by number or name: `EKP104 = "error"`.
    pub rules: BTreeMap<String, Ruling>,
    /// What every configuration must have. Each key is a rule of its own.
    pub require: Require,
    /// What is right in some files though a rule finds it; JSON has no comments that could say so.
    pub allow: Vec<Allowance>,
}

/// What a rule counts for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ruling {
    /// Nothing of it is told.
    Off,
    /// An outage that waits, or one that goes on.
    Error,
    /// It will hurt on a bad day.
    Warning,
    /// Good to know.
    Info,
}

/// What every configuration must have.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Require {
    /// EKL801: every pool asks its servers how they are.
    pub health_check: bool,
    /// EKL802: no server is ordered more than this multiple of its fair share, by capacity where
    /// all servers say theirs. Absent: any.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1.0))]
    pub max_share: Option<f64>,
    /// EKL803: the file says how long a connection and an answer may take.
    pub timeouts: bool,
    /// EKL804: every pool has so many servers that take new sessions. Absent: any number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub servers_min: Option<u32>,
    /// EKL805: no session is kept at its server for longer. Absent: any time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-minimum" = "1s"))]
    pub persistence_max_life: Option<Span>,
    /// EKL806: servers are chosen by one of these methods, as any of the balancers names them;
    /// capitals, `_` and `-` do not count. Absent: by any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub methods: Option<Vec<String>>,
}

/// What is right in some files though a rule finds it.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Allowance {
    /// The rule, by number or name.
    pub rule: String,
    /// The files: `*` stands for letters up to the next `/`, `**` for any, `?` for one. A pattern
    /// that begins with `/` is the whole path, any other one its end.
    pub file: String,
    /// Why it is right there.
    pub reason: String,
    /// The last day on which it is allowed, as `2027-01-31`. Absent: for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}
