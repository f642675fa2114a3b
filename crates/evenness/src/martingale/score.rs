//! What a test knows at a moment.

use std::sync::Arc;

use crate::verdict::Verdict;

/// Windows of one second in a year: the run length for one alarm by chance in a year of one test.
/// Times the number of tests, of all pools, for one in a year of all.
pub const WINDOWS_PER_YEAR: f64 = 31_557_600.0;

/// Windows in a row without anything to judge, from which nothing is known.
const SILENT: u64 = 60;

/// How strongly a test doubts that all is well.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TestScore {
    /// ln of the score M; 0 and below: none.
    pub ln: f64,
    /// ln of the run length: the score at which it is an alarm.
    pub ln_alarm: f64,
    /// Windows in a row that had nothing to judge, up to now.
    pub silent: u64,
}

impl TestScore {
    /// Whether it is an alarm. By chance this comes once in the run length.
    pub fn is_alarm(&self) -> bool {
        self.ln >= self.ln_alarm
    }

    /// Uneven on alarm; no data where nothing was judged for a minute.
    pub fn verdict(&self) -> Verdict {
        match self.is_alarm() {
            true => Verdict::Uneven,
            false if self.silent >= SILENT => Verdict::NoData,
            false => Verdict::Even,
        }
    }

    /// The score of several balancers together, however they depend on each other: the mean
    /// of their scores, which is an e-detector again. It needs equal run lengths, and takes the
    /// longest. `None` of none.
    pub fn merge(parts: impl IntoIterator<Item = TestScore>) -> Option<TestScore> {
        let parts: Vec<TestScore> = parts.into_iter().collect();
        let silent = parts.iter().map(|part| part.silent).min()?;
        let ln_alarm = parts.iter().map(|part| part.ln_alarm).fold(f64::NEG_INFINITY, f64::max);
        let ln = ln_mean(parts.iter().map(|part| part.ln));
        Some(TestScore { ln, ln_alarm, silent })
    }
}

/// The endpoint that got the most above what it should have, since the evidence began.
#[derive(Clone, Debug, PartialEq)]
pub struct BindingExcess {
    /// The endpoint.
    pub endpoint: Arc<str>,
    /// What it got.
    pub counted: f64,
    /// What it should have got of the same total.
    pub expected: f64,
}

/// ln of the mean of numbers given by their logarithms; −∞ of none.
pub(crate) fn ln_mean(logarithms: impl Iterator<Item = f64> + Clone) -> f64 {
    let most = logarithms.clone().fold(f64::NEG_INFINITY, f64::max);
    if most.is_infinite() {
        return most;
    }
    let (mut sum, mut count) = (0.0, 0.0);
    for logarithm in logarithms {
        sum += (logarithm - most).exp();
        count += 1.0;
    }
    most + f64::ln(sum / count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(ln: f64, silent: u64) -> TestScore {
        TestScore { ln, ln_alarm: 17.0, silent }
    }

    #[test]
    fn balancers_are_averaged() {
        let two = TestScore::merge([score(20.0, 3), score(0.0, 90)]).expect("two");
        assert!((two.ln - (20.0 - 2.0f64.ln())).abs() < 1e-6);
        assert_eq!((two.silent, two.is_alarm()), (3, true));
        let many = (0..40).map(|at| score(if at == 0 { 20.0 } else { 0.0 }, 0));
        assert!(!TestScore::merge(many).expect("many").is_alarm());
        assert_eq!(TestScore::merge([]), None);
        let sure = TestScore::merge([score(f64::INFINITY, 0), score(0.0, 0)]);
        assert!(sure.expect("two").is_alarm());
    }

    #[test]
    fn silence_is_not_a_pass() {
        assert_eq!(score(1.0, 0).verdict(), Verdict::Even);
        assert_eq!(score(1.0, SILENT).verdict(), Verdict::NoData);
        assert_eq!(score(18.0, SILENT).verdict(), Verdict::Uneven);
    }
}
