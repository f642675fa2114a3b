//! Runs all rules over a configuration and takes out what its comments allow.

use foreign::Span;

use crate::day::Day;
use crate::finding::Finding;
use crate::policy::{Policy, allow, off, rule};
use crate::rule::Case;
use crate::rules::{ALL, REQUIRED};
use crate::severity::Severity;
use crate::suppress::{Ground, Settled, settle};

/// What was found in a configuration.
#[derive(Clone, Debug, Default)]
pub struct Audit {
    /// In the order of files and lines; what has no line comes first.
    pub findings: Vec<Finding>,
    /// What was found and is allowed.
    pub suppressed: Vec<Suppressed>,
    /// Numbers of rules that a policy has turned off.
    pub off: Vec<&'static str>,
}

/// A finding that somebody allowed.
#[derive(Clone, Debug)]
pub struct Suppressed {
    /// What was found.
    pub finding: Finding,
    /// Why it is right here.
    pub reason: String,
    /// The last day on which it is allowed.
    pub until: Option<Day>,
    /// The comment; absent where a policy's file allows it.
    pub by: Option<Span>,
}

impl Audit {
    /// The worst of what is not allowed.
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }

    /// How many findings are of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }
}

/// Judges a configuration. `today` says which suppressions have run out.
pub fn judge(case: &Case<'_>, today: Day) -> Audit {
    judge_by(case, &Policy::default(), today)
}

/// Judges a configuration, also by what an organisation asks of it.
pub fn judge_by(case: &Case<'_>, policy: &Policy, today: Day) -> Audit {
    let sources = case.subject.sources();
    let ground = Ground {
        sources,
        has_log: case.prediction.is_some(),
        has_running: !case.running.is_empty(),
        today,
    };
    allowed_by(policy, &ground, found_in(case, policy))
}

/// All that is found in a configuration.
pub(crate) fn found_in(case: &Case<'_>, policy: &Policy) -> Vec<Finding> {
    let mut found = Vec::new();
    for rule in ALL {
        rule.judge(case, &mut found);
    }
    for rule in REQUIRED {
        rule.judge(case, &policy.require, &mut found);
    }
    found
}

/// Takes out what comments and a policy allow, and puts the rest in order.
pub(crate) fn allowed_by(policy: &Policy, ground: &Ground<'_>, found: Vec<Finding>) -> Audit {
    // A comment about a rule that is off is no fault of the comment: what is off goes last.
    let Settled { findings, mut suppressed } = settle(ground, found);
    let (findings, mut allowed) = allow(policy, ground.sources, findings, ground.today);
    suppressed.append(&mut allowed);
    let ruled = |one: Suppressed| Some(Suppressed { finding: rule(policy, one.finding)?, ..one });
    let mut audit = Audit {
        findings: findings.into_iter().filter_map(|finding| rule(policy, finding)).collect(),
        suppressed: suppressed.into_iter().filter_map(ruled).collect(),
        off: off(policy),
    };
    audit.findings.sort_by(order);
    audit.suppressed.sort_by(|a, b| order(&a.finding, &b.finding));
    audit
}

fn order(a: &Finding, b: &Finding) -> std::cmp::Ordering {
    let key = |finding: &Finding| (finding.span, finding.rule.id);
    key(a).cmp(&key(b)).then_with(|| a.what.cmp(&b.what))
}
