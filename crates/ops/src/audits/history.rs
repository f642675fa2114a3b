//! What stands and what has gone, target by target.

use std::collections::BTreeMap;

use ledger::{AuditRecord, AuditRun, AuditStatus};

use super::found::{Found, Looked, word};

/// What has gone is kept up to this number: enough to see what a week's work mended.
const GONE_MAX: usize = 500;
/// A configuration with more findings has one that matters more than their number.
const STANDING_MAX: usize = 2_000;

/// All that audits have found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    runs: BTreeMap<String, AuditRun>,
    standing: Vec<AuditRecord>,
    /// The latest last.
    gone: Vec<AuditRecord>,
}

/// What one audit changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    /// What the audit before had not.
    pub new: Vec<AuditRecord>,
    /// What it had, and this one has not.
    pub gone: Vec<AuditRecord>,
}

impl History {
    /// Goes on from what was kept.
    pub fn of(kept: AuditStatus) -> History {
        let runs = kept.runs.into_iter().map(|run| (run.target.clone(), run)).collect();
        let (mut standing, mut gone) = (kept.standing, kept.gone);
        standing.truncate(STANDING_MAX);
        gone.reverse();
        History { runs, standing, gone }
    }

    /// All of it, as it is kept and shown.
    pub fn status(&self, next_at: Option<f64>) -> AuditStatus {
        let mut standing = self.standing.clone();
        standing.sort_by(|a, b| {
            b.since
                .total_cmp(&a.since)
                .then_with(|| (&a.target, &a.rule).cmp(&(&b.target, &b.rule)))
        });
        let gone = self.gone.iter().rev().cloned().collect();
        AuditStatus { next_at, runs: self.runs.values().cloned().collect(), standing, gone }
    }

    /// What stands.
    pub fn standing(&self) -> &[AuditRecord] {
        &self.standing
    }

    /// The last audit of each target.
    pub fn runs(&self) -> impl Iterator<Item = &AuditRun> {
        self.runs.values()
    }

    /// Takes an audit of a target in.
    pub fn take(&mut self, target: &str, at: f64, looked: &Looked) -> Changes {
        let Looked { found, unasked, missed } = looked;
        let mut before: BTreeMap<(String, String), Vec<AuditRecord>> = BTreeMap::new();
        let (own, others) =
            std::mem::take(&mut self.standing).into_iter().partition(|it| it.target == target);
        self.standing = others;
        for record in own {
            before.entry((record.rule.clone(), record.key.clone())).or_default().push(record);
        }
        let mut changes = Changes::default();
        for found in found.iter().take(STANDING_MAX) {
            let mut record = record(target, at, found);
            let known = before.get_mut(&(found.rule.clone(), found.key.clone()));
            match known.and_then(Vec::pop) {
                Some(known) => record.since = known.since,
                None => changes.new.push(record.clone()),
            }
            self.standing.push(record);
        }
        for mut record in before.into_values().flatten() {
            if unasked.contains(&record.rule) {
                self.standing.push(record);
                continue;
            }
            record.gone_at = Some(at);
            changes.gone.push(record);
        }
        self.gone.extend(changes.gone.iter().cloned());
        self.gone.drain(..self.gone.len().saturating_sub(GONE_MAX));
        let (new, gone) = (changes.new.len(), changes.gone.len());
        let found = self.count(target);
        let error = missed.clone();
        let run = AuditRun { target: target.to_owned(), at, found, new, gone, error };
        self.runs.insert(target.to_owned(), run);
        changes
    }

    /// A target could not be audited. What stood is kept: nobody has looked.
    pub fn fail(&mut self, target: &str, at: f64, why: &str) {
        let found = self.count(target);
        let error = Some(why.to_owned());
        let run = AuditRun { target: target.to_owned(), at, found, new: 0, gone: 0, error };
        self.runs.insert(target.to_owned(), run);
    }

    fn count(&self, target: &str) -> usize {
        self.standing.iter().filter(|record| record.target == target).count()
    }

    /// Forgets targets that are audited no more.
    pub fn keep_only(&mut self, targets: &[&str]) {
        self.runs.retain(|target, _| targets.contains(&target.as_str()));
        self.standing.retain(|record| targets.contains(&record.target.as_str()));
    }
}

fn record(target: &str, at: f64, found: &Found) -> AuditRecord {
    AuditRecord {
        target: target.to_owned(),
        rule: found.rule.clone(),
        name: found.name.clone(),
        severity: word(found.severity).to_owned(),
        what: found.what.clone(),
        place: found.place.clone(),
        key: found.key.clone(),
        since: at,
        seen_at: at,
        gone_at: None,
    }
}
