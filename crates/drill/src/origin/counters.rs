//! Counts what an origin does, exactly, also for requests whose client leaves.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What an origin has done and is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OriginCounters {
    /// Requests that went through a slot and were answered.
    pub served: u64,
    /// Requests answered by a fail-fast fault.
    pub failed_fast: u64,
    /// Answers to `/healthz`.
    pub probes: u64,
    /// Requests whose connection ended before they were answered; a server works on them all the
    /// same.
    pub aborted: u64,
    /// Requests in a slot now.
    pub in_flight: u64,
    /// Most requests ever in a slot at once.
    pub in_flight_max: u64,
    /// Requests waiting for a slot now.
    pub waiting: u64,
}

/// The live form of [`OriginCounters`].
#[derive(Default)]
pub(super) struct Counters {
    served: AtomicU64,
    failed_fast: AtomicU64,
    probes: AtomicU64,
    aborted: AtomicU64,
    in_flight: AtomicU64,
    in_flight_max: AtomicU64,
    waiting: AtomicU64,
}

impl Counters {
    pub(super) fn now(&self) -> OriginCounters {
        OriginCounters {
            served: self.served.load(Relaxed),
            failed_fast: self.failed_fast.load(Relaxed),
            probes: self.probes.load(Relaxed),
            aborted: self.aborted.load(Relaxed),
            in_flight: self.in_flight.load(Relaxed),
            in_flight_max: self.in_flight_max.load(Relaxed),
            waiting: self.waiting.load(Relaxed),
        }
    }

    /// Opens the account of one request; it counts as aborted unless it is settled.
    pub(super) fn open(&self) -> Account<'_> {
        Account { counters: self, answered: &self.aborted }
    }

    /// Counts a request as waiting until the guard is dropped.
    pub(super) fn wait(&self) -> Gauge<'_> {
        Gauge::raise(&self.waiting).0
    }

    /// Counts a request as in a slot until the guard is dropped.
    pub(super) fn occupy(&self) -> Gauge<'_> {
        let (gauge, now) = Gauge::raise(&self.in_flight);
        self.in_flight_max.fetch_max(now, Relaxed);
        gauge
    }
}

/// One request's end, counted once whichever way it comes.
pub(super) struct Account<'a> {
    counters: &'a Counters,
    answered: &'a AtomicU64,
}

impl Account<'_> {
    pub(super) fn served(mut self) {
        self.answered = &self.counters.served;
    }

    pub(super) fn failed_fast(mut self) {
        self.answered = &self.counters.failed_fast;
    }

    pub(super) fn probed(mut self) {
        self.answered = &self.counters.probes;
    }
}

impl Drop for Account<'_> {
    fn drop(&mut self) {
        self.answered.fetch_add(1, Relaxed);
    }
}

/// One request's part of a gauge.
pub(super) struct Gauge<'a>(&'a AtomicU64);

impl<'a> Gauge<'a> {
    fn raise(gauge: &'a AtomicU64) -> (Gauge<'a>, u64) {
        let now = gauge.fetch_add(1, Relaxed) + 1;
        (Gauge(gauge), now)
    }
}

impl Drop for Gauge<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}
