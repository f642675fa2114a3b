//! A load second by second: few bytes for each, whatever happened in it.

use std::collections::VecDeque;
use std::time::Duration;

use super::latency::Latency;

/// What became of the requests that were due within one second.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Second {
    /// Requests started.
    pub requests: u64,
    /// Responses received whole, whatever their status.
    pub responses: u64,
    /// Requests without a response, and responses of status 400 and above.
    pub errors: u64,
    /// Half of all outcomes came within this, each from the moment its request was due.
    pub p50: Duration,
    /// 99 % of them.
    pub p99: Duration,
}

/// All seconds of a load, those of the warm-up too.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    seconds: Vec<Second>,
    /// Distributions of the latest seconds: outcomes of these may still come. An older one is
    /// replaced by its two quantiles, which is what keeps a long run small.
    open: VecDeque<Latency>,
    open_max: usize,
}

/// Seconds kept at most: a week of them.
const SECONDS_MAX: usize = 7 * 24 * 3600 + 1;

impl Timeline {
    /// Outcomes may come up to `patience` after their request was due.
    pub(super) fn new(patience: Duration) -> Timeline {
        let open_max = usize::try_from(patience.as_secs()).unwrap_or(usize::MAX).saturating_add(2);
        Timeline { open_max, ..Timeline::default() }
    }

    /// Its seconds, from the load's start on.
    pub fn seconds(&self) -> &[Second] {
        &self.seconds
    }

    pub(super) fn requested(&mut self, due: Duration) {
        if let Some(second) = self.second(due) {
            second.requests += 1;
        }
    }

    pub(super) fn responded(&mut self, due: Duration, latency: Duration, is_error: bool) {
        self.outcome(due, latency);
        if let Some(second) = self.second(due) {
            second.responses += 1;
            second.errors += u64::from(is_error);
        }
    }

    pub(super) fn failed(&mut self, due: Duration, latency: Duration) {
        self.outcome(due, latency);
        if let Some(second) = self.second(due) {
            second.errors += 1;
        }
    }

    /// Replaces every distribution by its quantiles: nothing more will come.
    pub(super) fn close(&mut self) {
        while !self.open.is_empty() {
            self.close_first();
        }
    }

    fn outcome(&mut self, due: Duration, latency: Duration) {
        let Some(index) = self.reach(due) else { return };
        let first_open = self.seconds.len() - self.open.len();
        // A machine that stood still answers later than patience lasts: counted, not measured.
        if let Some(open) = index.checked_sub(first_open).and_then(|at| self.open.get_mut(at)) {
            open.record(latency);
        }
    }

    fn second(&mut self, due: Duration) -> Option<&mut Second> {
        let index = self.reach(due)?;
        self.seconds.get_mut(index)
    }

    /// Its index, after making sure that it is there; `None` beyond what is kept.
    fn reach(&mut self, due: Duration) -> Option<usize> {
        let index = usize::try_from(due.as_secs()).ok().filter(|index| *index < SECONDS_MAX)?;
        while self.seconds.len() <= index {
            self.seconds.push(Second::default());
            self.open.push_back(Latency::coarse());
            if self.open.len() > self.open_max {
                self.close_first();
            }
        }
        Some(index)
    }

    fn close_first(&mut self) {
        let index = self.seconds.len() - self.open.len();
        if let (Some(latency), Some(second)) = (self.open.pop_front(), self.seconds.get_mut(index))
        {
            second.p50 = latency.quantile(0.5);
            second.p99 = latency.quantile(0.99);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: outcomes are told of the second in which their request was due, and old seconds are
    /// small. Method: a patience of one second, ten seconds, one answer that comes too late.
    #[test]
    fn seconds_close_behind_the_load() {
        let mut timeline = Timeline::new(Duration::from_secs(1));
        let ms = Duration::from_millis;
        for second in 0..10 {
            timeline.requested(ms(second * 1000));
            timeline.responded(ms(second * 1000), ms(100 + second), second == 3);
            assert!(timeline.open.len() <= 3);
        }
        timeline.failed(ms(1500), ms(9000));
        timeline.close();
        let seconds = timeline.seconds();
        assert_eq!((seconds.len(), timeline.open.len()), (10, 0));
        assert_eq!((seconds[1].requests, seconds[1].responses, seconds[1].errors), (1, 1, 1));
        assert_eq!(seconds[3].errors, 1);
        let p99 = seconds[5].p99.as_secs_f64();
        assert!((p99 / 0.105 - 1.0).abs() < 0.01, "{p99}");
    }

    #[test]
    fn what_is_a_year_away_is_not_kept() {
        let mut timeline = Timeline::new(Duration::MAX);
        timeline.requested(Duration::MAX);
        assert!(timeline.seconds().is_empty());
    }
}
