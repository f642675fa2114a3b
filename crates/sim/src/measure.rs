//! Gathers a play's report as it goes.

use crate::SECOND;
use crate::by_user::ByUser;
use crate::report::{Learned, Report};
use crate::server::Server;

/// The account that is being kept.
pub(crate) struct Measure {
    from_ns: u64,
    report: Report,
    /// Where each user's last answer came from.
    homes: ByUser<u16>,
    /// Answers in the second that is running.
    answers: Vec<u64>,
}

/// One answer that a user got.
pub(crate) struct Got {
    pub(crate) user: u32,
    /// The user may come again.
    pub(crate) returns: bool,
    pub(crate) server: usize,
    pub(crate) well: bool,
    pub(crate) began_ns: u64,
    pub(crate) demand_ns: u64,
    pub(crate) now_ns: u64,
}

impl Measure {
    /// Counts from `from_ns` on.
    pub(crate) fn new(from_ns: u64, users: usize, report: Report) -> Self {
        let answers = vec![0; report.names.len()];
        Measure { from_ns, report, homes: ByUser::new(users), answers }
    }

    pub(crate) fn begins(&mut self) {
        self.report.begun += 1;
    }

    /// A user asks again.
    pub(crate) fn asks_again(&mut self, now_ns: u64) {
        self.report.retried += u64::from(now_ns >= self.from_ns);
    }

    pub(crate) fn retries(&mut self, now_ns: u64) {
        self.report.retries += u64::from(now_ns >= self.from_ns);
    }

    /// A server has answered an attempt, well or not.
    pub(crate) fn answers(&mut self, server: usize) {
        self.answers[server] += 1;
    }

    /// A request has ended.
    pub(crate) fn ends(&mut self, got: &Got) {
        let moved = got.well && self.has_moved(got);
        if got.began_ns < self.from_ns {
            return;
        }
        let latency_ns = got.now_ns - got.began_ns;
        self.report.requests += 1;
        self.report.moved += u64::from(moved);
        self.report.errors += u64::from(!got.well);
        // Histograms grow with their values: this cannot fail.
        let _ = self.report.latency.record(latency_ns / 1000);
        if got.well {
            let _ = self.report.excess.record(latency_ns.saturating_sub(got.demand_ns) / 1000);
        }
    }

    fn has_moved(&mut self, got: &Got) -> bool {
        let here = got.server as u16;
        got.returns && self.homes.set(got.user, here).is_some_and(|before| before != here)
    }

    /// A second of the world has passed; the mean requests present at each server.
    pub(crate) fn second(
        &mut self,
        servers: &mut [Server],
        learned: Option<Learned>,
        now_ns: u64,
    ) -> Vec<f64> {
        self.report.learned.extend(learned);
        let present = servers.iter_mut().map(|s| s.take_area(now_ns) / SECOND as f64);
        let present: Vec<f64> = present.collect();
        let answers = self.answers.iter_mut().map(std::mem::take).collect();
        if now_ns > self.from_ns {
            self.report.present.push(present.clone());
            self.report.answers.push(answers);
        }
        present
    }

    pub(crate) fn finish(self) -> Report {
        self.report
    }
}
