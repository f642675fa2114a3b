//! The review by eye: which findings were looked at in their files, and what was thought of them.

use std::collections::BTreeMap;
use std::path::Path;

use super::collection::Product;
use super::survey::Seen;
use crate::fault::Fault;

/// A finding that somebody held against its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Judgement {
    pub(super) repository: String,
    pub(super) path: String,
    pub(super) sha256: String,
    pub(super) rule: String,
    pub(super) line: u32,
    pub(super) opinion: Opinion,
}

/// What was thought of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opinion {
    Right,
    Wrong,
    /// Wrong at first; the rule was mended, and what it says now is right, or nothing.
    Mended,
}

/// What the review says of a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) right: usize,
    pub(super) wrong: usize,
    /// Of the right ones and beside them: wrong at first.
    pub(super) mended: usize,
}

impl Tally {
    /// Whether it is wrong more than one time in twenty.
    pub(super) fn is_too_wrong(self) -> bool {
        self.wrong * 20 > self.right + self.wrong
    }
}

/// Reads the review: a line of names, then a line each with tabs between.
pub(super) fn read(path: &Path) -> Result<Vec<Judgement>, Fault> {
    let unreadable = |why: String| Fault::new(format!("cannot read {}: {why}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
    let mut judgements = Vec::new();
    for (at, line) in text.lines().enumerate().skip(1) {
        let judgement = parse(line).ok_or_else(|| unreadable(format!("line {}", at + 1)))?;
        judgements.push(judgement);
    }
    Ok(judgements)
}

fn parse(line: &str) -> Option<Judgement> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [_product, repository, path, sha256, rule, place, verdict, reason] = fields.as_slice()
    else {
        return None;
    };
    let opinion = match *verdict {
        "right" => Opinion::Right,
        "wrong" => Opinion::Wrong,
        "mended" => Opinion::Mended,
        _ => return None,
    };
    (!reason.is_empty()).then_some(())?;
    Some(Judgement {
        repository: (*repository).to_owned(),
        path: (*path).to_owned(),
        sha256: (*sha256).to_owned(),
        rule: (*rule).to_owned(),
        line: place.parse().ok()?,
        opinion,
    })
}

/// Counts judgements by rule. One of a file that says something else by now counts for nothing,
/// nor does one of what is not found any more, unless it was mended.
pub(super) fn tally(judgements: &[Judgement], seen: &[Seen]) -> BTreeMap<String, Tally> {
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    for judgement in judgements {
        let Some(file) = seen.iter().find(|seen| is_same(judgement, seen)) else { continue };
        let is_found = file
            .run
            .findings
            .iter()
            .any(|found| found.rule == judgement.rule && found.line() == judgement.line);
        let tally = tallies.entry(judgement.rule.clone()).or_default();
        tally.mended += usize::from(judgement.opinion == Opinion::Mended);
        match judgement.opinion {
            _ if !is_found => {}
            Opinion::Right | Opinion::Mended => tally.right += 1,
            Opinion::Wrong => tally.wrong += 1,
        }
    }
    tallies
}

/// How many files of a product have a judgement that counts.
pub(super) fn files(judgements: &[Judgement], seen: &[Seen], product: Product) -> usize {
    let of = seen.iter().filter(|seen| seen.entry.product == product);
    of.filter(|seen| judgements.iter().any(|one| is_same(one, seen))).count()
}

fn is_same(judgement: &Judgement, seen: &Seen) -> bool {
    let entry = &seen.entry;
    judgement.sha256 == entry.sha256
        && judgement.path == entry.path
        && judgement.repository == entry.repository
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_a_verdict_and_a_reason() {
        let line = "nginx\ta/b\tc/d.conf\t0f\tEKA302\t7\twrong\tone worker";
        let judgement = parse(line).unwrap();
        assert_eq!((judgement.rule.as_str(), judgement.line), ("EKA302", 7));
        assert_eq!(judgement.opinion, Opinion::Wrong);
        assert_eq!(parse(&line.replace("wrong", "perhaps")), None);
        assert_eq!(parse(&line.replace("one worker", "")), None);
    }

    /// Goal: one in twenty is the most that ships.
    #[test]
    fn one_in_twenty_is_not_too_wrong() {
        let tally = |right, wrong| Tally { right, wrong, mended: 0 };
        assert!(!tally(19, 1).is_too_wrong());
        assert!(tally(18, 1).is_too_wrong());
        assert!(!tally(3, 0).is_too_wrong());
    }
}
