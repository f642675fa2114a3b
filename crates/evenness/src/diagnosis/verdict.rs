//! What a diagnosis comes to.

use super::score::Hypothesis;
use super::term::Reading;
use crate::cause::Cause;

/// Whether it is a denial of service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ddos {
    /// It is none: traffic and firewall say so.
    RuledOut,
    /// There is evidence for one.
    Supported,
    /// Not enough is known to tell.
    Inconclusive,
}

impl Ddos {
    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Ddos::RuledOut => "ruled_out",
            Ddos::Supported => "supported",
            Ddos::Inconclusive => "inconclusive",
        }
    }
}

/// What is probably the matter, why, and what to do.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnosis {
    /// The causes, the likeliest first: none (unknown), one, or two that each have evidence of
    /// their own.
    pub causes: Vec<Cause>,
    /// What makes it worse without being where it came from.
    pub amplified_by: Option<Cause>,
    /// The likeliest of those that were not named.
    pub runner_up: Option<Cause>,
    /// All hypotheses, the likeliest first.
    pub hypotheses: Vec<Hypothesis>,
    /// All answers that were found, for whomever they speak.
    pub readings: Vec<Reading>,
    /// Whether it is a denial of service.
    pub ddos: Ddos,
    /// What that rests on, for and against, a sentence each.
    pub ddos_evidence: Vec<String>,
    /// What was changed in the ten minutes before, the latest last.
    pub before: Vec<String>,
    /// What would settle what is open.
    pub checks: Vec<String>,
    /// What to do next.
    pub actions: Vec<String>,
}

impl Diagnosis {
    /// The causes' names, or `unknown`.
    pub fn cause_names(&self) -> Vec<&'static str> {
        match self.causes.as_slice() {
            [] => vec!["unknown"],
            causes => causes.iter().map(|cause| cause.name()).collect(),
        }
    }
}
