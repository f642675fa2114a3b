//! What the weights of evidence would be by the fitting half of the corpus.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::plays::Played;

/// Weight of the present value, in cases of a cause.
const PRESENT: f64 = 10.0;
/// Laplace's half a case, and the most that one answer may say.
const HALF: f64 = 0.5;
const MOST: f64 = 20.0;

type Answer = (String, String);

#[derive(Default)]
struct Counts {
    /// Cases of each cause, and all.
    cases: BTreeMap<&'static str, usize>,
    all: usize,
    /// How often each answer was given, by cause and at all.
    seen: BTreeMap<Answer, BTreeMap<&'static str, usize>>,
    total: BTreeMap<Answer, usize>,
    present: BTreeMap<(Answer, String), f64>,
}

/// A table of present and suggested decibans.
pub(super) fn table(played: &[Played]) -> String {
    let mut counts = Counts::default();
    let fitting = played.iter().filter(|one| !one.case.is_held_out());
    fitting.filter(|one| one.said["diagnosis"].is_object()).for_each(|one| counts.take(one));
    let mut text = String::from("term level cause: read with it / without, present -> suggested\n");
    for (answer, by_cause) in &counts.seen {
        for (&cause, &with) in by_cause {
            let present = counts.present.get(&(answer.clone(), cause.to_owned()));
            let present = present.copied().unwrap_or_default();
            let without = counts.total[answer] - with;
            let cases = counts.cases[cause];
            let fitted = suggested(with, cases, without, counts.all - cases, present);
            // Writing to a string cannot fail.
            let _ = writeln!(
                text,
                "{} {} {cause}: {with}/{cases} {without}/{}, {present:+.0} -> {fitted:+.1}",
                answer.0,
                answer.1,
                counts.all - cases,
            );
        }
    }
    text
}

/// 10·log10 of the likelihood ratio, drawn to the present value and held within ±20.
fn suggested(with: usize, cases: usize, without: usize, others: usize, present: f64) -> f64 {
    let part = |seen: usize, of: usize| (seen as f64 + HALF) / (of as f64 + 2.0 * HALF);
    let ratio = 10.0 * (part(with, cases) / part(without, others)).log10();
    let drawn = (ratio * cases as f64 + present * PRESENT) / (cases as f64 + PRESENT);
    drawn.clamp(-MOST, MOST)
}

impl Counts {
    fn take(&mut self, one: &Played) {
        let label = one.case.kind.label();
        self.all += 1;
        label.iter().for_each(|cause| *self.cases.entry(cause).or_default() += 1);
        let mut answers: BTreeSet<Answer> = BTreeSet::new();
        for hypothesis in one.said["diagnosis"]["hypotheses"].as_array().into_iter().flatten() {
            let cause = hypothesis["cause"].as_str().unwrap_or_default();
            for side in ["for", "against"] {
                for evidence in hypothesis[side].as_array().into_iter().flatten() {
                    let word = |key: &str| evidence[key].as_str().unwrap_or_default().to_owned();
                    let answer = (word("term"), word("level"));
                    let decibans = evidence["decibans"].as_f64().unwrap_or_default();
                    self.present.insert((answer.clone(), cause.to_owned()), decibans);
                    answers.insert(answer);
                }
            }
        }
        for answer in answers {
            *self.total.entry(answer.clone()).or_default() += 1;
            let seen = self.seen.entry(answer).or_default();
            label.iter().for_each(|cause| *seen.entry(cause).or_default() += 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_is_drawn_to_the_present_and_held() {
        // As often with as without says nothing; few cases move little.
        assert!(suggested(10, 20, 10, 20, 0.0).abs() < 1e-9);
        assert!((suggested(1, 1, 0, 1000, 5.0) - 5.0).abs() < 3.0);
        assert_eq!(suggested(10_000, 10_000, 0, 100_000, 0.0), MOST);
        assert!(suggested(0, 100, 90, 100, 0.0) < -15.0);
    }
}
