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
/// A crowd that nobody met for so many renewals, half a minute, is not known to wait any more: once
/// there are more requests always, as with those that stay open for hours, it would be for ever.
const UNSEEN_MAX: f64 = 60.0;
/// Mean log₂ of the delay from which it is one, and standard errors that are chance.
const DELAY_MIN: f64 = 0.25;
const DELAY_ERRORS: f64 = 5.0;
/// What is enough of an endpoint's own answers to believe those of the whole pool, which tell what
/// is sure. It is remembered for long, so that all of them believe it at the same time.
const SEEMS_ERRORS: f64 = 1.5;
const SEEN_MIN: f64 = 30.0;
const OWN_MEMORY_NS: u64 = 600_000_000_000;
/// Standard deviation of log₂ of service times, at least: that of log-normal ones of CV² 4.
const DEVIATION: f64 = 1.83;
/// Times in [`Answers`] are log₂ of ns in units of this.
const UNIT: f64 = 1.0 / 256.0;
/// Where the count is in a word, above the sum of times.
const COUNT_SHIFT: u32 = 40;
/// Sizes of crowds relative to capacity, in eighths of octaves from 2⁻²⁰ to 2²⁰: one request at the
/// largest capacity of a configuration, and the largest crowd at the smallest.
const CELLS: usize = 8 * 40;
const CELL_ONE: f64 = 8.0 * 20.0;

/// How long an endpoint's answers took since the last renewal, by the number of requests present,
/// their own included: count · sum of log₂.
#[derive(Debug)]
#[repr(align(64))]
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

/// Weighted differences between answers to larger and to smaller crowds, one per endpoint and
/// moment.
#[derive(Debug)]
struct Difference {
    weight: Real,
    sum: Real,
    /// Of the squares of the weights, and these with the differences and their squares.
    square: Real,
    square_sum: Real,
    square_squares: Real,
}

impl Difference {
    const fn none() -> Self {
        Difference {
            weight: Real::new(0.0),
            sum: Real::new(0.0),
            square: Real::new(0.0),
            square_sum: Real::new(0.0),
            square_squares: Real::new(0.0),
        }
    }

    fn all(&self) -> [&Real; 5] {
        [&self.weight, &self.sum, &self.square, &self.square_sum, &self.square_squares]
    }

    fn fade(&self, keep: f64) {
        self.all().into_iter().for_each(|sum| sum.store(sum.load() * keep));
    }

    /// Weights by the inverse variance of a difference of two means, answers of unit variance.
    fn add(&self, larger: Sum, smaller: Sum) {
        let weight = larger.count * smaller.count / (larger.count + smaller.count);
        let delay = larger.sum / larger.count - smaller.sum / smaller.count;
        let square = weight * weight;
        let more = [weight, weight * delay, square, square * delay, square * delay * delay];
        self.all().into_iter().zip(more).for_each(|(sum, more)| sum.store(sum.load() + more));
    }

    /// Whether it is a delay, and no chance.
    fn is_delay(&self) -> bool {
        let (mean, error) = self.mean();
        mean > DELAY_MIN.max(DELAY_ERRORS * error)
    }

    /// Whether it looks like one.
    fn seems_delay(&self) -> bool {
        let (mean, error) = self.mean();
        self.weight.load() >= SEEN_MIN && mean > DELAY_MIN.max(SEEMS_ERRORS * error)
    }

    /// The mean and its standard error: by what services are taken to differ, and by how the
    /// differences of the moments do, whatever makes them (White 1980, each moment a cluster).
    /// Squares fade like what they are squares of, which overstates the error by up to √2.
    fn mean(&self) -> (f64, f64) {
        let weight = self.weight.load().max(f64::MIN_POSITIVE);
        let mean = self.sum.load() / weight;
        let assumed = DEVIATION * DEVIATION / weight;
        let spread = self.square_squares.load() - 2.0 * mean * self.square_sum.load()
            + mean * mean * self.square.load();
        let seen = spread.max(0.0) / (weight * weight);
        (mean, math::sqrt(assumed.max(seen)))
    }
}

/// One endpoint's crowds of each size against smaller ones: equal capacities may hide unequal
/// slots.
#[derive(Debug)]
pub(crate) struct Crowds([Difference; BUCKETS]);

impl Crowds {
    pub(crate) fn new() -> Self {
        Crowds([const { Difference::none() }; BUCKETS])
    }

    fn fade(&self, keep: f64) {
        let seen = self.0.iter().filter(|difference| difference.weight.load() > 0.0);
        seen.for_each(|difference| difference.fade(keep));
    }

    /// Whether requests that meet so many wait here too, as they do elsewhere in the pool.
    fn agree(&self, met: f64) -> bool {
        self.0[crowd::bucket((met + 1.5).min(1e9) as u32)].seems_delay()
    }
}

/// What is known of crowds of one size.
#[derive(Debug)]
struct Cell {
    /// Such crowds against smaller ones.
    own: Difference,
    /// Such crowds and all larger ones against smaller ones.
    from: Difference,
    /// How many requests were there before; in a pool's cells per capacity.
    met: Real,
    /// Renewals since such a crowd was seen.
    unseen: Real,
}

impl Cell {
    const fn nothing() -> Self {
        Cell {
            own: Difference::none(),
            from: Difference::none(),
            met: Real::new(0.0),
            unseen: Real::new(0.0),
        }
    }

    fn add(&self, crowd: Sum, and_larger: Sum, smaller: Sum, met: f64) {
        self.own.add(crowd, smaller);
        self.from.add(and_larger, smaller);
        self.met.store(met);
        self.unseen.store(0.0);
    }

    fn fade(&self, keep: f64) {
        if self.from.weight.load() > 0.0 {
            self.own.fade(keep);
            self.from.fade(keep);
            self.unseen.store(self.unseen.load() + 1.0);
        }
    }
}

/// The smallest crowd whose requests took longer than those of smaller ones. Larger ones have a
/// say: many crowds are looked at often, and by chance one of them looks late.
fn first_delayed(cells: &[Cell]) -> Option<f64> {
    let mut seen = cells.iter().filter(|cell| cell.unseen.load() <= UNSEEN_MAX);
    let first = seen.find(|cell| cell.own.is_delay() && cell.from.is_delay());
    first.map(|cell| cell.met.load())
}

/// What is known of a pool's crowds.
#[derive(Debug)]
pub(crate) struct Delays([Cell; CELLS]);

impl Delays {
    pub(crate) fn new() -> Self {
        Delays([const { Cell::nothing() }; CELLS])
    }

    /// What was learned is of other capacities.
    pub(crate) fn forget(&self, endpoints: &[Arc<Endpoint>]) {
        for cell in &self.0 {
            cell.own.fade(0.0);
            cell.from.fade(0.0);
        }
        endpoints.iter().for_each(|endpoint| endpoint.hot.undelayed.store(f64::INFINITY));
    }

    /// Takes the answers since the last time, and renews how many requests each endpoint serves
    /// without delay.
    pub(crate) fn renew(&self, endpoints: &[Arc<Endpoint>], spec: &PoolSpec) {
        let keep = math::decay(RENEW_NS, MEMORY_NS);
        let keep_own = math::decay(RENEW_NS, OWN_MEMORY_NS);
        self.0.iter().for_each(|cell| cell.fade(keep));
        for (endpoint, asked) in endpoints.iter().zip(&spec.endpoints) {
            endpoint.crowds.fade(keep_own);
            self.compare(&endpoint.answers.take(), asked.capacity, &endpoint.crowds);
        }
        let met = first_delayed(&self.0);
        for (endpoint, asked) in endpoints.iter().zip(&spec.endpoints) {
            let met = met.map(|met| met * asked.capacity);
            let met = met.filter(|&met| endpoint.crowds.agree(met));
            endpoint.hot.undelayed.store(met.unwrap_or(f64::INFINITY));
        }
    }

    /// Compares one endpoint's answers of one moment with each other.
    fn compare(&self, crowds: &[Sum; BUCKETS], capacity: f64, own: &Crowds) {
        let (mut all, mut smaller) = (Sum::default(), Sum::default());
        crowds.iter().for_each(|&crowd| all.add(crowd));
        for (at, &crowd) in crowds.iter().enumerate() {
            // Of the last bucket nobody knows how large its crowds are.
            if crowd.count > 0.0 && smaller.count > 0.0 && at + 1 < BUCKETS {
                // Where the largest of a bucket wait, smaller ones may not.
                let met = crowd::most(at) - 1.0;
                let larger = all.without(smaller);
                own.0[at].add(crowd, smaller);
                self.0[cell(met / capacity)].add(crowd, larger, smaller, met / capacity);
            }
            smaller.add(crowd);
        }
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
            delays.compare(&crowds, 1.0, &Crowds::new());
        }
        delays
    }

    #[test]
    fn the_first_that_waits_is_found() {
        for slots in [1, 2, 3, 4, 5, 8, 13, 40] {
            let found = first_delayed(&seen(slots, 10.0, 1000).0);
            let most = f64::from(slots) * 1.5;
            assert!(found.is_some_and(|met| met >= slots.into() && met <= most), "{found:?}");
            assert!(slots > 4 || found == Some(slots.into()), "{slots}: {found:?}");
        }
    }

    #[test]
    fn few_answers_prove_nothing() {
        assert_eq!(first_delayed(&seen(4, 1.0, 20).0), None);
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
            delays.compare(&crowds, 1.0, &Crowds::new());
        }
        assert_eq!(first_delayed(&delays.0), None);
    }

    /// Goal: differences that are not those of single requests prove as little as they are few.
    /// Method: moments of a thousand answers each, in which the larger crowd was as often two
    /// octaves earlier as later; after an odd one the mean says that it was late.
    #[test]
    fn moments_are_what_is_counted() {
        let delays = Delays::new();
        for moment in 0..21 {
            let late = if moment % 2 == 0 { 4.0 } else { -2.0 };
            let crowds = core::array::from_fn(|at| match at {
                0 => Sum { count: 1e3, sum: 20.0 * 1e3 },
                1 => Sum { count: 1e3, sum: (20.0 + late) * 1e3 },
                _ => Sum::default(),
            });
            delays.compare(&crowds, 1.0, &Crowds::new());
        }
        assert_eq!(first_delayed(&delays.0), None);
    }

    /// Goal: what is not met any more is forgotten, and what was learned of other capacities too.
    #[test]
    fn what_nobody_meets_is_forgotten() {
        let delays = seen(4, 10.0, 1000);
        assert_eq!(first_delayed(&delays.0), Some(4.0));
        delays.forget(&[]);
        assert_eq!(first_delayed(&delays.0), None);
        let delays = seen(4, 10.0, 1000);
        delays.0.iter().for_each(|cell| cell.unseen.store(UNSEEN_MAX + 1.0));
        assert_eq!(first_delayed(&delays.0), None);
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
            delays.compare(&crowds, 1.0, &Crowds::new());
        }
        assert_eq!(first_delayed(&delays.0), None);
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
                delays.compare(&crowds, 25.0 * slots, &Crowds::new());
            }
        }
        let found = first_delayed(&delays.0);
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
