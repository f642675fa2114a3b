//! Learns how many requests the endpoints really serve at once.
//!
//! The configured capacity says how endpoints compare; whether 100 means 100 slots or 4 is seen
//! in the counts. While slots are free, requests end in proportion to those in flight; beyond,
//! no faster. One factor, *reach*, is fitted for the whole pool: slots = reach × capacity.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicU32, Ordering::Relaxed};

use crate::atomic::Real;
use crate::crowd::{self, BUCKETS};
use crate::endpoint::Endpoint;
use crate::math;
use crate::spec::PoolSpec;

/// Candidates of reach: 64 × 2^(−j/2) for j below this, so from 64 to 1/90.
const STEPS: usize = 26;
const REACH_MAX: f64 = 64.0;
/// One end in so many is noted: the note costs a second cache line.
const SAMPLE: u32 = 4;
/// Evidence is weighed this often, and forgotten this slowly: slots rarely change.
pub(crate) const RENEW_NS: u64 = 500_000_000;
const MEMORY_NS: u64 = 30_000_000_000;
/// The smallest reach is taken that the evidence does not speak against by this much (log
/// odds): slots that nobody has seen in use are not counted on.
const DOUBT_NATS: f64 = 4.0;

/// Ends and time spent, by requests in flight.
#[derive(Debug)]
pub(crate) struct Flow {
    ended: [AtomicU32; BUCKETS],
    done: [Real; BUCKETS],
    time: [Real; BUCKETS],
}

impl Flow {
    pub(crate) fn new() -> Self {
        Flow {
            ended: [const { AtomicU32::new(0) }; BUCKETS],
            done: [const { Real::new(0.0) }; BUCKETS],
            time: [const { Real::new(0.0) }; BUCKETS],
        }
    }

    /// Takes the endpoint's `nth` success, which ended with `in_flight` requests present.
    pub(crate) fn note(&self, nth: u32, in_flight: u32) {
        if nth.is_multiple_of(SAMPLE) && in_flight > 0 {
            self.ended[crowd::bucket(in_flight)].fetch_add(1, Relaxed);
        }
    }

    /// Books time spent with `in_flight` requests present.
    pub(crate) fn spend(&self, in_flight: u32, elapsed_ns: u64) {
        if in_flight > 0 {
            let time = &self.time[crowd::bucket(in_flight)];
            time.store(time.load() + elapsed_ns as f64);
        }
    }

    /// Takes what ended since the last time into the memory.
    fn renew(&self, keep: f64) {
        for at in 0..BUCKETS {
            let fresh = f64::from(self.ended[at].swap(0, Relaxed));
            self.done[at].store(self.done[at].load() * keep + fresh);
            self.time[at].store(self.time[at].load() * keep);
        }
    }

    /// Adds the log likelihood of each candidate, the endpoint's own speed profiled out.
    fn weigh(&self, levels: &[(f64, f64); BUCKETS], capacity: f64, odds: &mut [f64; STEPS]) {
        let total: f64 = self.done.iter().map(Real::load).sum();
        if total <= 0.0 {
            return;
        }
        for (step, odds) in odds.iter_mut().enumerate() {
            let slots = slots(reach(step), capacity);
            let (mut logs, mut work) = (0.0, 0.0);
            let ln_slots = math::ln(slots);
            for (at, &(level, ln_level)) in levels.iter().enumerate() {
                let (used, ln_used) =
                    if level < slots { (level, ln_level) } else { (slots, ln_slots) };
                logs += self.done[at].load() * ln_used;
                work += self.time[at].load() * used;
            }
            *odds += logs - total * math::ln(work.max(f64::MIN_POSITIVE));
        }
    }
}

/// Fits reach to what the endpoints did.
pub(crate) fn renew(endpoints: &[Arc<Endpoint>], spec: &PoolSpec) -> f64 {
    let keep = math::decay(RENEW_NS, MEMORY_NS);
    let levels = core::array::from_fn(|at| (crowd::mean(at), math::ln(crowd::mean(at))));
    let mut odds = [0.0; STEPS];
    for (endpoint, asked) in endpoints.iter().zip(&spec.endpoints) {
        endpoint.flow.renew(keep);
        endpoint.flow.weigh(&levels, asked.capacity, &mut odds);
    }
    let best = odds.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    reach((0..STEPS).rev().find(|&j| odds[j] >= best - DOUBT_NATS).unwrap_or(0))
}

/// What is assumed where nothing is known.
pub(crate) fn unknown() -> f64 {
    reach(STEPS - 1)
}

/// Requests that an endpoint serves at once; at least one.
pub(crate) fn slots(reach: f64, capacity: f64) -> f64 {
    (reach * capacity).max(1.0)
}

fn reach(step: usize) -> f64 {
    let whole = REACH_MAX / (1u64 << (step / 2)) as f64;
    if step.is_multiple_of(2) { whole } else { whole * core::f64::consts::FRAC_1_SQRT_2 }
}
