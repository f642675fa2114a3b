//! What failures cost an endpoint's score, short of ejection.
//!
//! An endpoint that fails fast looks idle and would draw the whole pool's traffic, so the
//! first failure already costs, before any tick. A lone failure is normal life: the next
//! success settles it.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::sync::atomic::Ordering::Relaxed;

use crate::endpoint::Endpoint;
use crate::math;

/// Most that failures in a row cost, as a factor.
const SUSPICION_MAX: f64 = 128.0;
/// What an endpoint that returns from an ejection starts with.
const SUSPICION_RETURNED: f64 = 4.0;
/// Memory of suspicion: an endpoint that gets no traffic must be tried again some day.
const SUSPICION_NS: u64 = 3_000_000_000;
/// Suspicion ends here: where there is little to do, any difference in cost keeps all traffic
/// away, and the success that would settle it never comes. A lone failure is over after 2 s.
const DOUBT: f64 = 0.5;
/// Most that a rate of failures costs, as a factor.
const PENALTY_MAX: f64 = 100.0;
/// Successes that an endpoint is credited with: one failure alone stays below the next figure.
const PRIOR: f64 = 20.0;
/// Failing more often than the others by less than this costs nothing: a hair's difference in
/// cost decides every tie, and chance alone makes such differences.
const RATE_MIN: f64 = 0.05;

/// Takes a success.
pub(crate) fn succeeded(endpoint: &Endpoint) -> u32 {
    let hot = &endpoint.hot;
    if hot.failures_in_row.load(Relaxed) != 0 {
        hot.failures_in_row.store(0, Relaxed);
    }
    // Read and written apart: a worker that comes between costs one tick of a wrong score.
    let suspicion = hot.suspicion.load();
    if suspicion > 1.0 {
        hot.suspicion.store(1.0);
        hot.cost.store(hot.cost.load() / suspicion);
        hot.calm.store(hot.calm.load() * suspicion);
    }
    hot.successes.fetch_add(1, Relaxed)
}

/// Takes a failure; answers how many there were in a row.
pub(crate) fn failed(endpoint: &Endpoint) -> u32 {
    let hot = &endpoint.hot;
    hot.failures.fetch_add(1, Relaxed);
    let suspicion = hot.suspicion.load();
    let next = (suspicion * 2.0).min(SUSPICION_MAX);
    hot.suspicion.store(next);
    hot.cost.store(hot.cost.load() * (next / suspicion));
    hot.calm.store(hot.calm.load() * (suspicion / next));
    hot.failures_in_row.fetch_add(1, Relaxed).saturating_add(1)
}

/// An endpoint is back from an ejection: tried with care until it succeeds.
pub(crate) fn returned(endpoint: &Endpoint) {
    endpoint.hot.failures_in_row.store(0, Relaxed);
    endpoint.hot.suspicion.store(SUSPICION_RETURNED);
}

/// Lets suspicion fade.
pub(crate) fn fade(endpoint: &Endpoint, elapsed_ns: u64) {
    let over = endpoint.hot.suspicion.load() - 1.0;
    if over > 0.0 {
        let left = over * math::decay(elapsed_ns, SUSPICION_NS);
        endpoint.hot.suspicion.store(if left > DOUBT { 1.0 + left } else { 1.0 });
    }
}

/// What each endpoint's rate of failures costs it, relative to the median of all: where all
/// fail alike, nobody does.
pub(crate) fn renew_penalties(endpoints: &[Arc<Endpoint>]) {
    let rate = |e: &Arc<Endpoint>| {
        let failed = e.learned.failed.load();
        failed / (failed + e.learned.served.load() + PRIOR)
    };
    let mut rates: Vec<f64> = endpoints.iter().map(rate).collect();
    let Some(median) = math::median(&mut rates) else { return };
    for endpoint in endpoints {
        let worse = ((rate(endpoint) - median) / (1.0 - median)).max(0.0);
        let good = 1.0 - worse;
        let penalty = 1.0 / (good * good * good * good).max(1.0 / PENALTY_MAX);
        endpoint.learned.penalty.store(if worse < RATE_MIN { 1.0 } else { penalty });
    }
}
