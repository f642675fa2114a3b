//! Whether new sessions are bound as the approved weights intend.

use std::sync::Arc;

use crate::martingale::score::{BindingExcess, TestScore};
use crate::martingale::urn::{SHARE_MIN, Urns};
use crate::window::{EndpointWindow, PoolWindow};

/// An endpoint whose usable part changed by more than this came or went within the window: its
/// intended share is no mean of anything.
const CHANGE: f64 = 0.2;

/// Holds the bindings of new sessions against the approved shares, for *weighted* policies.
///
/// Existing sessions hide a bad change of weights; new ones show it at once. Shares are those of
/// the endpoints that may be used, so that losing an endpoint is no fault. Load-aware policies
/// depart from any share on purpose: not for them. Smooth round robin varies less than chance, for
/// which this is late by a little and wrong even less often.
#[derive(Clone, Debug)]
pub struct BindingTest {
    urns: Urns,
    usable: Vec<(Arc<str>, f64)>,
}

impl BindingTest {
    /// A test that is wrong once in `run_length` windows at most, on average: see
    /// [`WINDOWS_PER_YEAR`](crate::WINDOWS_PER_YEAR).
    pub fn new(run_length: f64) -> Self {
        BindingTest { urns: Urns::new(run_length), usable: Vec::new() }
    }

    /// Takes in the next window: bindings, approved shares and who may be used.
    pub fn note(&mut self, window: &PoolWindow) {
        let is_settled = self.settle(window);
        let whole: f64 = window.endpoints.iter().map(|(_, endpoint)| intended(endpoint)).sum();
        if !is_settled || whole <= 0.0 {
            return self.urns.pass();
        }
        let draws: Vec<(&Arc<str>, f64, u64)> = window
            .endpoints
            .iter()
            .map(|(name, endpoint)| (name, intended(endpoint) / whole, endpoint.bindings))
            .collect();
        // What should not happen at all is no alarm the first time. Raising a share, and lowering
        // no other, leaves the expectation below 1.
        let share_min = SHARE_MIN / draws.len() as f64;
        let ln = |share: f64| share.max(share_min).ln();
        let surprise = draws.iter().map(|&(_, share, count)| -(count as f64) * ln(share)).sum();
        self.urns.note(&draws, surprise);
    }

    /// What it knows now.
    pub fn score(&self) -> TestScore {
        self.urns.score()
    }

    /// The endpoint with the most bindings above its share since the evidence began, if any has.
    pub fn excess(&self) -> Option<BindingExcess> {
        let (name, counted, expected) = self
            .urns
            .balance()
            .max_by(|one, other| (one.1 - one.2).total_cmp(&(other.1 - other.2)))?;
        let excess = BindingExcess { endpoint: Arc::clone(name), counted, expected };
        (counted > expected).then_some(excess)
    }

    /// Whether the same endpoints may be used as in the window before.
    fn settle(&mut self, window: &PoolWindow) -> bool {
        let is_settled = self.usable.len() == window.endpoints.len()
            && self.usable.iter().zip(&window.endpoints).all(
                |((own, before), (name, endpoint))| {
                    own == name && (usable(endpoint) - before).abs() <= CHANGE
                },
            );
        self.usable.truncate(window.endpoints.len());
        for (at, (name, endpoint)) in window.endpoints.iter().enumerate() {
            match self.usable.get_mut(at) {
                Some((own, part)) if own == name => *part = usable(endpoint),
                Some(other) => *other = (Arc::clone(name), usable(endpoint)),
                None => self.usable.push((Arc::clone(name), usable(endpoint))),
            }
        }
        is_settled
    }
}

/// The part of the window, 0 to 1, in which the endpoint might be used.
fn usable(endpoint: &EndpointWindow) -> f64 {
    if endpoint.capacity_s > 0.0 { endpoint.usable_s / endpoint.capacity_s } else { 0.0 }
}

fn intended(endpoint: &EndpointWindow) -> f64 {
    endpoint.approved_s * usable(endpoint)
}
