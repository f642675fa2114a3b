//! What is expected of a scenario, and whether it came.

use serde::Deserialize;

use crate::report::Report;

/// Bounds; those that are absent are not asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Expectation {
    /// Most errors, as a part of the requests.
    pub errors: Option<f64>,
    /// Most requests whose connection was closed under them, as a part of the requests.
    pub stale: Option<f64>,
    /// Longest latency of 99 % of the requests, in ms.
    pub p99_ms: Option<f64>,
    /// The same beyond each request's own demand, in ms.
    pub excess_p99_ms: Option<f64>,
    /// Most requests from another server than their user's one before, as a part of all.
    pub moved: Option<f64>,
    /// Highest pressure of a server ÷ mean of all, over the whole time.
    pub peak_to_mean_pressure: Option<f64>,
    /// The same in any window of ten seconds.
    pub window_pressure: Option<f64>,
    /// Largest part of the answers that the two busiest servers give.
    pub top2_share: Option<f64>,
}

/// How a run went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As expected.
    Pass,
    /// Not as expected: each bound that was broken.
    Fail(Vec<String>),
}

impl Expectation {
    /// Holds a report against the bounds.
    pub fn judge(&self, report: &Report) -> Verdict {
        let part = |count: u64| count as f64 / report.requests.max(1) as f64;
        let seconds = report.answers.len();
        let window = || report.pressure_peaks(10).into_iter().fold(0.0, f64::max);
        let checks = [
            ("errors", self.errors, part(report.errors)),
            ("stale", self.stale, part(report.stale)),
            ("p99_ms", self.p99_ms, report.latency_ms(0.99)),
            ("excess_p99_ms", self.excess_p99_ms, report.excess_ms(0.99)),
            ("moved", self.moved, report.moved_ratio()),
            ("peak_to_mean_pressure", self.peak_to_mean_pressure, report.peak_to_mean_pressure()),
            ("window_pressure", self.window_pressure, window()),
            ("top2_share", self.top2_share, report.top_share(2, 0, seconds)),
        ];
        let broken = checks.iter().filter_map(|&(name, bound, seen)| {
            let bound = bound?;
            // What is no number was not kept.
            let kept = seen <= bound;
            (!kept).then(|| format!("{name} is {seen:.4}, expected at most {bound}"))
        });
        let broken: Vec<String> = broken.collect();
        if broken.is_empty() { Verdict::Pass } else { Verdict::Fail(broken) }
    }
}
