//! Users who ask again: after an error at once, and when they have waited too long.
//!
//! The former request goes on at its server, in vain: most servers do not see that nobody waits.

use super::{Event, World};

/// What a user thinks of one request.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Patience {
    /// Times that they had asked before.
    before: u32,
    /// Counts all requests that ever used this place in the table.
    request: u32,
    /// They do not wait for it any more.
    lost: bool,
}

impl World<'_> {
    /// Begins to wait for a job.
    pub(super) fn waits(&mut self, at: u32, before: u32, now_ns: u64) {
        let retries = self.scenario.traffic.retries;
        let patience = &mut self.jobs[at as usize].patience;
        *patience = Patience { before, request: patience.request + 1, lost: false };
        if before < retries.most {
            let event = Event::Lost { job: at, request: patience.request };
            self.calendar.note(now_ns + retries.after_ns, event);
        }
    }

    /// The user has waited long enough.
    pub(super) fn loses_patience(&mut self, at: u32, request: u32, now_ns: u64) {
        let patience = &mut self.jobs[at as usize].patience;
        if patience.request == request {
            patience.lost = true;
            self.breaks(at, now_ns);
            self.again(at, now_ns);
        }
    }

    /// A job has ended: whether it is of no account, because its user has asked again or does.
    pub(super) fn is_asked_again(&mut self, at: u32, well: bool, now_ns: u64) -> bool {
        let patience = &mut self.jobs[at as usize].patience;
        // What was noted for it is void from now on.
        patience.request += 1;
        let Patience { before, lost, .. } = *patience;
        let asks = !lost && !well && before < self.scenario.traffic.retries.most;
        if asks {
            self.again(at, now_ns);
        }
        if lost || asks {
            self.free.push(at);
        }
        lost || asks
    }

    fn again(&mut self, at: u32, now_ns: u64) {
        let job = &self.jobs[at as usize];
        let (arrival, before) = (job.arrival, job.patience.before + 1);
        self.measure.asks_again(now_ns);
        self.asks(arrival, before, now_ns);
    }
}
