//! `probe`: how an endpoint's health is asked for.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::statuses::StatusSet;
use crate::units::Span;

/// How an endpoint's health is asked for. `probe = {}` opens a TCP connection.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Probe {
    /// Path of an HTTP probe. Absent: a TCP connection is enough.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Host header of an HTTP probe. Absent: the endpoint's address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Statuses that mean healthy: `200`, `"200-399"`, or a list such as `[200, "300-399"]`.
    pub expect: StatusSet,
    /// From one probe of an endpoint to the next, on average.
    #[schemars(extend("x-minimum" = "10ms"))]
    pub interval: Span,
    /// Longest wait for an answer; at most `interval`.
    #[schemars(extend("x-minimum" = "1ms"))]
    pub timeout: Span,
    /// Successes in a row that bring an endpoint up.
    #[schemars(range(min = 1, max = 1000))]
    pub rise: u32,
    /// Failures in a row that take it down.
    #[schemars(range(min = 1, max = 1000))]
    pub fall: u32,
}

impl Default for Probe {
    fn default() -> Self {
        Self {
            path: None,
            host: None,
            expect: StatusSet::from(200..=399),
            interval: Span::from_secs(2),
            timeout: Span::from_secs(1),
            rise: 2,
            fall: 3,
        }
    }
}
