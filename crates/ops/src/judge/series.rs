//! A pool's recent past: seconds, and tens of seconds, in fixed memory.

use std::collections::VecDeque;

use evenness::{EndpointWindow, PoolWindow};

/// Seconds that are kept.
const SECONDS: usize = 120;
/// Tens of seconds that are kept: half an hour.
const TENS: usize = 180;
const TEN: usize = 10;

/// The windows of one pool, the oldest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Series {
    seconds: VecDeque<PoolWindow>,
    tens: VecDeque<PoolWindow>,
    /// Seconds of the ten that is not whole yet.
    begun: usize,
}

impl Series {
    /// Takes the next second. Answers whether ten of them are whole.
    pub(crate) fn push(&mut self, second: PoolWindow) -> bool {
        self.seconds.push_back(second);
        if self.seconds.len() > SECONDS {
            self.seconds.pop_front();
        }
        self.begun += 1;
        if self.begun < TEN {
            return false;
        }
        self.begun = 0;
        let whole = self.seconds.len().saturating_sub(TEN);
        self.tens.extend(PoolWindow::sum(self.seconds.range(whole..)));
        if self.tens.len() > TENS {
            self.tens.pop_front();
        }
        true
    }

    /// The last so many seconds in one.
    pub(crate) fn last(&self, seconds: usize) -> Option<PoolWindow> {
        let from = self.seconds.len().saturating_sub(seconds);
        PoolWindow::sum(self.seconds.range(from..))
    }

    /// The time from one second to before another, in one: seconds where they are kept, else
    /// tens of them.
    pub(crate) fn between(&self, from_s: u64, until_s: u64) -> Option<PoolWindow> {
        let within = |window: &&PoolWindow| window.from_s >= from_s && window.from_s < until_s;
        if self.seconds.front().is_some_and(|first| first.from_s <= from_s) {
            return PoolWindow::sum(self.seconds.iter().filter(within));
        }
        PoolWindow::sum(self.tens.iter().filter(within))
    }

    /// Whether an endpoint came, went, or got more or less of its capacity to use within the last
    /// so many seconds. Who stays away is no change.
    pub(crate) fn has_changed(&self, seconds: usize) -> bool {
        let from = self.seconds.len().saturating_sub(seconds + 1);
        let latest: Vec<&PoolWindow> = self.seconds.range(from..).collect();
        latest.windows(2).any(|pair| !is_alike(pair[0], pair[1]))
    }

    /// The last so many whole tens of seconds, the oldest first.
    pub(crate) fn tens(&self, count: usize) -> Vec<PoolWindow> {
        let from = self.tens.len().saturating_sub(count);
        self.tens.range(from..).cloned().collect()
    }

    /// Up to ten minutes that ended before `until_s`, in one; `None` of less than `least_s`.
    pub(crate) fn before(&self, until_s: u64, least_s: f64) -> Option<PoolWindow> {
        let ends = |window: &&PoolWindow| window.from_s as f64 + window.length_s <= until_s as f64;
        let tens: Vec<&PoolWindow> = self.tens.iter().filter(ends).collect();
        let tens = &tens[tens.len().saturating_sub(60)..];
        let covered_s = tens.last().map_or(0.0, |ten| ten.from_s as f64 + ten.length_s);
        let rest = self.seconds.iter().filter(|second| second.from_s as f64 >= covered_s);
        let rest = rest.filter(|second| second.from_s < until_s);
        let all = PoolWindow::sum(tens.iter().copied().chain(rest))?;
        (all.length_s >= least_s).then_some(all)
    }
}

/// Whether the same endpoints can be used as far in both seconds.
fn is_alike(one: &PoolWindow, next: &PoolWindow) -> bool {
    let usable = |e: &EndpointWindow| {
        // Who answers nobody is away, though it is tried.
        let answers = e.statuses.iter().any(|&count| count > 0);
        let part = if e.capacity_s > 0.0 { e.usable_s / e.capacity_s } else { 0.0 };
        if e.failures > 0 && !answers { 0.0 } else { part }
    };
    one.endpoints.len() == next.endpoints.len()
        && one
            .endpoints
            .iter()
            .zip(&next.endpoints)
            .all(|((name, e), (then, f))| name == then && (usable(e) - usable(f)).abs() < 0.001)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(seconds: u64) -> Series {
        let mut series = Series::default();
        for from_s in 0..seconds {
            let second = PoolWindow { from_s, length_s: 1.0, requests: 1, ..PoolWindow::default() };
            series.push(second);
        }
        series
    }

    /// Goal: nothing is counted twice, and nothing that came later. Method: one request a second.
    #[test]
    fn before_a_moment_is_before_it() {
        let series = series(95);
        for until_s in [9u64, 10, 11, 42, 90, 94] {
            let before = series.before(until_s, 5.0).expect("enough");
            assert_eq!((before.requests, before.length_s), (until_s, until_s as f64), "{until_s}");
        }
        assert_eq!(series.before(4, 5.0), None);
    }

    /// Goal: a server that is dead for hours hides nothing. Method: one of two goes and stays away.
    #[test]
    fn who_stays_away_is_no_change() {
        let mut series = Series::default();
        let push = |series: &mut Series, seconds: u64, usable_s: f64| {
            for _ in 0..seconds {
                let endpoint = |usable_s| EndpointWindow {
                    capacity_s: 4.0,
                    usable_s,
                    ..EndpointWindow::default()
                };
                let endpoints = vec![("a".into(), endpoint(4.0)), ("b".into(), endpoint(usable_s))];
                series.push(PoolWindow { length_s: 1.0, endpoints, ..PoolWindow::default() });
            }
        };
        push(&mut series, 30, 4.0);
        assert!(!series.has_changed(20));
        push(&mut series, 5, 0.0);
        assert!(series.has_changed(20));
        push(&mut series, 20, 0.0);
        assert!(!series.has_changed(20));
        push(&mut series, 1, 4.0);
        assert!(series.has_changed(20));
    }

    #[test]
    fn it_is_of_fixed_size() {
        let series = series(10_000);
        assert_eq!((series.seconds.len(), series.tens.len()), (SECONDS, TENS));
        assert_eq!(series.last(10).expect("seconds").requests, 10);
        let before = series.before(9_980, 5.0).expect("enough");
        assert_eq!(before.requests, 600);
    }
}
