//! What a policy makes of rules.

use super::settings::{Policy, Ruling};
use crate::finding::Finding;
use crate::page::page;
use crate::severity::Severity;

/// Gives a finding the severity that a policy has for its rule; `None`: it is not to be told.
pub(crate) fn rule(policy: &Policy, finding: Finding) -> Option<Finding> {
    let doc = finding.rule;
    let names =
        |rule: &&String| rule.eq_ignore_ascii_case(doc.id) || rule.eq_ignore_ascii_case(doc.name);
    let Some(said) = policy.rules.keys().find(names) else { return Some(finding) };
    let severity = match policy.rules[said] {
        Ruling::Off => return None,
        Ruling::Error => Severity::Error,
        Ruling::Warning => Severity::Warning,
        Ruling::Info => Severity::Info,
    };
    Some(Finding { severity, ..finding })
}

/// Numbers of the rules that a policy has turned off.
pub(crate) fn off(policy: &Policy) -> Vec<&'static str> {
    let off = policy.rules.iter().filter(|(_, ruling)| **ruling == Ruling::Off);
    off.filter_map(|(rule, _)| Some(page(rule)?.id)).collect()
}
