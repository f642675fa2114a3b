//! Smooth weighted round robin: turns in proportion to weight, spread as evenly as they can be.

use super::{Choice, View};
use crate::Rng;

pub(crate) fn round_robin(view: &View<'_>, rng: &mut Rng) -> Option<Choice> {
    let weight = view.open_weight();
    let choice = |index: usize| Choice {
        index,
        propensity: if weight > 0.0 { view.weight(index) / weight } else { 1.0 },
        rank: 0,
    };
    if view.forgiven == 0 {
        // A closed endpoint's turn passes to the next one in the deck. The tick remakes the
        // deck without it, so the successor carries the extra turns for one tick at most.
        for _ in 0..view.len() * 2 {
            match view.pool.lottery().next() {
                Some(index) if view.open(index) => return Some(choice(index)),
                Some(_) => {}
                None => break,
            }
        }
    }
    view.draw(rng).map(choice)
}
