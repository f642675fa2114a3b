//! Holds what a configuration became against what it was.

use std::collections::BTreeMap;

use crate::finding::Finding;
use crate::judge::Audit;
use crate::subject::Subject;

/// Findings by rule and pool. Their words and lines may have moved.
type Counts<'a> = BTreeMap<(&'static str, Option<&'a str>), usize>;

/// # Errors
/// What is there now that was not, or is still there that was mended.
pub(super) fn prove(
    before: &Subject,
    audit: &Audit,
    mended: &[&Finding],
    after: &Subject,
    left: &Audit,
) -> Result<(), String> {
    if let Some(error) = after.errors.first() {
        return Err(format!("its balancer would refuse it: {}", error.what));
    }
    let names = |subject: &Subject| -> Vec<String> {
        let sources = subject.sources();
        sources.files().map(|file| sources.name(file).to_owned()).collect()
    };
    if names(before) != names(after) {
        return Err("it would consist of other files".to_owned());
    }
    let (was, done) = (count(audit.findings.iter()), count(mended.iter().copied()));
    for (key, now) in count(left.findings.iter()) {
        let of = |counts: &Counts<'_>| counts.get(&key).copied().unwrap_or_default();
        if now + of(&done) > of(&was) {
            let pool = key.1.map_or(String::new(), |pool| format!(" of `{pool}`"));
            return Err(format!("{}{pool} would be found", key.0));
        }
    }
    match count(audit.suppressed.iter().map(|one| &one.finding))
        == count(left.suppressed.iter().map(|one| &one.finding))
    {
        true => Ok(()),
        false => Err("other findings would be allowed".to_owned()),
    }
}

fn count<'a>(findings: impl Iterator<Item = &'a Finding>) -> Counts<'a> {
    let mut counts = Counts::new();
    for finding in findings {
        *counts.entry((finding.rule.id, finding.pool.as_deref())).or_default() += 1;
    }
    counts
}
