//! Learns from how many requests on the next one waits.
//!
//! A request that meets a free slot is answered as soon as any other; one that meets none, later.
//! What a request meets is known before anything is known of itself, so that those that take long
//! are among all alike. The ends of requests ([`crate::slots`]) tell less: long ones pile up, and
//! what ends slowly for their sake looks like a queue.
//!
//! Answers are compared with those of the same endpoint in the same half second only. When all
//! services get slower, crowds grow: compared over time, the crowd would seem to be the reason.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::atomic::Real;
use crate::crowd::{self, BUCKETS};
use crate::endpoint::Endpoint;
use crate::math;
use crate::slots::RENEW_NS;
use crate::spec::PoolSpec;

/// Slots rarely change, and what waits because of an old figure is held for a moment only.
const MEMORY_NS: u64 = 60_000_000_000;
/// Mean log₂ of the delay from which it is one, and standard errors that are chance.
const DELAY_MIN: f64 = 0.25;
const DELAY_ERRORS: f64 = 5.0;
/// Standard deviation of log₂ of service times: that of log-normal ones of CV² 4.
const DEVIATION: f64 = 1.83;
/// Times in a [`Delay`] are log₂ of ns in units of this.
const UNIT: f64 = 1.0 / 256.0;
/// Where the count is in a word, above the sum of times.
const COUNT_SHIFT: u32 = 40;
/// Sizes of crowds relative to capacity, in eighths of octaves from 2⁻¹⁴ to 2¹⁴.
const CELLS: usize = 8 * 28;
const CELL_ONE: f64 = 8.0 * 14.0;

/// How long an endpoint's answers took since the last renewal, by the number of requests present,
/// their own included: count · sum of log₂.
#[derive(Debug)]
pub(crate) struct Answers([AtomicU64; BUCKETS]);

impl Answers {
    pub(crate) fn new() -> Self {
        Answers([const { AtomicU64::new(0) }; BUCKETS])
    }

    /// Takes an answer to a request that made it `present` requests.
    pub(crate) fn note(&self, present: u32, took_ns: u64) {
        let note = 1 << COUNT_SHIFT | u64::from(log(took_ns));
        self.0[crowd::bucket(present)].fetch_add(note, Relaxed);
    }

    fn take(&self) -> [Sum; BUCKETS] {
        core::array::from_fn(|at| {
            let word = if self.0[at].load(Relaxed) > 0 { self.0[at].swap(0, Relaxed) } else { 0 };
            let sum = (word & ((1 << COUNT_SHIFT) - 1)) as f64 * UNIT;
            Sum { count: (word >> COUNT_SHIFT) as f64, sum }
        })
    }
}

/// log₂ in 256ths, straight between the powers of two.
fn log(ns: u64) -> u32 {
    let ns = ns.max(256);
    let octave = ns.ilog2();
    octave << 8 | (ns >> (octave - 8) & 0xff) as u32
}

/// Answers, and the sum of the log₂ of what they took.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Sum {
    count: f64,
    sum: f64,
}

impl Sum {
    fn add(&mut self, other: Sum) {
        self.count += other.count;
        self.sum += other.sum;
    }

    fn without(self, other: Sum) -> Sum {
        Sum { count: self.count - other.count, sum: self.sum - other.sum }
    }
}

/// Weighted differences between answers to larger and to smaller crowds.
#[derive(Debug)]
struct Difference {
    weight: Real,
    sum: Real,
}

impl Difference {
    const fn none() -> Self {
        Difference { weight: Real::new(0.0), sum: Real::new(0.0) }
    }

    fn fade(&self, keep: f64) {
        self.weight.store(self.weight.load() * keep);
        self.sum.store(self.sum.load() * keep);
    }

    /// Weights by the inverse variance of a difference of two means, answers of unit variance.
    fn add(&self, larger: Sum, smaller: Sum) {
        let weight = larger.count * smaller.count / (larger.count + smaller.count);
        let delay = larger.sum / larger.count - smaller.sum / smaller.count;
        self.weight.store(self.weight.load() + weight);
        self.sum.store(self.sum.load() + weight * delay);
    }

    fn is_delay(&self) -> bool {
        let weight = self.weight.load().max(f64::MIN_POSITIVE);
        let chance = DELAY_ERRORS * DEVIATION / math::sqrt(weight);
        self.sum.load() / weight > DELAY_MIN.max(chance)
    }
}

/// What is known of crowds of one size relative to capacity.
#[derive(Debug)]
struct Cell {
    /// Such crowds against smaller ones.
    own: Difference,
    /// Such crowds and all larger ones against smaller ones.
    from: Difference,
    /// What was met, requests per capacity, of the last answers.
    met: Real,
}

impl Cell {
    const fn nothing() -> Self {
        Cell { own: Difference::none(), from: Difference::none(), met: Real::new(0.0) }
    }
}

/// What is known of a pool's crowds.
#[derive(Debug)]
pub(crate) struct Delays([Cell; CELLS]);

impl Delays {
    pub(crate) fn new() -> Self {
        Delays([const { Cell::nothing() }; CELLS])
    }

    /// Takes the answers since the last time. Answers the requests per capacity that an endpoint
    /// serves without delay, as far as can be told; `None`: nobody was seen to wait.
    pub(crate) fn renew(&self, endpoints: &[Arc<Endpoint>], spec: &PoolSpec) -> Option<f64> {
        let keep = math::decay(RENEW_NS, MEMORY_NS);
        for cell in self.0.iter().filter(|cell| cell.from.weight.load() > 0.0) {
            cell.own.fade(keep);
            cell.from.fade(keep);
        }
        for (endpoint, asked) in endpoints.iter().zip(&spec.endpoints) {
            self.compare(&endpoint.answers.take(), asked.capacity);
        }
        self.first_delayed()
    }

    /// Compares one endpoint's answers of one moment with each other.
    fn compare(&self, crowds: &[Sum; BUCKETS], capacity: f64) {
        let (mut all, mut smaller) = (Sum::default(), Sum::default());
        crowds.iter().for_each(|&crowd| all.add(crowd));
        for (at, &crowd) in crowds.iter().enumerate() {
            if crowd.count > 0.0 && smaller.count > 0.0 {
                // Where the largest of a bucket wait, smaller ones may not.
                let met = (crowd::most(at) - 1.0) / capacity;
                let cell = &self.0[cell(met)];
                cell.own.add(crowd, smaller);
                cell.from.add(all.without(smaller), smaller);
                cell.met.store(met);
            }
            smaller.add(crowd);
        }
    }

    /// The smallest crowd whose requests took longer than those of smaller ones. Larger ones have
    /// a say: many crowds are looked at often, and by chance one of them looks late.
    fn first_delayed(&self) -> Option<f64> {
        let first = self.0.iter().find(|cell| cell.own.is_delay() && cell.from.is_delay());
        first.map(|cell| cell.met.load())
    }
}

fn cell(met: f64) -> usize {
    let octaves = math::ln(met.max(f64::MIN_POSITIVE)) / core::f64::consts::LN_2;
    ((octaves * 8.0 + CELL_ONE + 0.5).max(0.0) as usize).min(CELLS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `windows` times the answers of one endpoint to `count` crowds of each size up to four times
    /// the slots, where each request beyond the slots waits for a part of a service.
    fn seen(slots: u32, count: f64, windows: usize) -> Delays {
        let delays = Delays::new();
        for _ in 0..windows {
            let crowds = core::array::from_fn(|at| {
                let size = crowd::most(at) as u32;
                if size > 4 * slots {
                    return Sum::default();
                }
                let waits = f64::from(size.saturating_sub(slots)) / f64::from(slots);
                let took = 20.0 + math::ln(1.0 + waits) / core::f64::consts::LN_2;
                Sum { count, sum: count * took }
            });
            delays.compare(&crowds, 1.0);
        }
        delays
    }

    #[test]
    fn the_first_that_waits_is_found() {
        for slots in [1, 2, 3, 4, 5, 8, 13, 40] {
            let found = seen(slots, 10.0, 1000).first_delayed();
            let most = f64::from(slots) * 1.5;
            assert!(found.is_some_and(|met| met >= slots.into() && met <= most), "{found:?}");
            assert!(slots > 15 || found == Some(slots.into()) || slots > 4, "{slots}: {found:?}");
        }
    }

    #[test]
    fn few_answers_prove_nothing() {
        assert_eq!(seen(4, 1.0, 20).first_delayed(), None);
    }

    /// Goal: when services get slower for all, the crowds that this makes are not the reason.
    /// Method: ten times slower from the middle on, and from then on only large crowds.
    #[test]
    fn slower_services_are_no_queue() {
        let delays = Delays::new();
        for window in 0..1000 {
            let slow = window >= 500;
            let crowds = core::array::from_fn(|at| {
                let size = crowd::most(at);
                let there = size <= 15.0 && slow == (size > 5.0);
                let took = if slow { 23.3 } else { 20.0 };
                if there { Sum { count: 10.0, sum: 10.0 * took } } else { Sum::default() }
            });
            delays.compare(&crowds, 1.0);
        }
        assert_eq!(delays.first_delayed(), None);
    }

    /// Goal: a crowd that looks late by chance is cleared by larger ones that are not.
    /// Method: of twelve sizes the third took twice as long.
    #[test]
    fn larger_crowds_have_a_say() {
        let delays = Delays::new();
        for _ in 0..1000 {
            let crowds = core::array::from_fn(|at| match crowd::most(at) {
                3.0 => Sum { count: 9.0, sum: 9.0 * 21.0 },
                size if size <= 12.0 => Sum { count: 9.0, sum: 9.0 * 20.0 },
                _ => Sum::default(),
            });
            delays.compare(&crowds, 1.0);
        }
        assert_eq!(delays.first_delayed(), None);
    }

    /// Goal: capacities say how endpoints compare. Method: one of 4 slots and one of 8.
    #[test]
    fn crowds_are_relative_to_capacity() {
        let delays = Delays::new();
        for _ in 0..1000 {
            for slots in [4.0, 8.0] {
                let crowds = core::array::from_fn(|at| {
                    let late = (crowd::most(at) / slots).max(1.0) - 1.0;
                    let there = crowd::most(at) <= 2.0 * slots;
                    if there {
                        Sum { count: 9.0, sum: 9.0 * (20.0 + late) }
                    } else {
                        Sum::default()
                    }
                });
                delays.compare(&crowds, 25.0 * slots);
            }
        }
        let found = delays.first_delayed();
        assert!(found.is_some_and(|met| (0.04..0.055).contains(&met)), "{found:?}");
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
        let answers = Answers::new();
        (0..100_000).for_each(|_| answers.note(3, u64::MAX));
        let Sum { count, sum } = answers.take()[2];
        assert_eq!(count, 1e5);
        assert!((sum / count - 64.0).abs() < 0.01);
        assert_eq!(answers.take()[2], Sum::default());
    }
}
