//! What a running load has done so far, readable at any moment from any thread.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// The live counts of a load.
#[derive(Debug, Default)]
pub struct Progress {
    pub(super) requests: AtomicU64,
    pub(super) responses: AtomicU64,
    pub(super) failed: AtomicU64,
    pub(super) late: AtomicU64,
    pub(super) dropped: AtomicU64,
    pub(super) reconnects: AtomicU64,
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
}

impl Progress {
    /// The counts now. Each is exact; one may be a request ahead of another.
    pub fn now(&self) -> ProgressCounts {
        ProgressCounts {
            requests: self.requests.load(Relaxed),
            responses: self.responses.load(Relaxed),
            failed: self.failed.load(Relaxed),
            late: self.late.load(Relaxed),
            dropped: self.dropped.load(Relaxed),
            reconnects: self.reconnects.load(Relaxed),
        }
    }
}

pub(super) fn add_one(counter: &AtomicU64) {
    counter.fetch_add(1, Relaxed);
}
