//! Least pressure: the shortest expected delay wins, (in flight + 1) ÷ (capacity × speed).
//!
//! Up to 64 endpoints are all looked at; above that a few are drawn in proportion to capacity,
//! which costs little evenness and keeps the pick short. Ties are broken at random: a fixed
//! order makes many balancers fall on the same endpoint together.

use super::{Choice, View};
use crate::Rng;

const SCAN_MAX: usize = 64;
const SAMPLES: usize = 4;
/// Scores this close are equal: both are built from the same few factors.
const TIE: f64 = 1e-9;
/// Weight of the mean load beside the load of the moment, for a binding.
const MEAN_WEIGHT: f64 = 2.0;

/// What the placement will be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Memory {
    /// One request: only the load of the moment matters.
    Moment,
    /// A session, which brings load for a long time: the mean load matters too.
    Lasting,
}

pub(crate) fn least_pressure(view: &View<'_>, memory: Memory, rng: &mut Rng) -> Option<Choice> {
    let score = |index: usize| match memory {
        Memory::Moment => view.score(index),
        Memory::Lasting => {
            let endpoint = view.endpoint(index);
            let mean =
                endpoint.learned.pressure.load() * view.pool.spec().endpoints[index].capacity;
            view.score(index) + MEAN_WEIGHT * mean * endpoint.hot.cost.load()
        }
    };
    if view.len() <= SCAN_MAX {
        return least(view, 0..view.len(), score, rng);
    }
    let drawn: [Option<usize>; SAMPLES] = core::array::from_fn(|_| view.draw(rng));
    least(view, drawn.into_iter().flatten(), score, rng)
}

/// The open candidate of least score, ties by reservoir sampling.
pub(super) fn least(
    view: &View<'_>,
    candidates: impl Iterator<Item = usize>,
    score: impl Fn(usize) -> f64,
    rng: &mut Rng,
) -> Option<Choice> {
    let mut best: Option<(usize, f64)> = None;
    let mut ties = 1;
    for index in candidates.filter(|&i| view.open(i)) {
        let score = score(index);
        match best {
            Some((held, least)) if score > least * (1.0 - TIE) => {
                let ties_now = score <= least * (1.0 + TIE) && held != index;
                ties += usize::from(ties_now);
                if ties_now && rng.below(ties) == 0 {
                    best = Some((index, least));
                }
            }
            _ => {
                best = Some((index, score));
                ties = 1;
            }
        }
    }
    best.map(|(index, _)| Choice { index, propensity: 1.0 / ties as f64, rank: 0 })
}
