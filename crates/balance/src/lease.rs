//! A picked request's place at its endpoint: returned exactly once, whatever happens.

use alloc::sync::Arc;

use crate::eject;
use crate::endpoint::Endpoint;
use crate::policy;
use crate::pool::Pool;
use crate::session::Place;
use crate::spec::Policy;
use crate::trust;

/// How an attempt ended, as far as the endpoint is to be judged by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It answered, and the answer is not the server's fault; the time to the first byte.
    Success {
        /// From the request sent to the response's head.
        first_byte_ns: u64,
    },
    /// It refused, broke off, timed out, or answered that it is at fault (5xx).
    Failure,
}

/// Holds one place in flight at an endpoint; dropping it returns the place.
///
/// A lease that is dropped without [`Lease::judge`] (a client left, a task was cancelled)
/// says nothing about the endpoint.
#[derive(Debug)]
#[must_use = "dropping the lease returns the place"]
pub struct Lease {
    pool: Arc<Pool>,
    index: usize,
    session: Option<Place>,
    /// Requests at the endpoint when it came, itself included.
    present: u32,
    now_ns: u64,
}

impl Lease {
    pub(crate) fn new(pool: Arc<Pool>, index: usize, session: Option<Place>, now_ns: u64) -> Self {
        let present = pool.endpoints()[index].in_flight();
        Lease { pool, index, session, present, now_ns }
    }

    /// Position of the endpoint in its pool's plan.
    pub fn index(&self) -> usize {
        self.index
    }

    /// The plan that the pick was made from.
    pub fn pool(&self) -> &Arc<Pool> {
        &self.pool
    }

    /// The endpoint.
    pub fn endpoint(&self) -> &Arc<Endpoint> {
        &self.pool.endpoints()[self.index]
    }

    /// Tells the endpoint's outcome: once per attempt, and once more as a failure where an answer
    /// that began well broke off. The place stays taken: a body may still be on its way.
    pub fn judge(&self, outcome: Outcome, now_ns: u64) {
        let endpoint = self.endpoint();
        match outcome {
            Outcome::Success { first_byte_ns } => {
                let nth = trust::succeeded(endpoint);
                endpoint.flow.note(nth, endpoint.in_flight());
                if self.pool.holds() {
                    endpoint.answers.note(self.present, first_byte_ns);
                }
                if self.pool.spec().policy == Policy::PeakEwma {
                    policy::observe(endpoint, first_byte_ns, now_ns);
                }
            }
            Outcome::Failure => self.punish(endpoint, now_ns),
        }
    }

    /// Whether the request is a known session's, so that the time of its end matters.
    pub fn has_session(&self) -> bool {
        self.session.is_some()
    }

    /// Returns the place; `now_ns` marks the session's last activity.
    pub fn finish(mut self, now_ns: u64) {
        self.now_ns = now_ns;
    }

    fn punish(&self, endpoint: &Endpoint, now_ns: u64) {
        let row = trust::failed(endpoint);
        let most = self.pool.spec().ejection.consecutive;
        let convicts =
            most > 0 && eject::is_convicting(self.pool.endpoints(), self.index, row, most);
        if convicts && self.pool.eject(self.index, now_ns) {
            self.pool.refresh(now_ns);
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(place) = self.session {
            self.pool.sessions().leave(place, self.now_ns);
        }
        self.endpoint().release();
    }
}
