//! Sessions: a user who comes sends one request after the other, with time to think in between.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use balance::Rng;

use crate::SECOND;
use crate::demand::exponential;

/// What sessions are like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SessionSpec {
    /// Mean number of requests, geometric; at least 1.
    pub length: f64,
    /// Mean time from one request to the next, exponential, in seconds.
    pub think_s: f64,
    /// Part of the sessions that somebody begins who was never there, 0 to 1.
    pub fresh: f64,
}

/// Who sends a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Visitor {
    pub(crate) user: u32,
    pub(crate) address: u32,
}

/// The sessions that go on: the next request of each.
#[derive(Clone, Debug)]
pub(crate) struct Visits {
    spec: SessionSpec,
    next: BinaryHeap<Reverse<(u64, Visitor)>>,
}

impl Visits {
    pub(crate) fn new(spec: SessionSpec) -> Self {
        Visits { spec, next: BinaryHeap::new() }
    }

    /// How many sessions are in their midst at a time, at so many requests per second. What is left
    /// of each is as a new one without its first request: nothing of it is remembered.
    pub(crate) fn under_way(&self, rate_per_s: f64) -> usize {
        let follow = (self.spec.length - 1.0) / self.spec.length;
        (rate_per_s * follow * self.spec.think_s).round() as usize
    }

    /// Somebody in the midst of a session.
    pub(crate) fn add(&mut self, visitor: Visitor, now_ns: u64, rng: &mut Rng) {
        let think_ns = exponential(rng) * self.spec.think_s * SECOND as f64;
        self.next.push(Reverse((now_ns.saturating_add(think_ns as u64), visitor)));
    }

    /// Somebody has sent a request: there may be another.
    pub(crate) fn goes_on(&mut self, visitor: Visitor, now_ns: u64, rng: &mut Rng) {
        if rng.unit() * self.spec.length >= 1.0 {
            self.add(visitor, now_ns, rng);
        }
    }

    /// When the next request comes.
    pub(crate) fn next_ns(&self) -> Option<u64> {
        self.next.peek().map(|Reverse((at_ns, _))| *at_ns)
    }

    pub(crate) fn pop(&mut self) -> Option<(u64, Visitor)> {
        self.next.pop().map(|Reverse(next)| next)
    }
}
