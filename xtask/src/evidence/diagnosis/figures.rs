//! Counts and middles of scores.

use super::score::{Outcome, Score};

/// A share as per cent.
pub(super) fn percent(part: usize, all: usize) -> f64 {
    100.0 * part as f64 / all.max(1) as f64
}

/// How many had an outcome.
pub(super) fn count(scores: &[&Score], outcome: Outcome) -> usize {
    scores.iter().filter(|score| score.outcome == outcome).count()
}

/// The value that the part `quantile` of all do not exceed; nothing of none.
pub(super) fn quantile(values: impl Iterator<Item = f64>, quantile: f64) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let rank = (values.len() as f64 * quantile).ceil() as usize;
    values.get(rank.saturating_sub(1)).copied()
}

/// Seconds for a table.
pub(super) fn seconds(value: Option<f64>) -> String {
    value.map_or("–".to_owned(), |value| format!("{value:.0}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_values_that_were_seen() {
        let all = || [4.0, 1.0, 3.0, 2.0].into_iter();
        assert_eq!((quantile(all(), 0.5), quantile(all(), 0.9)), (Some(2.0), Some(4.0)));
        assert_eq!(quantile(std::iter::empty(), 0.5), None);
        assert_eq!(percent(1, 4), 25.0);
    }
}
