//! Runs all rules over a configuration and takes out what its comments allow.

use foreign::Span;

use crate::day::Day;
use crate::finding::Finding;
use crate::rule::Case;
use crate::rules::ALL;
use crate::severity::Severity;
use crate::suppress::settle;

/// What was found in a configuration.
#[derive(Clone, Debug)]
pub struct Audit {
    /// In the order of files and lines; what has no line comes first.
    pub findings: Vec<Finding>,
    /// What was found and is allowed.
    pub suppressed: Vec<Suppressed>,
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
    let mut found = Vec::new();
    for rule in ALL {
        rule.judge(case, &mut found);
    }
    let settled = settle(case, found, today);
    let mut audit = Audit { findings: settled.findings, suppressed: settled.suppressed };
    audit.findings.sort_by(order);
    audit.suppressed.sort_by(|a, b| order(&a.finding, &b.finding));
    audit
}

fn order(a: &Finding, b: &Finding) -> std::cmp::Ordering {
    let key = |finding: &Finding| (finding.span, finding.rule.id);
    key(a).cmp(&key(b)).then_with(|| a.what.cmp(&b.what))
}
