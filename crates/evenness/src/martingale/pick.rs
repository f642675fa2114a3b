//! Whether picks follow the probabilities that the balancer says they had.

use std::sync::Arc;

use crate::martingale::score::TestScore;
use crate::martingale::urn::Urns;
use crate::window::PoolWindow;

/// Holds all picks of a pool against their propensities: finds faults of picker, generator and
/// hash, under every policy and any traffic.
///
/// A pick that had to be is no evidence: where a policy is deterministic, all propensities are 1
/// and this never fires. The more a policy adapts, the less an urn can win against it: a fault
/// must show against what the policy itself would have done. Weights that are wrong are followed
/// faithfully, so this is blind to them; [`BindingTest`](crate::BindingTest) is not.
#[derive(Clone, Debug)]
pub struct PickTest {
    urns: Urns,
}

impl PickTest {
    /// A test that is wrong once in `run_length` windows at most, on average: see
    /// [`WINDOWS_PER_YEAR`](crate::WINDOWS_PER_YEAR).
    pub fn new(run_length: f64) -> Self {
        PickTest { urns: Urns::new(run_length) }
    }

    /// Takes in the next window: attempts, Σ −ln propensity, and effective shares to start from.
    pub fn note(&mut self, window: &PoolWindow) {
        let whole: f64 = window.endpoints.iter().map(|(_, endpoint)| endpoint.effective_s).sum();
        let even = 1.0 / window.endpoints.len().max(1) as f64;
        let share = |effective_s: f64| if whole > 0.0 { effective_s / whole } else { even };
        let draws: Vec<(&Arc<str>, f64, u64)> = window
            .endpoints
            .iter()
            .map(|(name, endpoint)| (name, share(endpoint.effective_s), endpoint.attempts))
            .collect();
        let surprise = window.endpoints.iter().map(|(_, endpoint)| endpoint.surprise).sum();
        self.urns.note(&draws, surprise);
    }

    /// What it knows now.
    pub fn score(&self) -> TestScore {
        self.urns.score()
    }
}
