//! Learns how fast each endpoint serves, from counts alone.
//!
//! By Little's law, slot time spent ÷ requests served is the mean service time, and slots
//! hold at most `capacity` requests, so time in the endpoint's own queue does not count.
//! Requests still in flight count too, so a server that turns grey or hangs is seen while it
//! answers nothing. Failures serve nobody and do not count as served: fast errors are not speed.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::sync::atomic::Ordering::Relaxed;

use crate::endpoint::Endpoint;
use crate::math;
use crate::spec::PoolSpec;

/// Memory of the estimate.
const MEMORY_NS: u64 = 5_000_000_000;
/// Memory of the mean pressure.
const PRESSURE_NS: u64 = 3_000_000_000;
/// Requests at the peers' median that an endpoint is credited with. A new endpoint therefore
/// ranks at the median; ranked at zero it would draw the whole pool's traffic.
const PRIOR: f64 = 8.0;
/// Below this difference (log ratio) endpoints count as equally fast, above the next as
/// measured: chance alone moves the estimate of a heavy-tailed service by a tenth.
const NOISE: f64 = 0.2;
const CERTAIN: f64 = 0.5;
/// Speeds are kept within these factors of the median.
const SPEED_MIN: f64 = 1.0 / 64.0;
const SPEED_MAX: f64 = 4.0;

/// Takes one sample of every endpoint and renews speeds and mean pressures.
pub(crate) fn tick(endpoints: &[Arc<Endpoint>], spec: &PoolSpec, elapsed_ns: u64) {
    let keep = math::decay(elapsed_ns, MEMORY_NS);
    let keep_pressure = math::decay(elapsed_ns, PRESSURE_NS);
    for (endpoint, asked) in endpoints.iter().zip(&spec.endpoints) {
        let learned = &endpoint.learned;
        let in_flight = f64::from(endpoint.in_flight());
        let busy = in_flight.min(asked.capacity) * elapsed_ns as f64;
        let successes = endpoint.hot.successes.load(Relaxed);
        let served = successes.wrapping_sub(learned.successes_seen.swap(successes, Relaxed));
        learned.busy_ns.store(learned.busy_ns.load() * keep + busy);
        learned.served.store(learned.served.load() * keep + f64::from(served));
        let pressure = in_flight / asked.capacity;
        let mean = learned.pressure.load() * keep_pressure + pressure * (1.0 - keep_pressure);
        learned.pressure.store(mean);
    }
    renew_speeds(endpoints);
}

fn renew_speeds(endpoints: &[Arc<Endpoint>]) {
    let measured = |e: &Arc<Endpoint>| {
        let served = e.learned.served.load();
        (served >= 1.0).then(|| e.learned.busy_ns.load() / served)
    };
    let mut means: Vec<f64> = endpoints.iter().filter_map(measured).collect();
    let Some(median) = math::median(&mut means).filter(|m| *m > 0.0) else { return };
    for endpoint in endpoints {
        let learned = &endpoint.learned;
        let busy = learned.busy_ns.load() + PRIOR * median;
        let service = busy / (learned.served.load() + PRIOR);
        learned.speed.store(damped(median / service));
    }
}

/// A speed ratio with chance differences taken out.
fn damped(ratio: f64) -> f64 {
    let log = math::ln(ratio.clamp(SPEED_MIN, SPEED_MAX));
    let sure = ((log.abs() - NOISE) / (CERTAIN - NOISE)).clamp(0.0, 1.0);
    math::exp(log * sure)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_differences_are_chance() {
        assert_eq!(damped(1.0), 1.0);
        assert_eq!(damped(0.85), 1.0);
        assert!((damped(1.0 / 3.0) - 1.0 / 3.0).abs() < 1e-9);
        assert_eq!(damped(1e-9), damped(SPEED_MIN));
        assert!((damped(100.0) - SPEED_MAX).abs() < 1e-9);
    }
}
