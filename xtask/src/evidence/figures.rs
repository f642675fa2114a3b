//! The figures of one balancer in one scenario, over seeds or rounds.

use std::collections::BTreeMap;

use serde_json::Value;

/// What is shown, by the names of `--format json`.
pub(crate) const SHOWN: [&str; 14] = [
    "requests",
    WINDOW,
    "errors",
    "stale",
    "p50_ms",
    "p99_ms",
    "p999_ms",
    "excess_mean_ms",
    "excess_p99_ms",
    "moved_ratio",
    "peak_to_mean_pressure",
    "peak_to_mean_share",
    "jain",
    TOP2,
];

/// The highest pressure over the mean in any ten seconds.
pub(crate) const WINDOW: &str = "window_pressure";

/// Part of the answers that the two busiest servers gave; made of the endpoints' shares.
pub(crate) const TOP2: &str = "top2_share";

/// One balancer's figures of every run.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Figures {
    runs: BTreeMap<&'static str, Vec<f64>>,
}

impl Figures {
    pub(crate) fn add(&mut self, object: &Value) {
        let mut shares: Vec<f64> = object["endpoints"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|endpoint| endpoint["share"].as_f64())
            .collect();
        shares.sort_by(|a, b| b.total_cmp(a));
        for name in SHOWN {
            let value = match name {
                TOP2 if shares.is_empty() => None,
                TOP2 => Some(shares.iter().take(2).sum()),
                _ => object[name].as_f64(),
            };
            if let Some(value) = value {
                self.runs.entry(name).or_default().push(value);
            }
        }
    }

    /// Median over the runs; nothing without any.
    pub(crate) fn median(&self, name: &str) -> Option<f64> {
        let mut values = self.runs.get(name)?.clone();
        values.sort_by(f64::total_cmp);
        let middle = values.len() / 2;
        match values.len() % 2 {
            1 => Some(values[middle]),
            _ => Some((values.get(middle.checked_sub(1)?)? + values[middle]) / 2.0),
        }
    }

    /// The highest of the runs; nothing without any.
    pub(crate) fn most(&self, name: &str) -> Option<f64> {
        self.runs.get(name)?.iter().copied().max_by(f64::total_cmp)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_median_is_that_of_the_runs() {
        let mut figures = Figures::default();
        assert_eq!(figures.median("p99_ms"), None);
        for p99_ms in [9.0, 1.0, 5.0] {
            figures.add(&json!({ "p99_ms": p99_ms, "unknown": 1 }));
        }
        assert_eq!((figures.median("p99_ms"), figures.most("p99_ms")), (Some(5.0), Some(9.0)));
        figures.add(&json!({ "p99_ms": 7.0 }));
        assert_eq!(figures.median("p99_ms"), Some(6.0));
        let shares = [0.1, 0.5, 0.4].map(|share| json!({ "share": share }));
        figures.add(&json!({ "endpoints": shares }));
        assert_eq!(figures.median(TOP2), Some(0.9));
    }
}
