//! A request that waits at the balancer for a place at an endpoint.
//!
//! What waits at an endpoint is settled: it will be served there, behind all the others. What
//! waits here can still go elsewhere. A request of no session goes where a slot falls free first,
//! as from one queue before all endpoints. A session's goes elsewhere if the wait turns out long,
//! so that a move is spent on a request that needs it and not on one that might.

use alloc::sync::Arc;
use core::sync::atomic::Ordering::Relaxed;

use crate::endpoint::Endpoint;
use crate::pick::Ask;
use crate::policy;
use crate::pool::Pool;
use crate::spec::Policy;

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

/// What a request that is held waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// A place at its session's endpoint.
    Home,
    /// A place there, or at any that can carry the session.
    Elsewhere,
    /// A place at any endpoint: where it finds none, nobody who wants the same does.
    Any,
}

/// A place in the line before an endpoint; dropping it leaves the line.
#[derive(Debug)]
#[must_use = "dropping the hold leaves the line"]
pub struct Hold {
    endpoint: Arc<Endpoint>,
    until_ns: u64,
    want: Want,
}

impl Hold {
    pub(crate) fn new(endpoint: &Arc<Endpoint>, until_ns: u64, want: Want) -> Hold {
        endpoint.hot.held.fetch_add(1, Relaxed);
        Hold { endpoint: Arc::clone(endpoint), until_ns, want }
    }

    /// Id of the endpoint that it would have gone to, and counts with.
    pub fn endpoint(&self) -> u64 {
        self.endpoint.id()
    }

    /// When to ask again at the latest.
    pub fn until_ns(&self) -> u64 {
        self.until_ns
    }

    /// What it waits for: when there is some, it asks again.
    pub fn want(&self) -> Want {
        self.want
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.endpoint.hot.held.fetch_sub(1, Relaxed);
    }
}

/// Whether one more request was seen to wait there: one that is held while slots are free waits
/// in vain. What is on its way counts among what is there, as it did when this was learned.
pub(crate) fn is_full(pool: &Pool, index: usize) -> bool {
    let endpoint = &pool.endpoints()[index];
    f64::from(endpoint.in_flight()) >= (endpoint.hot.undelayed.load() - 0.5).max(1.0)
}

impl Pool {
    /// Whether requests may be held at all: the others need not know who waits.
    pub(crate) fn holds(&self) -> bool {
        self.is_pooled() || self.spec().affinity.is_some()
    }

    /// Whether requests of no session wait in one queue. Not in a pool too large to look at every
    /// endpoint: what falls free would rarely be among those that are looked at.
    fn is_pooled(&self) -> bool {
        self.spec().policy == Policy::LeastPressure && policy::is_scanned(self)
    }
}

/// Holds a request of no session where the best endpoint for it is full.
pub(crate) fn of_any(pool: &Pool, best: usize, ask: &Ask<'_>) -> Option<Hold> {
    let endpoint = &pool.endpoints()[best];
    // A slot that has just fallen free is theirs who wait for it.
    let taken = is_full(pool, best) || ask.since_ns.is_none() && endpoint.held() > 0;
    if !ask.may_wait || !pool.is_pooled() || !taken {
        return None;
    }
    let until_ns = ask.since_ns.unwrap_or(ask.now_ns).saturating_add(Terms::now(pool)?.most_ns);
    (ask.now_ns < until_ns).then(|| Hold::new(endpoint, until_ns, Want::Any))
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
