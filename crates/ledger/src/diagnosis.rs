//! A diagnosis as it is stored and shown.

use evenness::Cause;
use evenness::diagnosis::{Diagnosis, Hypothesis, Reading};
use serde::{Deserialize, Serialize};

use crate::alarm::AlarmRecord;

/// What is probably the matter with a pool, why, and what to do.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DiagnosisRecord {
    /// The pool.
    pub pool: String,
    /// The moment that was looked at, seconds since the Unix epoch.
    pub at: f64,
    /// How long the windows were that it rests on, seconds: 1 of what is going on, up to 60 of what
    /// is long past.
    #[serde(default)]
    pub step_s: u64,
    /// The causes, the likeliest first; `["unknown"]` where none stands out.
    pub causes: Vec<String>,
    /// What makes it worse without being where it came from.
    pub amplified_by: Option<String>,
    /// The likeliest of those that were not named.
    pub runner_up: Option<String>,
    /// `ruled_out`, `supported` or `inconclusive`.
    pub ddos: String,
    /// What that rests on.
    pub ddos_evidence: Vec<String>,
    /// All hypotheses, the likeliest first.
    pub hypotheses: Vec<HypothesisRecord>,
    /// What was changed in the ten minutes before the trouble, the latest last.
    #[serde(default)]
    pub before: Vec<String>,
    /// What would settle what is open.
    pub checks: Vec<String>,
    /// What to do next.
    pub actions: Vec<String>,
}

/// A cause with what speaks for it and against it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HypothesisRecord {
    /// The cause.
    pub cause: String,
    /// The sum of the evidence, decibans.
    pub decibans: f64,
    /// What speaks for it, the strongest first.
    #[serde(rename = "for")]
    pub evidence_for: Vec<EvidenceRecord>,
    /// What speaks against it, the strongest first.
    #[serde(rename = "against")]
    pub evidence_against: Vec<EvidenceRecord>,
}

/// One piece of evidence.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EvidenceRecord {
    /// The question that it answers.
    pub term: String,
    /// The answer.
    pub level: String,
    /// How much it says, decibans.
    pub decibans: f64,
    /// The figures, as a sentence.
    pub text: String,
}

impl DiagnosisRecord {
    /// The form of a diagnosis of a pool at a moment.
    pub fn new(pool: &str, at: f64, diagnosis: &Diagnosis) -> Self {
        let name = |cause: evenness::Cause| cause.name().to_owned();
        let readings = &diagnosis.readings;
        let hypotheses = diagnosis.hypotheses.iter();
        DiagnosisRecord {
            pool: pool.to_owned(),
            at,
            step_s: 1,
            causes: diagnosis.cause_names().into_iter().map(str::to_owned).collect(),
            amplified_by: diagnosis.amplified_by.map(name),
            runner_up: diagnosis.runner_up.map(name),
            ddos: diagnosis.ddos.name().to_owned(),
            ddos_evidence: diagnosis.ddos_evidence.clone(),
            hypotheses: hypotheses.map(|one| HypothesisRecord::new(one, readings)).collect(),
            before: diagnosis.before.clone(),
            checks: diagnosis.checks.clone(),
            actions: diagnosis.actions.clone(),
        }
    }

    /// Whether it names nothing but some of these causes: what was named before and is not seen any
    /// more may have been mended, by the bound among others, and was a cause all the same.
    pub fn narrows(&self, named: &[Cause]) -> bool {
        self.named().iter().all(|cause| named.contains(cause))
    }

    /// Whether an alarm should hear of it, one that only waits too: it knows no diagnosis yet, or
    /// one that names less or the same.
    pub fn is_news_to(&self, alarm: &AlarmRecord) -> bool {
        let named = self.named();
        let covers = alarm.causes.iter().all(|cause| named.contains(cause));
        let better = !alarm.named || covers || !self.narrows(&alarm.causes);
        !named.is_empty() && better
    }

    /// The causes that it names.
    pub fn named(&self) -> Vec<Cause> {
        self.causes.iter().filter_map(|name| Cause::by_name(name)).collect()
    }

    /// Whether a cause stands out.
    pub fn is_known(&self) -> bool {
        self.causes.iter().any(|cause| cause != "unknown")
    }
}

impl HypothesisRecord {
    fn new(hypothesis: &Hypothesis, readings: &[Reading]) -> Self {
        let told = |&(decibans, at): &(f64, usize)| EvidenceRecord {
            term: readings[at].term.name().to_owned(),
            level: readings[at].level.to_owned(),
            decibans,
            text: readings[at].text.clone(),
        };
        HypothesisRecord {
            cause: hypothesis.cause.name().to_owned(),
            decibans: hypothesis.decibans,
            evidence_for: hypothesis.evidence_for.iter().map(told).collect(),
            evidence_against: hypothesis.evidence_against.iter().map(told).collect(),
        }
    }
}
