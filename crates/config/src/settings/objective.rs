//! `slo`: what a pool's users are promised, so that it can be told how fast the promise is broken.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::units::Span;

/// What a pool's users are promised, over 30 days. Alarms follow from how fast the rest, the error
/// budget, is used up.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Objective {
    /// Part of the requests that are answered without a server error or one of the balancer's own.
    #[schemars(range(min = 0.5, max = 0.99999))]
    pub available: f64,
    /// An answer that takes longer to its first byte is slow. Absent: none is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-minimum" = "1ms"))]
    pub latency: Option<Span>,
    /// Part of the answers that are not slow.
    #[schemars(range(min = 0.5, max = 0.99999))]
    pub within: f64,
}

impl Default for Objective {
    fn default() -> Self {
        Self { available: 0.999, latency: None, within: 0.99 }
    }
}
