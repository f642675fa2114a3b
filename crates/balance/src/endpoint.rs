//! What is known of one endpoint: the atomics that workers share and a reload keeps.

use alloc::string::String;
use core::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};

use crate::atomic::Real;
use crate::delay::{Answers, Crowds};
use crate::slots::Flow;

/// Reasons for which an endpoint takes no free requests. None set: it is eligible.
pub(crate) mod gate {
    /// Its probe fails.
    pub(crate) const DOWN: u32 = 1;
    /// Its outcomes ejected it.
    pub(crate) const EJECTED: u32 = 2;
    /// It was asked to drain.
    pub(crate) const DRAIN: u32 = 4;
    /// Its weight is 0.
    pub(crate) const IDLE: u32 = 8;
}

/// One endpoint's shared state, keyed by pool and name, surviving reloads.
///
/// What a pick reads and an outcome writes shares one cache line.
#[derive(Debug)]
pub struct Endpoint {
    pub(crate) hot: Hot,
    pub(crate) learned: Learned,
    pub(crate) health: Health,
    pub(crate) flow: Flow,
    pub(crate) answers: Answers,
    pub(crate) crowds: Crowds,
    name: String,
    id: u64,
}

/// Read at every pick, written at every pick and outcome: one cache line.
#[derive(Debug)]
#[repr(align(64))]
pub(crate) struct Hot {
    pub(crate) in_flight: AtomicU32,
    /// [`gate`] bits.
    pub(crate) gate: AtomicU32,
    /// Score of one request in flight: 1 ÷ (capacity × weight × speed × slow start × health).
    pub(crate) cost: Real,
    /// Requests in flight up to which one more is surely not delayed.
    pub(crate) calm: Real,
    /// Requests in flight from which on one more was seen to wait; infinite: none was.
    pub(crate) undelayed: Real,
    /// Doubles with every failure, 1 after a success; part of `cost`.
    pub(crate) suspicion: Real,
    /// Failures since the last success.
    pub(crate) failures_in_row: AtomicU32,
    /// Failures and successes ever; both wrap.
    pub(crate) failures: AtomicU32,
    pub(crate) successes: AtomicU32,
    /// Requests that wait at the balancer for a place here, see [`crate::Hold`].
    pub(crate) held: AtomicU32,
    /// Peak-sensitive moving average of the time to first byte, and when it was updated.
    pub(crate) peak_ns: Real,
    pub(crate) peak_at_ns: AtomicU64,
}

/// Estimates that only the tick writes.
#[derive(Debug)]
pub(crate) struct Learned {
    /// Decayed slot time spent serving, ns, and outcomes in the same memory.
    pub(crate) busy_ns: Real,
    pub(crate) served: Real,
    pub(crate) failed: Real,
    pub(crate) successes_seen: AtomicU32,
    pub(crate) failures_seen: AtomicU32,
    /// Relative to the peers' median; 1 when nothing is known.
    pub(crate) speed: Real,
    /// What its rate of failures costs its score, as a factor.
    pub(crate) penalty: Real,
    /// Requests that it serves at once.
    pub(crate) slots: Real,
    /// Moving average of requests present ÷ capacity.
    pub(crate) pressure: Real,
    /// Moving average of the slots in use, and what it should be.
    pub(crate) load: Real,
    pub(crate) due: Real,
    /// How far pressure and load exceed what they should be; 0.5: half as much again.
    pub(crate) crowding: Real,
    pub(crate) excess: Real,
}

/// Ejection, probe and warm-up.
#[derive(Debug)]
pub(crate) struct Health {
    pub(crate) ejected_until_ns: AtomicU64,
    /// Length exponent of the next ejection.
    pub(crate) ejection_level: AtomicU32,
    pub(crate) ejections: AtomicU64,
    /// When it began to warm up; 0: it needs no warming up.
    pub(crate) warm_from_ns: AtomicU64,
    /// Returned from an ejection and not proven yet: two failures in a row eject again.
    pub(crate) probation: AtomicU32,
    /// Outcomes ever when the ejection window began.
    pub(crate) window_failures: AtomicU32,
    pub(crate) window_successes: AtomicU32,
}

impl Endpoint {
    /// A new endpoint. `warm_from_ns` 0 starts it at its full share.
    pub(crate) fn new(name: &str, warm_from_ns: u64) -> Self {
        let count = || AtomicU32::new(0);
        Endpoint {
            hot: Hot {
                in_flight: count(),
                gate: count(),
                cost: Real::new(1.0),
                calm: Real::new(1.0),
                undelayed: Real::new(f64::INFINITY),
                suspicion: Real::new(1.0),
                failures_in_row: count(),
                failures: count(),
                successes: count(),
                held: count(),
                peak_ns: Real::new(0.0),
                peak_at_ns: AtomicU64::new(0),
            },
            learned: Learned {
                busy_ns: Real::new(0.0),
                served: Real::new(0.0),
                failed: Real::new(0.0),
                successes_seen: count(),
                failures_seen: count(),
                speed: Real::new(1.0),
                penalty: Real::new(1.0),
                slots: Real::new(1.0),
                pressure: Real::new(0.0),
                load: Real::new(0.0),
                due: Real::new(0.0),
                crowding: Real::new(0.0),
                excess: Real::new(0.0),
            },
            health: Health {
                ejected_until_ns: AtomicU64::new(0),
                ejection_level: count(),
                ejections: AtomicU64::new(0),
                warm_from_ns: AtomicU64::new(warm_from_ns),
                probation: count(),
                window_failures: count(),
                window_successes: count(),
            },
            flow: Flow::new(),
            answers: Answers::new(),
            crowds: Crowds::new(),
            id: crate::hash::endpoint_id(name),
            name: String::from(name),
        }
    }

    /// Its name in the configuration.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its id in cookies.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// Requests in flight.
    pub fn in_flight(&self) -> u32 {
        self.hot.in_flight.load(Relaxed)
    }

    /// Requests that wait at the balancer for a place here.
    pub fn held(&self) -> u32 {
        self.hot.held.load(Relaxed)
    }

    /// Requests in flight, and those that wait for a place here: what it has to do.
    pub fn present(&self) -> f64 {
        f64::from(self.in_flight()) + f64::from(self.held())
    }

    /// Whether it takes free requests.
    pub fn is_eligible(&self) -> bool {
        self.hot.gate.load(Relaxed) == 0
    }

    /// Whether its outcomes ejected it.
    pub fn is_ejected(&self) -> bool {
        self.hot.gate.load(Relaxed) & gate::EJECTED != 0
    }

    /// Whether a request that failed elsewhere may try it: in service, or ejected, which may be
    /// over by now.
    pub fn is_open_to_retries(&self) -> bool {
        self.hot.gate.load(Relaxed) & !gate::EJECTED == 0
    }

    /// Whether its probe fails.
    pub fn is_down(&self) -> bool {
        self.hot.gate.load(Relaxed) & gate::DOWN != 0
    }

    /// Whether it is still warming up.
    pub fn is_warming(&self) -> bool {
        self.health.warm_from_ns.load(Relaxed) != 0
    }

    /// Speed relative to its peers' median.
    pub fn speed(&self) -> f64 {
        self.learned.speed.load()
    }

    /// Requests that it serves at once, as far as was seen.
    pub fn slots(&self) -> f64 {
        self.learned.slots.load()
    }

    /// Times it was ejected.
    pub fn ejections(&self) -> u64 {
        self.health.ejections.load(Relaxed)
    }

    /// Takes a place, unless `limit` are taken.
    pub(crate) fn acquire(&self, limit: u32) -> bool {
        if limit == u32::MAX {
            self.hot.in_flight.fetch_add(1, Relaxed);
            return true;
        }
        self.hot.in_flight.fetch_update(Relaxed, Relaxed, |n| (n < limit).then(|| n + 1)).is_ok()
    }

    /// Returns a place taken with [`Endpoint::acquire`].
    pub(crate) fn release(&self) {
        let before = self.hot.in_flight.fetch_sub(1, Relaxed);
        debug_assert!(before > 0, "a request was returned twice");
    }

    pub(crate) fn open_gate(&self, bits: u32) {
        self.hot.gate.fetch_and(!bits, Relaxed);
    }

    pub(crate) fn close_gate(&self, bits: u32) {
        self.hot.gate.fetch_or(bits, Relaxed);
    }
}
