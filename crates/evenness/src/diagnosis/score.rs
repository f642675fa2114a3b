//! Adds the evidence up, and says whom it names.

use super::term::Reading;
use super::weights::weights;
use crate::cause::Cause;

/// Below so many decibans nobody is named.
const NAMED_MIN: f64 = 15.0;
/// By so much the first must lead, unless the second has evidence of its own.
const LEAD_MIN: f64 = 10.0;
/// The first seconds of trouble are few requests: by chance they look like more than one thing.
const SECOND_S: f64 = 5.0;
/// Evidence for one cause that is none for another, from which on both are named.
const OWN_MIN: f64 = 12.0;

/// Who asks again does so because something failed, and where all wait, some limit is reached: they
/// are causes where there is no other.
const FOLLOWING: [Cause; 2] = [Cause::RetryStorm, Cause::BalancerLimit];

/// A cause with what speaks for it and against it.
#[derive(Clone, Debug, PartialEq)]
pub struct Hypothesis {
    /// The cause.
    pub cause: Cause,
    /// The sum of the evidence, decibans.
    pub decibans: f64,
    /// What speaks for it, the strongest first: decibans, and position in the readings.
    pub evidence_for: Vec<(f64, usize)>,
    /// What speaks against it, likewise.
    pub evidence_against: Vec<(f64, usize)>,
}

/// All hypotheses, the likeliest first.
pub(super) fn rank(readings: &[Reading]) -> Vec<Hypothesis> {
    let weigh = |cause: Cause| {
        let of = |(at, reading): (usize, &Reading)| {
            let own = weights(reading.term, reading.level).iter().find(|(own, _)| *own == cause);
            own.map(|&(_, decibans)| (decibans, at))
        };
        let mut all: Vec<(f64, usize)> = readings.iter().enumerate().filter_map(of).collect();
        all.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()));
        let decibans = all.iter().map(|(decibans, _)| decibans).sum();
        let (evidence_for, evidence_against) = all.into_iter().partition(|(d, _)| *d > 0.0);
        Hypothesis { cause, decibans, evidence_for, evidence_against }
    };
    let mut all: Vec<Hypothesis> = Cause::ALL.into_iter().map(weigh).collect();
    all.sort_by(|a, b| b.decibans.total_cmp(&a.decibans));
    all
}

/// Who is named, what makes it worse, and who comes next, by a stretch of so many seconds.
pub(super) fn name(
    ranked: &[Hypothesis],
    length_s: f64,
) -> (Vec<Cause>, Option<Cause>, Option<Cause>) {
    let likely: Vec<&Hypothesis> = ranked.iter().filter(|h| h.decibans >= NAMED_MIN).collect();
    let others: Vec<&Hypothesis> =
        likely.iter().copied().filter(|h| !FOLLOWING.contains(&h.cause)).collect();
    let follows = |cause: &Cause| likely.iter().any(|h| h.cause == *cause);
    let amplified_by = FOLLOWING.into_iter().find(follows).filter(|_| !others.is_empty());
    let candidates = if others.is_empty() { likely } else { others };
    let first = candidates.first().copied();
    let second = candidates.get(1).copied();
    let causes = match (first, second) {
        (None, _) => Vec::new(),
        (Some(first), Some(second)) if own(second, first) >= OWN_MIN => {
            match own(first, second) >= OWN_MIN {
                true if length_s >= SECOND_S => vec![first.cause, second.cause],
                true => vec![first.cause],
                false => Vec::new(),
            }
        }
        (Some(first), _) => {
            let next = ranked.iter().filter(|h| h.cause != first.cause);
            let aside = |cause| amplified_by.is_some() && FOLLOWING.contains(&cause);
            let next = next.filter(|h| !aside(h.cause)).map(|h| h.decibans);
            let next = next.fold(f64::NEG_INFINITY, f64::max);
            if first.decibans - next >= LEAD_MIN { vec![first.cause] } else { Vec::new() }
        }
    };
    let unnamed = |h: &&Hypothesis| !causes.contains(&h.cause) && Some(h.cause) != amplified_by;
    // Where nothing speaks for anybody, nobody comes next either.
    let counts = |h: &&Hypothesis| !causes.is_empty() || h.decibans > 0.0;
    let runner_up = ranked.iter().filter(counts).find(unnamed).map(|h| h.cause);
    (causes, amplified_by, runner_up)
}

/// Evidence for a cause in answers that say nothing for the other.
fn own(cause: &Hypothesis, other: &Hypothesis) -> f64 {
    let shared = |at: usize| other.evidence_for.iter().any(|(_, theirs)| *theirs == at);
    cause.evidence_for.iter().filter(|(_, at)| !shared(*at)).map(|(decibans, _)| decibans).sum()
}
