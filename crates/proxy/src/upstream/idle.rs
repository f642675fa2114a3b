//! One worker's kept connections: newest first, capped, timed out, checked before use.

use config::KeepAlive;

use super::Upstream;
use crate::plan::PlannedEndpoint;
use crate::worker::Worker;

/// Kept connections by endpoint slot.
#[derive(Debug, Default)]
pub(crate) struct Idle {
    slots: Vec<Vec<Kept>>,
}

#[derive(Debug)]
struct Kept {
    upstream: Upstream,
    until_ms: u64,
}

impl Idle {
    /// The most recently used connection that still lives; it is the least likely to be stale.
    ///
    /// `ask` asks the socket itself: for a request that must not be sent twice, readiness that
    /// has not been noticed yet is not good enough.
    pub(crate) fn take(&mut self, endpoint: &PlannedEndpoint, ask: bool) -> Option<Upstream> {
        let kept = self.slots.get_mut(endpoint.slot)?;
        while let Some(Kept { mut upstream, .. }) = kept.pop() {
            if !(upstream.is_stale() || ask && upstream.is_closed()) {
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
        if self.slots.len() <= endpoint.slot {
            self.slots.resize_with(endpoint.slot + 1, Vec::new);
        }
        let kept = &mut self.slots[endpoint.slot];
        if kept.len() < keep.idle {
            let timeout_ms = keep.timeout.0.as_millis() as u64;
            kept.push(Kept { upstream, until_ms: worker.now_ms() + timeout_ms });
        }
    }

    /// Drops what is too old or was closed by the endpoint.
    pub(crate) fn prune(&mut self, now_ms: u64) {
        for kept in &mut self.slots {
            kept.retain(|kept| kept.until_ms > now_ms && !kept.upstream.is_stale());
            if kept.is_empty() {
                kept.shrink_to_fit();
            }
        }
    }

    /// Drops everything.
    pub(crate) fn clear(&mut self) {
        self.slots.clear();
    }
}

#[cfg(test)]
mod tests;
