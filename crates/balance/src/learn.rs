//! Learns how fast each endpoint serves, from counts alone.
//!
//! By Little's law, slot time spent ÷ requests served is the mean service time; requests
//! beyond the slots wait, and their time does not count. Requests still in flight do count,
//! so a server that turns grey or hangs is seen while it answers nothing. Failures serve
//! nobody and do not count as served: fast errors are not speed.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicU32, Ordering::Relaxed};

use crate::endpoint::Endpoint;
use crate::math;
use crate::slots;
use crate::spec::PoolSpec;

/// Memory of the estimate. Measured with one of five ten times slower: p99 excess is 9–13 ms,
/// against 8–9 where speeds are known and 160–180 where only requests are counted.
const MEMORY_NS: u64 = 5_000_000_000;
/// Memory of the mean pressure.
const PRESSURE_NS: u64 = 3_000_000_000;
/// Memory of the mean load.
const LOAD_NS: u64 = 10_000_000_000;
/// A late tick counts as at most this long: what happened meanwhile was not seen.
const ELAPSED_MAX_NS: u64 = 1_000_000_000;
/// Requests at the peers' median that an endpoint is credited with. A new endpoint therefore
/// ranks at the median; ranked at zero it would draw the whole pool's traffic.
const PRIOR: f64 = 8.0;
/// Requests in the memory, of the whole pool, from which their mean service time is known.
const SERVED_MIN: f64 = 100.0;
/// Squared coefficient of variation that service times are taken to have.
const CV2: f64 = 4.0;
/// Standard errors of the log ratio that are chance, and in any case this much. Measured with
/// five equal servers at 70 % load: every speed stays at exactly 1.
const NOISE_ERRORS: f64 = 3.0;
const NOISE_MIN: f64 = 0.15;
/// Speeds are kept within these factors of the median.
const SPEED_MIN: f64 = 1.0 / 64.0;
const SPEED_MAX: f64 = 4.0;

/// Takes one sample of every endpoint and renews speeds and mean pressures. Answers the median
/// endpoint's mean service time in ns; 0 where too little was served to tell.
pub(crate) fn tick(
    endpoints: &[Arc<Endpoint>],
    spec: &PoolSpec,
    reach: f64,
    elapsed_ns: u64,
) -> f64 {
    let elapsed_ns = elapsed_ns.min(ELAPSED_MAX_NS);
    let keep = math::decay(elapsed_ns, MEMORY_NS);
    let keep_load = math::decay(elapsed_ns, LOAD_NS);
    let keep_pressure = math::decay(elapsed_ns, PRESSURE_NS);
    for (endpoint, asked) in endpoints.iter().zip(&spec.endpoints) {
        let learned = &endpoint.learned;
        let in_flight = endpoint.in_flight();
        endpoint.flow.spend(in_flight, elapsed_ns);
        let in_flight = f64::from(in_flight);
        let slots = slots::slots(reach, asked.capacity);
        learned.slots.store(slots);
        let busy = in_flight.min(slots);
        learned.busy_ns.store(learned.busy_ns.load() * keep + busy * elapsed_ns as f64);
        learned.load.store(learned.load.load() * keep_load + busy * (1.0 - keep_load));
        let served = fresh(&endpoint.hot.successes, &learned.successes_seen);
        learned.served.store(learned.served.load() * keep + served);
        let failed = fresh(&endpoint.hot.failures, &learned.failures_seen);
        learned.failed.store(learned.failed.load() * keep + failed);
        let pressure = endpoint.present() / asked.capacity;
        let mean = learned.pressure.load() * keep_pressure + pressure * (1.0 - keep_pressure);
        learned.pressure.store(mean);
    }
    let Some(median_ns) = renew_speeds(endpoints, elapsed_ns as f64) else { return 0.0 };
    let served: f64 = endpoints.iter().map(|e| e.learned.served.load()).sum();
    if served >= SERVED_MIN { median_ns } else { 0.0 }
}

/// How much a wrapping counter grew since it was last seen.
fn fresh(counter: &AtomicU32, seen: &AtomicU32) -> f64 {
    let now = counter.load(Relaxed);
    f64::from(now.wrapping_sub(seen.swap(now, Relaxed)))
}

/// Renews every speed, and answers the median of the mean service times.
fn renew_speeds(endpoints: &[Arc<Endpoint>], tick_ns: f64) -> Option<f64> {
    let measured = |e: &Arc<Endpoint>| {
        let served = e.learned.served.load();
        (served >= 1.0).then(|| e.learned.busy_ns.load() / served)
    };
    let mut means: Vec<f64> = endpoints.iter().filter_map(measured).collect();
    let median = math::median(&mut means).filter(|m| *m > 0.0)?;
    for endpoint in endpoints {
        let learned = &endpoint.learned;
        let served = learned.served.load() + PRIOR;
        let busy_ns = learned.busy_ns.load() + PRIOR * median;
        // An exponential memory of weight w holds 2w samples' worth of certainty. Busy time
        // is itself sampled once a tick, which matters where services are shorter than ticks.
        let variance = CV2 / (2.0 * served) + tick_ns / (2.0 * busy_ns);
        learned.speed.store(damped(median * served / busy_ns, variance));
    }
    Some(median)
}

/// A speed ratio with chance differences taken out.
fn damped(ratio: f64, variance: f64) -> f64 {
    let log = math::ln(ratio.clamp(SPEED_MIN, SPEED_MAX));
    let noise = (NOISE_ERRORS * math::sqrt(variance)).max(NOISE_MIN);
    let sure = (log.abs() / noise - 1.0).clamp(0.0, 1.0);
    math::exp(log * sure)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: chance is not speed, evidence is. Method: ratios at 700 and at 20 requests.
    #[test]
    fn small_differences_are_chance() {
        let (many, few) = (CV2 / 1400.0, CV2 / 40.0);
        assert_eq!(damped(1.0, many), 1.0);
        assert_eq!(damped(0.87, many), 1.0);
        assert_eq!(damped(0.4, few), 1.0);
        assert!((damped(1.0 / 3.0, many) - 1.0 / 3.0).abs() < 1e-9);
        assert!(damped(0.1, few) < 0.12);
        assert_eq!(damped(1e-9, many), damped(SPEED_MIN, many));
        assert!((damped(100.0, many) - SPEED_MAX).abs() < 1e-9);
    }
}
