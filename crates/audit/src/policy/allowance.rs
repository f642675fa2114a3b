//! What a policy allows in some files.

use foreign::Sources;

use super::pattern::means;
use super::settings::{Allowance, Policy};
use crate::day::Day;
use crate::finding::Finding;
use crate::judge::Suppressed;
use crate::suppress::EXPIRED;

/// Takes out what a policy allows, and tells what it has allowed up to a day that is over. One that
/// allows nothing here may be about another file.
pub(crate) fn allow(
    policy: &Policy,
    sources: &Sources,
    findings: Vec<Finding>,
    today: Day,
) -> (Vec<Finding>, Vec<Suppressed>) {
    let (mut left, mut allowed, mut over) = (Vec::new(), Vec::new(), Vec::new());
    for finding in findings {
        let mut about = policy.allow.iter().filter(|one| is_about(one, &finding, sources));
        let until = |one: &Allowance| one.until.as_ref().and_then(|day| day.parse().ok());
        let is_over = |one: &Allowance| until(one).is_some_and(|day: Day| day < today);
        match about.clone().find(|one| !is_over(one)) {
            Some(one) => allowed.push(Suppressed {
                finding,
                reason: one.reason.clone(),
                until: until(one),
                by: None,
            }),
            None => {
                if let Some((one, day)) = about.find_map(|one| Some((one, until(one)?))) {
                    over.push(expired(one, day, &finding));
                }
                left.push(finding);
            }
        }
    }
    left.append(&mut over);
    (left, allowed)
}

fn is_about(one: &Allowance, finding: &Finding, sources: &Sources) -> bool {
    let is_rule = one.rule.eq_ignore_ascii_case(finding.rule.id)
        || one.rule.eq_ignore_ascii_case(finding.rule.name);
    let file = finding.span.map(|span| span.file).or_else(|| sources.files().next());
    is_rule && file.is_some_and(|file| means(&one.file, sources.name(file)))
}

fn expired(one: &Allowance, day: Day, finding: &Finding) -> Finding {
    let what =
        format!("the policy allowed `{}` in `{}` until {day}, which is over", one.rule, one.file);
    Finding { pool: finding.pool.clone(), ..Finding::new(&EXPIRED, what).at(finding.span) }
}
