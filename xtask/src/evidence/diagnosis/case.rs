//! One case of the corpus: a scenario as text, made of a kind and a seed.

use super::draw::Draw;
use super::kind::Kind;
use super::world::World;
use super::{calm, events};

/// How long a fault lasts, seconds; the play ends with it.
pub(super) const FAULT_S: u64 = 60;
/// Cases of seeds below this one are there to be looked at.
pub(super) const HELD_OUT: u64 = 301;
/// How often that boundary was moved on, because of what was seen beyond it.
pub(super) const MOVED: u32 = 9;
/// How long a play of healthy hours is, seconds.
pub(super) const HEALTHY_S: u64 = 2 * 3600;

/// A scenario to play.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Case {
    pub(super) kind: Kind,
    pub(super) seed: u64,
    pub(super) text: String,
    /// What was drawn, in short.
    pub(super) drawn: String,
}

impl Case {
    /// The same kind and seed give the same text.
    pub(super) fn new(kind: Kind, seed: u64) -> Case {
        let mut draw = Draw::new((kind as u64) << 32 | seed);
        let mut world = World::draw(kind, &mut draw);
        let (duration_s, happens) = match kind.label() {
            [] => (HEALTHY_S, calm::events(kind, &mut world, &mut draw)),
            _ => {
                let at_s = draw.whole(60, 90) as u64;
                (at_s + FAULT_S, events::of(kind, at_s, &mut world, &mut draw))
            }
        };
        let text = world.text(kind, seed, duration_s) + &happens;
        let happens: Vec<&str> =
            happens.lines().filter(|line| !line.is_empty() && *line != "[[events]]").collect();
        let shown = happens.get(..happens.len().min(6)).unwrap_or_default().join(", ");
        Case { kind, seed, drawn: format!("{}; {shown}", world.told()), text }
    }

    /// Nobody looks at these while terms, thresholds and weights are chosen.
    pub(super) fn is_held_out(&self) -> bool {
        self.seed >= HELD_OUT
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn all() -> impl Iterator<Item = (Kind, u64)> {
        let kinds = || Kind::FAULTS.into_iter().chain(Kind::HEALTHY);
        (1..=40).flat_map(move |seed| kinds().map(move |kind| (kind, seed)))
    }

    #[test]
    fn the_same_seed_gives_the_same_text() {
        let texts: BTreeSet<String> =
            all().map(|(kind, seed)| Case::new(kind, seed).text).collect();
        assert_eq!(texts.len(), all().count(), "two cases are the same");
        for (kind, seed) in all() {
            assert_eq!(Case::new(kind, seed), Case::new(kind, seed));
        }
    }

    /// Goal: every case is a scenario. Method: forty seeds of every kind, read by the simulator.
    #[test]
    fn every_text_is_a_scenario() {
        for (kind, seed) in all() {
            let case = Case::new(kind, seed);
            let script = sim::Script::parse(&case.text);
            let script = script.unwrap_or_else(|error| panic!("{error}:\n{}", case.text));
            let first = script.scenario.changes.iter().map(|change| change.0).min();
            assert!(first.is_none_or(|at_ns| at_ns >= 60 * sim::SECOND), "{}", case.text);
        }
    }
}
