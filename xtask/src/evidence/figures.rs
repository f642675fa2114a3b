//! The figures of one balancer in one scenario, over seeds or rounds.

use std::collections::BTreeMap;

use serde_json::Value;

/// What is shown, by the names of `--format json`.
pub(crate) const SHOWN: [&str; 8] = [
    "errors",
    "p50_ms",
    "p99_ms",
    "p999_ms",
    "excess_mean_ms",
    "excess_p99_ms",
    "moved_ratio",
    "peak_to_mean_pressure",
];

/// One balancer's figures of every run.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Figures {
    runs: BTreeMap<&'static str, Vec<f64>>,
}

impl Figures {
    pub(crate) fn add(&mut self, object: &Value) {
        for name in SHOWN {
            if let Some(value) = object[name].as_f64() {
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
        assert_eq!(figures.median("p99_ms"), Some(5.0));
        figures.add(&json!({ "p99_ms": 7.0 }));
        assert_eq!(figures.median("p99_ms"), Some(6.0));
    }
}
