//! Peak EWMA (Finagle): latency × (in flight + 1), where the latency estimate rises at once to
//! every peak and decays slowly.

use core::sync::atomic::Ordering::Relaxed;

use super::least_pressure::least;
use super::{Choice, View};
use crate::Rng;
use crate::endpoint::Endpoint;
use crate::math;

/// Memory of the estimate (Finagle's default).
const DECAY_NS: u64 = 10_000_000_000;
/// Latency of an endpoint when none of its peers has been measured either.
const UNKNOWN_NS: f64 = 1e9;
const SCAN_MAX: usize = 64;

pub(crate) fn peak_ewma(view: &View<'_>, rng: &mut Rng) -> Option<Choice> {
    // An unmeasured endpoint ranks at its peers' mean: at zero it would take everything.
    let (mut sum, mut measured) = (0.0, 0.0);
    for index in 0..view.len().min(SCAN_MAX) {
        let peak = view.endpoint(index).hot.peak_ns.load();
        sum += peak;
        measured += f64::from(u8::from(peak > 0.0));
    }
    let unknown = if measured > 0.0 { sum / measured } else { UNKNOWN_NS };
    let score = |index: usize| {
        let endpoint = view.endpoint(index);
        let peak = endpoint.hot.peak_ns.load();
        let latency = if peak > 0.0 { peak } else { unknown };
        latency * (f64::from(endpoint.in_flight()) + 1.0) / view.weight(index).max(1e-9)
    };
    if view.len() <= SCAN_MAX {
        return least(view, 0..view.len(), score, rng);
    }
    let pair = [view.draw(rng), view.draw(rng)];
    least(view, pair.into_iter().flatten(), score, rng)
}

/// Takes one latency into the estimate. Two workers may overwrite each other; the loser's
/// sample is lost, which an average can bear.
pub(crate) fn observe(endpoint: &Endpoint, latency_ns: u64, now_ns: u64) {
    let (sample, peak) = (latency_ns as f64, endpoint.hot.peak_ns.load());
    let elapsed_ns = now_ns.saturating_sub(endpoint.hot.peak_at_ns.swap(now_ns, Relaxed));
    let keep = math::decay(elapsed_ns, DECAY_NS);
    let next = if sample >= peak { sample } else { peak * keep + sample * (1.0 - keep) };
    endpoint.hot.peak_ns.store(next);
}

/// Lets the estimate fade. Without samples it does so ten times slower: a server that is
/// avoided must not soon look idle.
pub(crate) fn fade(endpoint: &Endpoint, elapsed_ns: u64) {
    let peak = endpoint.hot.peak_ns.load();
    if peak > 0.0 {
        endpoint.hot.peak_ns.store(peak * math::decay(elapsed_ns, DECAY_NS * 10));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: u64 = 1_000_000;

    #[test]
    fn rises_at_once_and_falls_slowly() {
        let endpoint = Endpoint::new("a", 0);
        observe(&endpoint, 10 * MS, 0);
        observe(&endpoint, 100 * MS, MS);
        assert_eq!(endpoint.hot.peak_ns.load(), 100.0 * MS as f64);
        observe(&endpoint, 10 * MS, 2 * MS);
        assert!(endpoint.hot.peak_ns.load() > 99.0 * MS as f64);
        for i in 1..200 {
            observe(&endpoint, 10 * MS, i * 500 * MS);
        }
        assert!(endpoint.hot.peak_ns.load() < 12.0 * MS as f64);
    }
}
