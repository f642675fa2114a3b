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
    // What is allowed no more would have been found.
    let allowed = count(audit.suppressed.iter().map(|one| &one.finding));
    let mut now = count(left.suppressed.iter().map(|one| &one.finding)).into_iter();
    match now.all(|(key, now)| allowed.get(&key).is_some_and(|was| now <= *was)) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::day::Day;
    use crate::judge::judge;
    use crate::product::Product;
    use crate::rule::Case;
    use crate::subject::read_text;

    fn judged(lines: &str) -> (Subject, Audit) {
        let servers = "  server a 10.0.0.1:80 cookie a\n  server b 10.0.0.2:80 cookie b\n";
        let text = format!("backend p\n  mode http\n{lines}\n{servers}");
        let subject = read_text("a.cfg", &text, Some(Product::Haproxy)).unwrap();
        let audit = judge(&Case::of(&subject), Day::FIRST);
        (subject, audit)
    }

    /// Goal: nothing is written that is worse, or that mends nothing. Method: one cookie's line,
    /// and what a wrong change could make of it.
    #[test]
    fn an_outcome_is_what_was_meant_or_is_refused() {
        let (before, audit) = judged("  cookie C insert indirect");
        let mended: Vec<&Finding> =
            audit.findings.iter().filter(|finding| finding.rule.id == "EKP107").collect();
        assert_eq!(mended.len(), 1);
        let told = |lines: &str| {
            let (after, left) = judged(lines);
            prove(&before, &audit, &mended, &after, &left).err().unwrap_or_default()
        };
        assert_eq!(told("  cookie C insert indirect nocache"), "");
        assert!(told("  cookie C insert indirect").contains("EKP107 of `p`"));
        let persist = "  cookie C insert indirect nocache\n  option persist";
        assert!(told(persist).contains("EKP106 of `p`"), "{}", told(persist));
        let broken = told("  cookie C insert indirect nocache maxlife soon");
        assert!(broken.contains("would refuse it"), "{broken}");
        let allowed = told("  # evenkeel: allow EKP104 -- why\n  cookie C insert indirect nocache");
        assert!(allowed.contains("would be allowed"), "{allowed}");
    }
}
