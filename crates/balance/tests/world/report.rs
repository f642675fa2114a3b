//! What was seen of one run.

use super::SECOND;

/// Counts and delays of one run.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Latency minus demand per answered request, in ms; sorted at the end.
    pub excess_ms: Vec<f64>,
    /// When requests failed for good.
    pub failed_at_ns: Vec<u64>,
    pub requests: u64,
    pub retries: u64,
    /// Requests whose session was moved, and when.
    pub moved_at_ns: Vec<u64>,
    /// Answers that came from another server than their user's one before: what users see.
    pub changes: u64,
    /// Mean in flight per tenth of a second and server.
    pub in_flight: Vec<Vec<f64>>,
    /// Requests sent per second and server, attempts included.
    pub sent: Vec<Vec<u64>>,
    /// Learned speeds per second and server.
    pub speeds: Vec<Vec<f64>>,
    pub slots: Vec<f64>,
}

impl Report {
    pub fn quantile(&self, q: f64) -> f64 {
        let at = (self.excess_ms.len() as f64 * q) as usize;
        self.excess_ms.get(at.min(self.excess_ms.len().saturating_sub(1))).copied().unwrap_or(0.0)
    }

    pub fn mean(&self) -> f64 {
        self.excess_ms.iter().sum::<f64>() / self.excess_ms.len().max(1) as f64
    }

    pub fn failed_within(&self, from_s: f64, to_s: f64) -> usize {
        count_within(&self.failed_at_ns, from_s, to_s)
    }

    pub fn moved_ratio(&self) -> f64 {
        self.moved_at_ns.len() as f64 / self.requests.max(1) as f64
    }

    /// Part of the answers that came from another server than their user's one before.
    pub fn changed_ratio(&self) -> f64 {
        self.changes as f64 / self.requests.max(1) as f64
    }

    pub fn moved_within(&self, from_s: f64, to_s: f64) -> usize {
        count_within(&self.moved_at_ns, from_s, to_s)
    }

    /// The highest server's mean in flight over the servers' mean, per window, from `from_s` on.
    pub fn peaks(&self, from_s: f64, window_s: f64) -> Vec<f64> {
        let (from, size) = ((from_s * 10.0) as usize, (window_s * 10.0) as usize);
        let windows = self.in_flight.get(from..).unwrap_or_default().chunks_exact(size.max(1));
        let peak = |rows: &[Vec<f64>]| {
            let sums = (0..rows[0].len()).map(|s| rows.iter().map(|row| row[s]).sum::<f64>());
            let sums: Vec<f64> = sums.collect();
            let mean = sums.iter().sum::<f64>() / sums.len() as f64;
            sums.into_iter().fold(0.0, f64::max) / mean.max(1e-9)
        };
        windows.map(peak).collect()
    }

    /// Part of the requests that the servers at `indices` were sent between two seconds.
    pub fn share(&self, indices: &[usize], from_s: usize, to_s: usize) -> f64 {
        let rows = &self.sent[from_s.min(self.sent.len())..to_s.min(self.sent.len())];
        let all: u64 = rows.iter().flatten().sum();
        let own: u64 = rows.iter().flat_map(|row| indices.iter().map(|&i| row[i])).sum();
        own as f64 / all.max(1) as f64
    }
}

fn count_within(times: &[u64], from_s: f64, to_s: f64) -> usize {
    let within = |&&at: &&u64| {
        let at_s = at as f64 / SECOND as f64;
        at_s >= from_s && at_s < to_s
    };
    times.iter().filter(within).count()
}
