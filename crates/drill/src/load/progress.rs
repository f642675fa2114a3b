//! What a running load has done so far, readable at any moment from any thread.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::latency::Latency;

/// The live counts of a load.
#[derive(Debug, Default)]
pub struct Progress {
    pub(super) requests: AtomicU64,
    pub(super) responses: AtomicU64,
    pub(super) failed: AtomicU64,
    pub(super) late: AtomicU64,
    pub(super) dropped: AtomicU64,
    pub(super) reconnects: AtomicU64,
    pub(super) ended: AtomicU64,
    outcomes: Mutex<Latency>,
}

/// The counts at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProgressCounts {
    /// Requests started.
    pub requests: u64,
    /// Responses received whole, whatever their status.
    pub responses: u64,
    /// Requests without a response, and responses of status 400 and above.
    pub failed: u64,
    /// Requests that started late.
    pub late: u64,
    /// Requests that were due and never started.
    pub dropped: u64,
    /// Requests sent again because their kept connection had been closed.
    pub reconnects: u64,
    /// Requests under way.
    pub in_flight: u64,
}

impl Progress {
    /// The counts now. Each is exact; one may be a request ahead of another.
    pub fn now(&self) -> ProgressCounts {
        // What ended is read first: more may have started since, but none ended before it started.
        let ended = self.ended.load(Relaxed);
        let requests = self.requests.load(Relaxed);
        ProgressCounts {
            requests,
            in_flight: requests.saturating_sub(ended),
            responses: self.responses.load(Relaxed),
            failed: self.failed.load(Relaxed),
            late: self.late.load(Relaxed),
            dropped: self.dropped.load(Relaxed),
            reconnects: self.reconnects.load(Relaxed),
        }
    }

    /// The time that the share `q` (0 to 1) of all outcomes so far took at most, those of the
    /// warm-up too, each from the moment its request was due.
    pub fn quantile(&self, q: f64) -> Duration {
        self.outcomes.lock().unwrap_or_else(PoisonError::into_inner).quantile(q)
    }

    /// A request has ended, one way or the other.
    pub(super) fn end(&self, latency: Duration) {
        add_one(&self.ended);
        self.outcomes.lock().unwrap_or_else(PoisonError::into_inner).record(latency);
    }
}

pub(super) fn add_one(counter: &AtomicU64) {
    counter.fetch_add(1, Relaxed);
}
