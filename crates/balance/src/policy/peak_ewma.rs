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

pub(crate) fn peak_ewma(view: &View<'_>, now_ns: u64, rng: &mut Rng) -> Option<Choice> {
    // An unmeasured endpoint ranks at its peers' mean: at zero it would take everything.
    let (mut sum, mut measured) = (0.0, 0.0);
    for index in 0..view.len().min(SCAN_MAX) {
        let peak = latency_ns(view.endpoint(index), now_ns);
        sum += peak;
        measured += f64::from(u8::from(peak > 0.0));
    }
    let unknown = if measured > 0.0 { sum / measured } else { UNKNOWN_NS };
    let score = |index: usize| {
        let endpoint = view.endpoint(index);
        let peak = latency_ns(endpoint, now_ns);
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
pub(crate) fn observe(endpoint: &Endpoint, latency_ns_now: u64, now_ns: u64) {
    let sample = latency_ns_now as f64;
    let decayed = latency_ns(endpoint, now_ns);
    let elapsed = now_ns.saturating_sub(endpoint.hot.peak_at_ns.load(Relaxed));
    let keep = math::decay(elapsed, DECAY_NS);
    let next = if sample >= decayed {
        sample
    } else {
        endpoint.hot.peak_ns.load() * keep + sample * (1.0 - keep)
    };
    endpoint.hot.peak_ns.store(next);
    endpoint.hot.peak_at_ns.store(now_ns, Relaxed);
}

/// The estimate, decayed to now; 0 when never measured.
fn latency_ns(endpoint: &Endpoint, now_ns: u64) -> f64 {
    let peak = endpoint.hot.peak_ns.load();
    let elapsed = now_ns.saturating_sub(endpoint.hot.peak_at_ns.load(Relaxed));
    // Without samples the estimate halves every 10 memories only: it must not reach "idle".
    peak * math::decay(elapsed, DECAY_NS * 10)
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
