//! Takes an endpoint out because of its outcomes, and lets it back in.
//!
//! An endpoint is judged against the *median of the others*, so two sick ones of five are
//! found: a rule by standard deviations cannot fire there (z is 1.22 for 2 of 5).

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicU32, Ordering::Relaxed};

use crate::endpoint::{Endpoint, gate};
use crate::math;
use crate::spec::{EjectionSpec, PoolSpec};
use crate::trust;

/// Least failures in a window before a rate means anything.
const FAILURES_MIN: f64 = 5.0;
/// Least outcomes in a window that make an endpoint a measure for the others.
const PEERS_MIN: f64 = 5.0;
/// Failing less often than this is never a reason for ejection.
const RATE_MIN: f64 = 0.05;
/// Evidence, in nats, that the others' rate does not explain the failures: odds of e¹².
const EVIDENCE_NATS: f64 = 12.0;
/// The others' failure rate is taken as at least this: a rate of 0 would prove anything.
const RATE_FLOOR: f64 = 0.01;
/// A row of failures is as long as it says where the others fail less often than this.
const ROW_RATE: f64 = 0.03;
/// Failures in a row that suffice after an ejection.
const ROW_PROBATION: u32 = 2;
/// Backing off beyond this exponent only meets the configured maximum.
const LEVEL_MAX: u32 = 20;

/// Whether the window's failures show the endpoint to be worse than the others.
///
/// Chernoff: P(k or more of n | p) ≤ exp(−n·KL(k/n ‖ p)), with p the others' median rate.
pub(crate) fn is_outlier(failures: f64, successes: f64, others: &mut [f64]) -> bool {
    let total = failures + successes;
    if failures < FAILURES_MIN || failures < RATE_MIN * total {
        return false;
    }
    let Some(median) = math::median(others) else { return false };
    let base = median.max(RATE_FLOOR);
    let rate = failures / total;
    rate > base && total * divergence(rate, base) >= EVIDENCE_NATS
}

/// Whether a row of failures shows that the endpoint is worse than the others.
///
/// What fails everywhere (a broken page, a database that all share) makes rows everywhere. A row
/// counts by how unlikely it is for the best of the others: as unlikely as `most` failures at
/// [`ROW_RATE`] suffice. Five do where somebody serves well, eleven where each fails one time in
/// five, and 25 where nobody else has been asked. On probation two do where somebody serves
/// well: one may still stem from before the ejection.
pub(crate) fn is_convicting(
    endpoints: &[Arc<Endpoint>],
    index: usize,
    row: u32,
    most: u32,
) -> bool {
    let probation = endpoints[index].health.probation.load(Relaxed) != 0;
    if row < if probation { most.min(ROW_PROBATION) } else { most } {
        return false;
    }
    let others = endpoints.iter().enumerate().filter(|&(i, e)| i != index && !e.is_down());
    let best = others.map(|(_, e)| likely_rate(e)).fold(1.0, f64::min).max(RATE_FLOOR);
    let proof = f64::from(most) * math::ln(1.0 / ROW_RATE);
    probation && best < ROW_RATE || f64::from(row) * math::ln(1.0 / best) >= proof
}

/// How often an endpoint seems to fail, by what is remembered of it (Laplace's rule: a half where
/// nothing is). Each failure since its last success halves the trust in what was before: what
/// fails everywhere begins everywhere at once.
fn likely_rate(endpoint: &Endpoint) -> f64 {
    let (failed, served) = (endpoint.learned.failed.load(), endpoint.learned.served.load());
    let remembered = (failed + 1.0) / (failed + served + 2.0);
    let row = endpoint.hot.failures_in_row.load(Relaxed).min(32);
    1.0 - (1.0 - remembered) / (1u64 << row) as f64
}

/// Kullback–Leibler divergence of two coins, in nats.
fn divergence(p: f64, q: f64) -> f64 {
    let q = q.min(1.0 - 1e-9);
    let term = |a: f64, b: f64| if a > 0.0 { a * math::ln(a / b) } else { 0.0 };
    term(p, q) + term(1.0 - p, 1.0 - q)
}

/// Ejects `index` unless that would take out more of the pool's capacity than allowed.
///
/// The caller makes sure that only one thread ejects at a time, or the cap would not hold.
pub(crate) fn eject(
    endpoints: &[Arc<Endpoint>],
    spec: &PoolSpec,
    index: usize,
    now_ns: u64,
) -> bool {
    let endpoint = &endpoints[index];
    if endpoint.is_ejected() {
        return false;
    }
    let capacity = |i: usize| spec.endpoints[i].capacity;
    let total: f64 = (0..endpoints.len()).map(capacity).sum();
    let out: f64 = (0..endpoints.len())
        .filter(|&i| i == index || endpoints[i].is_ejected())
        .map(capacity)
        .sum();
    if out > total * spec.ejection.max_share + 1e-9 {
        return false;
    }
    let health = &endpoint.health;
    let level = health.ejection_level.fetch_add(1, Relaxed);
    let until_ns = now_ns.saturating_add(length_ns(&spec.ejection, level));
    health.ejected_until_ns.store(until_ns, Relaxed);
    health.ejections.fetch_add(1, Relaxed);
    endpoint.close_gate(gate::EJECTED);
    true
}

/// How long an ejection lasts after so many others.
fn length_ns(spec: &EjectionSpec, level: u32) -> u64 {
    spec.base_ns.saturating_mul(1 << level.min(LEVEL_MAX)).min(spec.max_ns)
}

/// Lets an endpoint whose time is over back in, on probation. It is as warm as it was away
/// briefly: out for a tenth of its slow start, it begins at nine tenths.
pub(crate) fn readmit(endpoint: &Endpoint, spec: &EjectionSpec, slow_start_ns: u64, now_ns: u64) {
    let health = &endpoint.health;
    if endpoint.is_ejected() && now_ns >= health.ejected_until_ns.load(Relaxed) {
        trust::returned(endpoint);
        open_window(endpoint);
        health.probation.store(1, Relaxed);
        let level = health.ejection_level.load(Relaxed).saturating_sub(1);
        let cold_ns = length_ns(spec, level).min(slow_start_ns);
        if cold_ns > 0 {
            let warm_ns = slow_start_ns - cold_ns;
            health.warm_from_ns.store(now_ns.saturating_sub(warm_ns).max(1), Relaxed);
        }
        endpoint.open_gate(gate::EJECTED);
    } else if !endpoint.is_ejected() && health.ejection_level.load(Relaxed) > 0 {
        // Back-off is forgotten one step per healthy stretch as long as the last ejection.
        let level = health.ejection_level.load(Relaxed);
        let last = length_ns(spec, level - 1);
        let quiet_since = health.ejected_until_ns.load(Relaxed);
        if now_ns >= quiet_since.saturating_add(last.saturating_mul(2)) {
            health.ejection_level.store(level - 1, Relaxed);
            health.ejected_until_ns.store(now_ns, Relaxed);
            health.probation.store(0, Relaxed);
        }
    }
}

/// Begins a new window.
pub(crate) fn open_window(endpoint: &Endpoint) {
    endpoint.health.window_failures.store(endpoint.hot.failures.load(Relaxed), Relaxed);
    endpoint.health.window_successes.store(endpoint.hot.successes.load(Relaxed), Relaxed);
}

/// Failures and successes in the window so far.
fn window(endpoint: &Endpoint) -> (f64, f64) {
    let fresh = |now: &AtomicU32, then: &AtomicU32| {
        f64::from(now.load(Relaxed).wrapping_sub(then.load(Relaxed)))
    };
    let (hot, health) = (&endpoint.hot, &endpoint.health);
    (fresh(&hot.failures, &health.window_failures), fresh(&hot.successes, &health.window_successes))
}

/// Indices of the endpoints that the window's rates convict so far.
pub(crate) fn outliers(endpoints: &[Arc<Endpoint>]) -> Vec<usize> {
    let counts: Vec<(f64, f64)> = endpoints.iter().map(|e| window(e)).collect();
    let suspects = (0..counts.len()).filter(|&i| counts[i].0 >= FAILURES_MIN);
    suspects
        .filter(|&i| {
            // Who served next to nothing is no measure of what is normal.
            let others = counts.iter().enumerate().filter(|&(j, _)| j != i);
            let known = others.filter(|&(_, &(f, s))| f + s >= PEERS_MIN);
            let mut others: Vec<f64> = known.map(|(_, &(f, s))| f / (f + s)).collect();
            is_outlier(counts[i].0, counts[i].1, &mut others)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(failures: f64, successes: f64, others: &[f64], expected: bool) {
        let got = is_outlier(failures, successes, &mut others.to_vec());
        assert_eq!(got, expected, "{failures}/{successes} against {others:?}");
    }

    #[test]
    fn judges_against_the_others() {
        check(50.0, 50.0, &[0.5, 0.0, 0.0, 0.0], true); // one of two sick ones of five
        check(50.0, 50.0, &[0.5, 0.5, 0.5, 0.5], false); // all are sick: nobody stands out
        check(4.0, 0.0, &[0.0, 0.0, 0.0, 0.0], false); // too few to mean anything
        check(10.0, 990.0, &[0.0, 0.0, 0.0, 0.0], false); // rare failures are normal life
        check(100.0, 900.0, &[0.0, 0.0, 0.01, 0.0], true);
        check(100.0, 0.0, &[], false); // an only endpoint has nobody to be compared with
    }
}
