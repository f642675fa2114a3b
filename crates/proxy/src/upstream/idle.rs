//! One worker's kept connections: newest first, capped, timed out, checked before use.

use std::collections::{BTreeMap, BTreeSet};

use config::KeepAlive;

use super::Upstream;
use crate::plan::{Plan, PlannedEndpoint};
use crate::worker::{TICK_MS, Worker};

/// Kept connections by endpoint slot.
#[derive(Debug, Default)]
pub(crate) struct Idle {
    slots: BTreeMap<usize, Vec<Kept>>,
    /// Time of the worker's latest tick.
    now_ms: u64,
}

#[derive(Debug)]
struct Kept {
    upstream: Upstream,
    until_ms: u64,
}

/// How a kept connection is checked before it is lent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Check {
    /// What the runtime has noticed: free, and a moment behind.
    Readiness,
    /// The socket itself is asked, for a request that must not be sent twice.
    Socket,
}

impl Idle {
    /// The most recently used connection that still lives; it is the least likely to be stale.
    pub(crate) fn take(&mut self, endpoint: &PlannedEndpoint, check: Check) -> Option<Upstream> {
        let now_ms = self.now_ms;
        let kept = self.slots.get_mut(&endpoint.slot)?;
        while let Some(Kept { mut upstream, until_ms }) = kept.pop() {
            let over = until_ms <= now_ms || upstream.is_stale();
            if !(over || check == Check::Socket && upstream.is_closed()) {
                upstream.reused = true;
                return Some(upstream);
            }
        }
        None
    }

    /// Keeps a connection, unless enough are kept.
    pub(crate) fn put(
        &mut self,
        endpoint: &PlannedEndpoint,
        keep: &KeepAlive,
        upstream: Upstream,
        worker: &Worker,
    ) {
        let kept = self.slots.entry(endpoint.slot).or_default();
        if kept.len() < keep.idle {
            // Taking knows the time of the latest tick only: one tick less, and a connection is
            // never used after the endpoint may have closed it.
            let timeout_ms = (keep.timeout.0.as_millis() as u64).saturating_sub(TICK_MS);
            kept.push(Kept { upstream, until_ms: worker.now_ms().saturating_add(timeout_ms) });
        }
    }

    /// Tells the time.
    pub(crate) fn tick(&mut self, now_ms: u64) {
        self.now_ms = now_ms;
    }

    /// Drops what is too old, was closed by the endpoint, or leads where no request goes now.
    pub(crate) fn prune(&mut self, plan: &Plan) {
        let endpoints = plan.pools.iter().flat_map(|pool| &pool.endpoints);
        let used: BTreeSet<usize> = endpoints.map(|endpoint| endpoint.slot).collect();
        let now_ms = self.now_ms;
        self.slots.retain(|slot, kept| {
            kept.retain(|kept| kept.until_ms > now_ms && !kept.upstream.is_stale());
            !kept.is_empty() && used.contains(slot)
        });
    }

    /// Drops everything.
    pub(crate) fn clear(&mut self) {
        self.slots.clear();
    }
}

#[cfg(test)]
mod tests;
