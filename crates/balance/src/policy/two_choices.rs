//! Two choices: the less pressed of two different endpoints drawn in proportion to weight
//! (Mitzenmacher 2001). Sees two endpoints only, so it stays calm on stale counts.

use super::least_pressure::least;
use super::{Choice, View};
use crate::Rng;

pub(crate) fn two_choices(view: &View<'_>, rng: &mut Rng) -> Option<Choice> {
    let first = view.draw(rng)?;
    let second = (0..8).filter_map(|_| view.draw(rng)).find(|&i| i != first);
    let pair = [Some(first), second];
    let mut choice = least(view, pair.into_iter().flatten(), |i| view.score(i), rng)?;
    choice.propensity = propensity(view, choice.index);
    Some(choice)
}

/// Probability that the pair holds `index` and no better one.
fn propensity(view: &View<'_>, index: usize) -> f64 {
    let total = view.open_weight();
    let own = view.weight(index);
    if total <= own {
        return 1.0;
    }
    let mine = view.score(index);
    let others = (0..view.len()).filter(|&i| i != index && view.open(i));
    others
        .map(|i| {
            let weight = view.weight(i);
            let met =
                own / total * weight / (total - own) + weight / total * own / (total - weight);
            let score = view.score(i);
            match score.total_cmp(&mine) {
                core::cmp::Ordering::Greater => met,
                core::cmp::Ordering::Equal => met / 2.0,
                core::cmp::Ordering::Less => 0.0,
            }
        })
        .sum()
}
