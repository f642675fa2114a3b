//! Whether answers have become slow, and not just a few of them long.

use crate::latencies::Latencies;

/// Part of the usual answers that takes longer than the slowest hundredth begins at.
const USUAL: f64 = 0.01;
/// Standard errors above it that more than chance takes, and answers beside them.
const ERRORS: f64 = 4.0;
const MORE: f64 = 3.0;
/// Part of the answers that must be slow, however many there are.
const PART_MIN: f64 = 0.03;

/// Whether far more answers than before took longer than `times` what the slowest hundredth
/// usually begins at, `usual_s` in seconds. Of costs with a long tail some always do.
pub fn is_slow(latencies: &Latencies, usual_s: f64, times: f64) -> bool {
    let all = latencies.count() as f64;
    let due = USUAL * all;
    let most = (due + ERRORS * due.sqrt() + MORE).max(PART_MIN * all);
    usual_s > 0.0 && latencies.above(times * usual_s) > most
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(slow: u32, all: u32, expected: bool) {
        let mut latencies = Latencies::default();
        latencies.note_many(10_000_000, all - slow);
        latencies.note_many(500_000_000, slow);
        assert_eq!(is_slow(&latencies, 0.1, 2.0), expected, "{slow} of {all}");
    }

    #[test]
    fn a_few_long_ones_are_chance() {
        check(0, 0, false);
        check(5, 50, false);
        check(7, 50, true);
        check(25, 1000, false);
        check(40, 1000, true);
        check(2_000, 100_000, false);
        check(4_000, 100_000, true);
    }

    #[test]
    fn nothing_is_slow_where_nothing_is_usual() {
        let mut latencies = Latencies::default();
        latencies.note_many(500_000_000, 100);
        assert!(!is_slow(&latencies, 0.0, 2.0));
        assert!(is_slow(&latencies, 0.1, 3.0));
        assert!(!is_slow(&latencies, 0.3, 3.0));
    }
}
