//! One alarm with all that is known about it, who was told of it included.

use std::collections::BTreeMap;

use evenness::{Cause, Severity, SignalKind};
use ledger::alarm::{AlarmRecord, AlarmState, Change, Step, Symptom, words};
use serde::{Deserialize, Serialize};

use super::felt;
use super::observed::{Conditions, Observed};
use super::spell;
use super::timing::Timing;

/// Entries of a history; an alarm that has more has been argued about for days.
const HISTORY_MAX: usize = 100;

/// An open alarm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Case {
    pub(crate) alarm: AlarmRecord,
    /// Who was told what, by receiver.
    pub(crate) told: BTreeMap<String, Told>,
    /// Since when somebody should acknowledge it.
    pub(crate) waiting_since: f64,
    /// When receivers last heard that it fires.
    pub(crate) reminded_at: f64,
    /// Times by which it waits longer before it is over, because it comes and goes.
    pub(crate) patience: f64,
}

/// What a receiver was told of an alarm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Told {
    #[serde(with = "words::severity")]
    pub(crate) severity: Severity,
    /// The cause as it was known at first: a label, which must not change.
    #[serde(with = "words::cause")]
    pub(crate) cause: Option<Cause>,
    pub(crate) acknowledged: bool,
}

impl Case {
    /// A case that waits to see whether its conditions last.
    pub(crate) fn begin(pool: &str, now: f64, conditions: &Conditions<'_>) -> Option<Case> {
        let loudness =
            |&(kind, observed): &(&_, &Observed<'_>)| (observed.severity, felt::nearness(*kind));
        let (kind, first) = conditions.iter().max_by_key(loudness)?;
        let alarm = AlarmRecord {
            id: String::new(),
            key: String::new(),
            pool: pool.to_owned(),
            kind: *kind,
            severity: Severity::Ticket,
            state: AlarmState::Pending,
            causes: Vec::new(),
            diagnosis: String::new(),
            named: false,
            part_of: String::new(),
            summary: first.summary.to_owned(),
            began_at: now,
            fired_at: None,
            resolved_at: None,
            acknowledged: None,
            silence: String::new(),
            symptoms: Vec::new(),
            history: Vec::new(),
        };
        Some(Case::of(alarm))
    }

    /// What is left of a resolved case: conditions that hold, yet are less than it was.
    pub(crate) fn remainder(&self) -> Option<Case> {
        let left: Vec<Symptom> =
            self.alarm.symptoms.iter().filter(|symptom| symptom.spell.holds).cloned().collect();
        let first = left.first()?;
        let alarm = AlarmRecord {
            id: String::new(),
            key: String::new(),
            kind: first.kind,
            severity: Severity::Ticket,
            state: AlarmState::Pending,
            causes: left.iter().filter_map(|symptom| symptom.cause).collect(),
            diagnosis: String::new(),
            named: false,
            part_of: String::new(),
            summary: first.summary.clone(),
            began_at: first.spell.began_at,
            fired_at: None,
            resolved_at: None,
            acknowledged: None,
            silence: String::new(),
            history: Vec::new(),
            pool: self.alarm.pool.clone(),
            symptoms: left.into_iter().map(without_old_page).collect(),
        };
        Some(Case::of(alarm))
    }

    fn of(alarm: AlarmRecord) -> Case {
        Case { alarm, told: BTreeMap::new(), waiting_since: 0.0, reminded_at: 0.0, patience: 1.0 }
    }

    /// Takes in what holds now, of the kinds that were asked for. Says whether more changed than
    /// lengths and words.
    pub(crate) fn see(
        &mut self,
        now: f64,
        conditions: &Conditions<'_>,
        asked: &[SignalKind],
    ) -> bool {
        let mut changed = false;
        let symptoms = self.alarm.symptoms.iter_mut();
        for symptom in symptoms.filter(|symptom| asked.contains(&symptom.kind)) {
            changed |= see_again(symptom, now, conditions.get(&symptom.kind));
        }
        let before = self.alarm.symptoms.len();
        self.alarm.symptoms.retain(|symptom| !is_idle(symptom));
        changed |= before != self.alarm.symptoms.len();
        for (kind, observed) in conditions {
            if self.alarm.symptoms.iter().all(|symptom| symptom.kind != *kind) {
                let mut symptom = Symptom {
                    kind: *kind,
                    cause: observed.cause,
                    summary: observed.summary.to_owned(),
                    spell: spell::begin(now),
                    paged: None,
                };
                see_again(&mut symptom, now, Some(observed));
                self.alarm.symptoms.push(symptom);
                if self.alarm.state != AlarmState::Pending {
                    self.note(now, Change::Joined, "", &format!("{kind}: {}", observed.summary));
                }
                changed = true;
            }
        }
        self.speak();
        changed
    }

    /// Takes in what a diagnosis names. Says whether that is more than other words for the same.
    pub(crate) fn learn(&mut self, now: f64, causes: &[Cause], text: &str) -> bool {
        let same = self.alarm.causes == causes && self.alarm.named;
        text.clone_into(&mut self.alarm.diagnosis);
        self.alarm.causes = causes.to_vec();
        self.alarm.named = true;
        // Of what has not fired there is no history.
        if !same && self.alarm.state != AlarmState::Pending {
            self.note(now, Change::Diagnosed, "", text);
        }
        !same
    }

    /// Takes in a diagnosis that names nothing, for its evidence, until one does.
    pub(crate) fn look_at(&mut self, text: &str) {
        if !self.alarm.named {
            text.clone_into(&mut self.alarm.diagnosis);
        }
    }

    /// The worst that has lasted; `None`: nothing has.
    pub(crate) fn lasting(&self) -> Option<Severity> {
        let of = |symptom: &Symptom| match &symptom.paged {
            Some(paged) if paged.counts => Some(Severity::Page),
            _ => symptom.spell.counts.then_some(Severity::Ticket),
        };
        self.alarm.symptoms.iter().filter_map(of).max()
    }

    /// Whether all that made it as bad as it is has been gone for long enough.
    pub(crate) fn is_over(&self, now: f64) -> bool {
        self.alarm.symptoms.iter().all(|symptom| {
            let gone_s = Timing::of(symptom.kind).gone_s * self.patience;
            match self.alarm.severity {
                Severity::Ticket => spell::is_over(&symptom.spell, now, gone_s),
                Severity::Page => {
                    let paged = symptom.paged.as_ref();
                    paged.is_none_or(|paged| spell::is_over(paged, now, gone_s))
                }
            }
        })
    }

    /// Writes down what happened.
    pub(crate) fn note(&mut self, at: f64, change: Change, by: &str, text: &str) {
        let history = &mut self.alarm.history;
        if history.len() >= HISTORY_MAX {
            // The first entries say how it began.
            history.remove(HISTORY_MAX / 4);
        }
        history.push(Step { at, change, by: by.to_owned(), text: text.to_owned() });
    }

    /// Leaves out a time in which nobody watched.
    pub(crate) fn shift(&mut self, by_s: f64) {
        self.shift_unseen(&[], by_s);
    }

    /// The clock was set back: what is waited for began as much earlier.
    pub(crate) fn set_back(&mut self, by_s: f64) {
        self.waiting_since += by_s;
        self.reminded_at += by_s;
    }

    /// Leaves out a time in which conditions of these kinds alone were looked for.
    pub(crate) fn shift_unseen(&mut self, asked: &[SignalKind], by_s: f64) {
        let symptoms = self.alarm.symptoms.iter_mut();
        for symptom in symptoms.filter(|symptom| !asked.contains(&symptom.kind)) {
            spell::shift(&mut symptom.spell, by_s);
            if let Some(paged) = &mut symptom.paged {
                spell::shift(paged, by_s);
            }
        }
    }

    /// The worst that holds speaks for the alarm; causes that conditions tell are taken until a
    /// diagnosis names others.
    fn speak(&mut self) {
        let alarm = &mut self.alarm;
        let holds = |symptom: &&Symptom| symptom.spell.holds;
        let pages = |symptom: &&Symptom| symptom.paged.as_ref().is_some_and(|paged| paged.holds);
        let symptoms = &alarm.symptoms;
        let loudest = felt::first(symptoms.iter().filter(pages))
            .or_else(|| felt::first(symptoms.iter().filter(holds)));
        if let Some(symptom) = loudest {
            alarm.summary.clone_from(&symptom.summary);
        }
        if !alarm.named {
            for cause in symptoms.iter().filter_map(|symptom| symptom.cause) {
                if !alarm.causes.contains(&cause) {
                    alarm.causes.push(cause);
                }
            }
        }
    }
}

fn see_again(symptom: &mut Symptom, now: f64, observed: Option<&Observed<'_>>) -> bool {
    let timing = Timing::of(symptom.kind);
    let mut changed = false;
    if let Some(observed) = observed {
        symptom.cause = observed.cause.or(symptom.cause);
        observed.summary.clone_into(&mut symptom.summary);
        if spell::is_idle(&symptom.spell) {
            symptom.spell = spell::begin(now);
        }
    }
    let hold_s = timing.hold_at(Severity::Ticket);
    changed |= spell::see(&mut symptom.spell, now, observed.is_some(), hold_s);
    let pages = observed.is_some_and(|observed| observed.severity == Severity::Page);
    if pages && symptom.paged.as_ref().is_none_or(spell::is_idle) {
        symptom.paged = Some(spell::begin(now));
        changed = true;
    }
    if let Some(paged) = &mut symptom.paged {
        changed |= spell::see(paged, now, pages, timing.hold_at(Severity::Page));
    }
    changed
}

fn is_idle(symptom: &Symptom) -> bool {
    spell::is_idle(&symptom.spell) && symptom.paged.as_ref().is_none_or(spell::is_idle)
}

fn without_old_page(symptom: Symptom) -> Symptom {
    Symptom { paged: symptom.paged.filter(|paged| paged.holds), ..symptom }
}
