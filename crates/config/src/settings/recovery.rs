//! `ejection` and `retry`: what happens when an endpoint fails.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::units::Span;

/// When an endpoint is taken out because of how it answers.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Ejection {
    /// Failures in a row that eject an endpoint while another one serves well; where the others
    /// fail as well, it takes a longer row. 0 turns this rule off.
    pub consecutive: u32,
    /// Window over which an endpoint's failures are compared with those of the others.
    #[schemars(extend("x-minimum" = "100ms"))]
    pub interval: Span,
    /// Length of the first ejection; it doubles with every one that follows. An endpoint that
    /// returns is on probation: two failures in a row eject it again.
    #[schemars(extend("x-minimum" = "1ms"))]
    pub base: Span,
    /// Longest ejection; at least `base`.
    #[schemars(extend("x-minimum" = "1ms"))]
    pub max: Span,
    /// Most of the pool's capacity that is ejected at a time, as a share of it; 0 turns
    /// ejection off.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub max_share: f64,
}

impl Default for Ejection {
    fn default() -> Self {
        Self {
            consecutive: 5,
            interval: Span::from_secs(10),
            base: Span::from_secs(1),
            max: Span::from_secs(300),
            max_share: 0.6,
        }
    }
}

/// Which requests are tried again on another endpoint, and how many of them.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Retry {
    /// Retries that every first attempt earns: 0.2 is one retry for five requests.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub ratio: f64,
    /// Retries per second that are earned whatever the traffic.
    #[schemars(range(min = 0.0, max = 1_000_000.0))]
    pub per_second: f64,
    /// Most attempts per request, the first one included; 1 turns retries off.
    #[schemars(range(min = 1, max = 100))]
    pub attempts: u32,
    /// Statuses of an endpoint's answer that are tried again elsewhere (idempotent requests
    /// only), each from 400 to 599.
    #[schemars(inner(range(min = 400, max = 599)))]
    pub statuses: Vec<u16>,
}

impl Default for Retry {
    fn default() -> Self {
        Self { ratio: 0.2, per_second: 10.0, attempts: 3, statuses: vec![502, 503, 504] }
    }
}
