//! Learns from how many requests on the next one waits.
//!
//! A request that meets a free slot is answered as soon as any other; one that meets none, later.
//! What a request meets is known before anything is known of itself, so that those that take long
//! are among all alike. The ends of requests ([`crate::slots`]) tell less: long ones pile up, and
//! what ends slowly for their sake looks like a queue.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::atomic::Real;
use crate::crowd::{self, BUCKETS};
use crate::endpoint::Endpoint;
use crate::math;
use crate::slots::RENEW_NS;
use crate::spec::PoolSpec;

/// What the services took changes with the traffic, and so must be compared within a short time.
const MEMORY_NS: u64 = 30_000_000_000;
/// Requests that an endpoint has answered before its answers are compared.
const SERVED_MIN: f64 = 20.0;
/// Mean log₂ of the delay from which it is one, and standard errors that are chance.
const DELAY_MIN: f64 = 0.25;
const DELAY_ERRORS: f64 = 5.0;
/// Standard deviation of log₂ of service times: log-normal ones of CV² 4 have 1.83, and a median
/// over endpoints errs by a quarter more than a mean.
const DEVIATION: f64 = 1.83 * 1.25;
/// Crowds whose sizes, relative to capacity, are within this factor are one.
const ALIKE: f64 = 1.1;
/// Times in a [`Delay`] are log₂ of ns in units of this.
const UNIT: f64 = 1.0 / 256.0;
/// Where the count is in a word, above the sum of times.
const COUNT_SHIFT: u32 = 40;

/// How long answers took, by the number of requests present, their own included.
#[derive(Debug)]
pub(crate) struct Delay {
    /// Since the last renewal: count · sum of log₂.
    fresh: [AtomicU64; BUCKETS],
    count: [Real; BUCKETS],
    sum: [Real; BUCKETS],
}

impl Delay {
    pub(crate) fn new() -> Self {
        Delay {
            fresh: [const { AtomicU64::new(0) }; BUCKETS],
            count: [const { Real::new(0.0) }; BUCKETS],
            sum: [const { Real::new(0.0) }; BUCKETS],
        }
    }

    /// Takes an answer to a request that made it `present` requests.
    pub(crate) fn note(&self, present: u32, took_ns: u64) {
        let note = 1 << COUNT_SHIFT | u64::from(log(took_ns));
        self.fresh[crowd::bucket(present)].fetch_add(note, Relaxed);
    }

    fn renew(&self, keep: f64) {
        for at in 0..BUCKETS {
            let fresh = self.fresh[at].swap(0, Relaxed);
            let (count, sum) = (fresh >> COUNT_SHIFT, fresh & ((1 << COUNT_SHIFT) - 1));
            self.count[at].store(self.count[at].load() * keep + count as f64);
            self.sum[at].store(self.sum[at].load() * keep + sum as f64 * UNIT);
        }
    }
}

/// log₂ in 256ths, straight between the powers of two.
fn log(ns: u64) -> u32 {
    let ns = ns.max(256);
    let octave = ns.ilog2();
    octave << 8 | (ns >> (octave - 8) & 0xff) as u32
}

/// Answers of one endpoint to requests that met alike many.
#[derive(Clone, Copy, Debug)]
struct Seen {
    endpoint: usize,
    /// Requests that were there before, per capacity.
    met: f64,
    count: f64,
    sum: f64,
}

/// Requests per capacity that an endpoint serves without delay, as far as can be told; `None`:
/// nobody was seen to wait.
pub(crate) fn renew(endpoints: &[Arc<Endpoint>], spec: &PoolSpec) -> Option<f64> {
    let keep = math::decay(RENEW_NS, MEMORY_NS);
    let mut seen = Vec::new();
    for (endpoint, (state, asked)) in endpoints.iter().zip(&spec.endpoints).enumerate() {
        state.delay.renew(keep);
        for at in 0..BUCKETS {
            let (count, sum) = (state.delay.count[at].load(), state.delay.sum[at].load());
            if count >= 1.0 {
                // Where the largest of a bucket wait, smaller ones may not.
                let met = (crowd::most(at) - 1.0) / asked.capacity;
                seen.push(Seen { endpoint, met, count, sum });
            }
        }
    }
    seen.sort_by(|a, b| a.met.total_cmp(&b.met));
    first_delayed(&seen, endpoints.len())
}

/// From the smallest crowds up: the first whose requests took longer than those of all smaller.
fn first_delayed(seen: &[Seen], endpoints: usize) -> Option<f64> {
    let mut before = alloc::vec![(0.0, 0.0); endpoints];
    let mut rest = seen;
    while let Some(first) = rest.first() {
        let alike = rest.iter().take_while(|s| s.met <= first.met * ALIKE).count();
        let (crowd, larger) = rest.split_at(alike);
        if is_delayed(crowd, &before) && is_delayed(rest, &before) {
            return Some(first.met);
        }
        for seen in crowd {
            before[seen.endpoint].0 += seen.count;
            before[seen.endpoint].1 += seen.sum;
        }
        rest = larger;
    }
    None
}

/// Whether answers took longer than `before` (count, sum) at half of the endpoints or more: one
/// alone may have turned slow.
fn is_delayed(crowd: &[Seen], before: &[(f64, f64)]) -> bool {
    let mut delays: Vec<(f64, f64)> = crowd
        .iter()
        .filter(|seen| before[seen.endpoint].0 >= SERVED_MIN)
        .map(|seen| {
            let (count, sum) = before[seen.endpoint];
            (seen.sum / seen.count - sum / count, seen.count)
        })
        .collect();
    delays.sort_by(|a, b| a.0.total_cmp(&b.0));
    let total: f64 = delays.iter().map(|(_, count)| count).sum();
    let mut below = 0.0;
    let median = delays.iter().find(|(_, count)| {
        below += count;
        below >= total / 2.0
    });
    let smaller: f64 = before.iter().map(|(count, _)| count).sum();
    let chance =
        DELAY_ERRORS * DEVIATION * math::sqrt(1.0 / total.max(1.0) + 1.0 / smaller.max(1.0));
    median.is_some_and(|&(delay, _)| delay > DELAY_MIN.max(chance))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `endpoints` of so many slots show after `count` answers to crowds of each size: each
    /// request beyond the slots waits for a part of a service.
    fn seen(endpoints: usize, slots: u32, count: f64) -> Vec<Seen> {
        let size = |at: usize| crowd::most(at) as u32;
        let mut seen = Vec::new();
        for at in (0..BUCKETS).take_while(|&at| size(at) < 4 * slots) {
            let waits = f64::from(size(at).saturating_sub(slots)) / f64::from(slots);
            let sum = count * (20.0 + math::ln(1.0 + waits) / core::f64::consts::LN_2);
            let met = crowd::most(at) - 1.0;
            seen.extend((0..endpoints).map(|endpoint| Seen { endpoint, met, count, sum }));
        }
        seen
    }

    #[test]
    fn the_first_that_waits_is_found() {
        for slots in [1, 2, 3, 4, 5, 8, 13] {
            let found = first_delayed(&seen(5, slots, 1e4), 5);
            let most = f64::from(slots) * 1.5;
            assert!(found.is_some_and(|met| met >= slots.into() && met <= most), "{found:?}");
        }
    }

    /// Goal: little evidence proves nothing. Method: few answers, or few to compare with.
    #[test]
    fn chance_is_no_delay() {
        assert_eq!(first_delayed(&seen(5, 4, 10.0), 5), None);
        let mut seen = seen(5, 1, 1e4);
        seen.iter_mut().filter(|seen| seen.met < 1.0).for_each(|seen| {
            (seen.count, seen.sum) = (20.0, 20.0 * 20.0);
        });
        assert_eq!(first_delayed(&seen, 5), Some(2.0), "the smallest crowd was hardly seen");
    }

    /// Goal: one endpoint that turns slow while many are there does not hold requests before all.
    /// Method: the larger crowds of one of five took ten times as long.
    #[test]
    fn one_slow_endpoint_is_no_queue() {
        let mut seen = seen(5, 64, 1e3);
        for seen in seen.iter_mut().filter(|seen| seen.endpoint == 2 && seen.met >= 4.0) {
            seen.sum += 3.3 * seen.count;
        }
        assert!(first_delayed(&seen, 5).is_none_or(|met| met >= 64.0));
    }

    /// Goal: a crowd that looked delayed by chance is cleared by larger ones that are not.
    #[test]
    fn larger_crowds_have_a_say() {
        let mut seen = seen(5, 64, 1e3);
        for seen in seen.iter_mut().filter(|seen| seen.met == 2.0) {
            seen.sum += seen.count;
        }
        assert!(first_delayed(&seen, 5).is_none_or(|met| met >= 64.0));
    }

    #[test]
    fn logarithms_are_near_enough() {
        for ns in [1, 255, 256, 300, 1_000, 999_999, 20_000_000, u64::MAX] {
            let exact = math::ln(ns.max(256) as f64) / core::f64::consts::LN_2;
            assert!((f64::from(log(ns)) * UNIT - exact).abs() < 0.09, "{ns}");
        }
    }

    #[test]
    fn notes_add_up() {
        let delay = Delay::new();
        (0..100_000).for_each(|_| delay.note(3, u64::MAX));
        delay.renew(1.0);
        let (count, sum) = (delay.count[2].load(), delay.sum[2].load());
        assert_eq!(count, 1e5);
        assert!((sum / count - 64.0).abs() < 0.01);
    }
}
