//! What came of a load, judged.

use drill::Report;

use super::spec::About;
use super::threshold::{Judged, Threshold};

/// Whether the load went as it had to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Pass,
    Fail,
    /// Nothing can be concluded, and why.
    Invalid(String),
}

impl Verdict {
    pub(super) fn word(&self) -> &'static str {
        match self {
            Verdict::Pass => "pass",
            Verdict::Fail => "fail",
            Verdict::Invalid(_) => "invalid",
        }
    }
}

/// All that a report tells.
pub(super) struct Outcome {
    pub(super) about: About,
    pub(super) report: Report,
    pub(super) thresholds: Vec<Judged>,
    pub(super) verdict: Verdict,
    /// Ended by a signal.
    pub(super) interrupted: bool,
}

impl Outcome {
    pub(super) fn of(
        about: About,
        report: Report,
        thresholds: &[Threshold],
        interrupted: bool,
    ) -> Outcome {
        let thresholds: Vec<Judged> = thresholds.iter().map(|one| one.judge(&report)).collect();
        let verdict = match report.invalid() {
            Some(why) => Verdict::Invalid(why),
            // No data is not fine.
            None if report.responses == 0 => Verdict::Fail,
            None if thresholds.iter().all(|one| one.passed) => Verdict::Pass,
            None => Verdict::Fail,
        };
        Outcome { about, report, thresholds, verdict, interrupted }
    }
}
