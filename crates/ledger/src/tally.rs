//! Counters of one worker. One thread writes, so an addition is a load and a store; any thread
//! reads, and readers add the workers up.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::histogram::Histogram;

/// Reasons of picks that a tally has room for.
pub const REASONS: usize = 9;
/// Kinds of errors made by the balancer that a tally has room for.
pub const ERRORS: usize = 24;

/// What one worker sent to one endpoint.
#[derive(Debug, Default)]
pub struct EndpointTally {
    /// Attempts.
    pub requests: AtomicU64,
    /// Answers by class; index 0 is 1xx.
    pub statuses: [AtomicU64; 5],
    /// Attempts that ended without an answer.
    pub failures: AtomicU64,
    /// Attempts that were retries.
    pub retries: AtomicU64,
    /// Sessions bound.
    pub bindings: AtomicU64,
    /// Picks by reason.
    pub picks: [AtomicU64; REASONS],
    /// Requests whose session asked for it, whoever served them then.
    pub claims: AtomicU64,
    /// Sum of the picks' probabilities, in millionths.
    pub propensity: AtomicU64,
    /// Sum of −ln of the same, in millionths.
    pub surprise: AtomicU64,
    /// Request body bytes sent.
    pub bytes_in: AtomicU64,
    /// Response body bytes received.
    pub bytes_out: AtomicU64,
    /// Time to first byte.
    pub latency: Histogram,
}

/// What one worker did for one pool.
#[derive(Debug, Default)]
pub struct PoolTally {
    /// Requests routed to it.
    pub requests: AtomicU64,
    /// Answers made by the balancer, by kind.
    pub errors: [AtomicU64; ERRORS],
    /// Retries made.
    pub retries: AtomicU64,
    /// Retries the budget refused.
    pub retries_refused: AtomicU64,
    /// Requests that waited for an endpoint.
    pub queue_waited: AtomicU64,
    /// Requests that waited for a place at their session's endpoint.
    pub held: AtomicU64,
}

/// What one worker did besides.
#[derive(Debug, Default)]
pub struct WorkerTally {
    /// Connections accepted.
    pub accepted: AtomicU64,
    /// Connections closed at once because of a limit.
    pub refused: AtomicU64,
    /// Requests that no pool saw, by kind of error.
    pub errors: [AtomicU64; ERRORS],
}

/// Adds to a counter that only the calling thread writes.
pub fn add(counter: &AtomicU64, amount: u64) {
    counter.store(counter.load(Relaxed).wrapping_add(amount), Relaxed);
}
