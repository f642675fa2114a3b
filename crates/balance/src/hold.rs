//! A request that waits at the balancer for a place at its session's endpoint.
//!
//! What waits at an endpoint is settled: it will be served there, behind all the others. What
//! waits here can still go elsewhere, if the wait turns out long, so that a move is spent on a
//! request that needs it and not on one that might.

use alloc::sync::Arc;
use core::sync::atomic::Ordering::Relaxed;

use crate::endpoint::Endpoint;
use crate::pool::Pool;

/// Multiple of its slots that an endpoint is given before requests wait here: the next request
/// is there when a slot falls free, so that nothing is lost on the way.
pub(crate) const FULL: f64 = 1.25;
/// Multiple of its fair share from which it is the endpoint that is busy, and not the pool.
pub(crate) const UNEVEN: f64 = 1.25;
/// Wait after which a request may go elsewhere, in mean service times: with the whole budget of
/// moves unspent, and with nothing left of it.
const PATIENCE: f64 = 0.5;
const PATIENCE_POOR: f64 = 1.75;
/// Wait after which it queues at its endpoint after all: what was learned of slots may be wrong.
const MOST: f64 = 2.5;
/// The same as times, whatever the service takes.
const PATIENCE_MAX_NS: f64 = 1e8;
const MOST_MAX_NS: f64 = 2.5e8;

/// A place in the line before an endpoint; dropping it leaves the line.
#[derive(Debug)]
#[must_use = "dropping the hold leaves the line"]
pub struct Hold {
    endpoint: Arc<Endpoint>,
    until_ns: u64,
    anywhere: bool,
}

impl Hold {
    pub(crate) fn new(endpoint: &Arc<Endpoint>, until_ns: u64, anywhere: bool) -> Hold {
        endpoint.hot.held.fetch_add(1, Relaxed);
        Hold { endpoint: Arc::clone(endpoint), until_ns, anywhere }
    }

    /// Id of the endpoint that the session is bound to.
    pub fn endpoint(&self) -> u64 {
        self.endpoint.id()
    }

    /// When to ask again at the latest.
    pub fn until_ns(&self) -> u64 {
        self.until_ns
    }

    /// Whether it is to ask again when any endpoint has room, not only its own.
    pub fn anywhere(&self) -> bool {
        self.anywhere
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.endpoint.hot.held.fetch_sub(1, Relaxed);
    }
}

/// How long a request waits here, in ns.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms {
    /// Until it may go elsewhere.
    pub(crate) patience_ns: u64,
    /// Until it queues at its endpoint.
    pub(crate) most_ns: u64,
}

impl Terms {
    /// `None` while nobody knows how long a service takes.
    pub(crate) fn now(pool: &Pool) -> Option<Terms> {
        let service_ns = pool.shared.service_ns.load();
        let spent = pool.shared.moves.spent();
        let patience = PATIENCE + (PATIENCE_POOR - PATIENCE) * spent;
        (service_ns > 0.0).then(|| Terms {
            patience_ns: (patience * service_ns).min(PATIENCE_MAX_NS) as u64,
            most_ns: (MOST * service_ns).min(MOST_MAX_NS) as u64,
        })
    }
}
