//! All logs of the firewalls, followed, and what they say of a stretch of time.

use evenness::{Coverage, FirewallWindow};

use super::followed::Followed;
use super::plan::FirewallPlan;
use super::ring::Ring;

/// The firewalls as their logs show them. Memory is fixed: about 1 kB for each second kept.
///
/// Several logs add up: a packet that two firewalls logged counts twice.
#[derive(Debug)]
pub struct Firewall {
    logs: Vec<Followed>,
    ring: Ring,
}

impl Firewall {
    /// Nothing is read before the first poll.
    pub fn new(plan: &FirewallPlan) -> Firewall {
        let logs = plan.logs.iter().map(|log| Followed::new(log, plan)).collect();
        Firewall { logs, ring: Ring::new(plan.kept_s) }
    }

    /// Reads what is new in every log, at most 8 MiB of each; meant for once a second. `now_s`
    /// is the time, seconds since the Unix epoch. It never waits for a log, and a log that
    /// cannot be read is no coverage, not an error.
    pub fn poll(&mut self, now_s: u64) {
        self.logs.iter_mut().for_each(|log| log.poll(now_s, &mut self.ring));
    }

    /// What was seen from one second to before another, as far as it is kept, and what of it the
    /// logs cover. Coverage is as of the last poll.
    pub fn window(&self, from_s: u64, to_s: u64) -> (FirewallWindow, Coverage) {
        (self.ring.window(from_s, to_s), self.coverage())
    }

    /// What the logs cover, as of the last poll.
    pub fn coverage(&self) -> Coverage {
        Coverage { files: self.logs.iter().map(Followed::coverage).collect() }
    }

    /// Bytes that are there and were not read yet.
    pub fn lag_bytes(&self) -> u64 {
        self.coverage().files.iter().map(|file| file.lag_bytes).sum()
    }

    /// The format of each log, in the plan's order; `None` while it is not found out.
    pub fn formats(&self) -> Vec<Option<config::FirewallFormat>> {
        self.logs.iter().map(Followed::format).collect()
    }
}

#[cfg(test)]
mod tests;
