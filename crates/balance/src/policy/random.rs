//! Weighted random: independent draws in proportion to weight.

use super::{Choice, View};
use crate::Rng;

pub(crate) fn random(view: &View<'_>, rng: &mut Rng) -> Option<Choice> {
    let index = view.draw(rng)?;
    let weight = view.open_weight();
    let propensity = if weight > 0.0 { view.weight(index) / weight } else { 1.0 };
    Some(Choice { index, propensity, rank: 0 })
}
