//! The policies' names.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a pool chooses an endpoint for a request that is bound to none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PolicyName {
    /// Shortest expected delay: (in flight + 1) ÷ (capacity × learned speed).
    #[default]
    LeastPressure,
    /// Smooth weighted round robin from a random phase.
    RoundRobin,
    /// Weighted random.
    Random,
    /// The less pressed of two that are drawn in proportion to weight.
    TwoChoices,
    /// Lowest decaying latency peak × (in flight + 1).
    PeakEwma,
    /// Weighted rendezvous hashing, bounded; needs `hash`.
    Rendezvous,
    /// Maglev hashing, bounded; needs `hash`.
    Maglev,
    /// Ketama-compatible consistent-hash ring, bounded; needs `hash`.
    Ring,
}

impl PolicyName {
    /// Whether the policy chooses by a hashed key.
    pub fn is_hashed(self) -> bool {
        matches!(self, Self::Rendezvous | Self::Maglev | Self::Ring)
    }

    /// The word that stands in a configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::LeastPressure => "least_pressure",
            Self::RoundRobin => "round_robin",
            Self::Random => "random",
            Self::TwoChoices => "two_choices",
            Self::PeakEwma => "peak_ewma",
            Self::Rendezvous => "rendezvous",
            Self::Maglev => "maglev",
            Self::Ring => "ring",
        }
    }
}
