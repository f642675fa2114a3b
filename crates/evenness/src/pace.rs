//! How long an endpoint takes for a request once it has a slot, as far as that is certain.

use crate::window::{EndpointWindow, PoolWindow};

/// Time in a slot ÷ another's from which on an endpoint is the slower one.
const SLOWER: f64 = 1.3;
/// Standard errors that certainty takes; answers below which nothing is certain.
const ERRORS: f64 = 3.6;
const ANSWERS_MIN: u64 = 20;

/// Bounds of an endpoint's mean time in a slot, s. Who waits for a slot is not served more slowly.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    least_s: f64,
    most_s: f64,
}

impl Pace {
    /// What a stretch of time tells of an endpoint: nothing where it hardly answered.
    pub(crate) fn of(name: &str, past: Option<&PoolWindow>) -> Pace {
        let own = past.and_then(|past| past.endpoints.iter().find(|(own, _)| **own == *name));
        own.map_or(Pace::UNKNOWN, |(_, endpoint)| Pace::measured(endpoint))
    }

    const UNKNOWN: Pace = Pace { least_s: 0.0, most_s: f64::INFINITY };

    fn measured(endpoint: &EndpointWindow) -> Pace {
        let answers = endpoint.latencies.count();
        if answers < ANSWERS_MIN {
            return Pace::UNKNOWN;
        }
        let mean_s = endpoint.busy_s() / answers as f64;
        let variance = (endpoint.latencies.dispersion() - 1.0).max(0.0) / answers as f64;
        let spread = 1.0 + ERRORS * variance.sqrt();
        Pace { least_s: mean_s / spread, most_s: mean_s * spread }
    }

    /// Whether this one is the slower one for certain.
    pub(crate) fn is_slower_than(&self, other: &Pace) -> bool {
        self.least_s > SLOWER * other.most_s
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::latencies::Latencies;

    /// An endpoint that answered so many requests, each after so long in a slot.
    fn pace(answers: u32, each_ms: u64) -> Pace {
        let mut latencies = Latencies::default();
        latencies.note_many(each_ms * 1_000_000, answers);
        let endpoint = EndpointWindow {
            present_s: f64::from(answers) * each_ms as f64 / 1e3,
            usable_s: 1e6,
            latencies,
            ..EndpointWindow::default()
        };
        let endpoints = vec![(Arc::from("web1"), endpoint)];
        Pace::of("web1", Some(&PoolWindow { endpoints, ..PoolWindow::default() }))
    }

    #[test]
    fn who_takes_longer_is_slower() {
        assert!(pace(100, 40).is_slower_than(&pace(100, 20)));
        assert!(!pace(100, 20).is_slower_than(&pace(100, 40)));
        assert!(!pace(100, 25).is_slower_than(&pace(100, 20)));
    }

    #[test]
    fn of_a_few_answers_nothing_is_certain() {
        assert!(!pace(19, 400).is_slower_than(&pace(100, 20)));
        assert!(!pace(100, 400).is_slower_than(&pace(19, 20)));
        assert!(!pace(100, 400).is_slower_than(&Pace::of("web9", None)));
    }
}
