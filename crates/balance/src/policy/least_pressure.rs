//! Least pressure: the shortest expected delay wins, (in flight + 1) ÷ (capacity × speed).
//!
//! Up to 64 endpoints are all looked at; above that a few are drawn in proportion to capacity,
//! which costs little evenness and keeps the pick short. Ties are broken at random: a fixed
//! order makes many balancers fall on the same endpoint together.

use super::{Choice, View};
use crate::Rng;
use crate::bound::{self, Fair};
use crate::pool::Pool;

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

/// Whether every endpoint is looked at.
pub(crate) fn is_scanned(pool: &Pool) -> bool {
    pool.endpoints().len() <= SCAN_MAX
}

pub(crate) fn least_pressure(view: &View<'_>, memory: Memory, rng: &mut Rng) -> Option<Choice> {
    if !view.pool.is_uneven() {
        return scan(view, memory, |_| true, rng);
    }
    // A weight is a wish; the bound is a promise. A session brings load for a long time, so
    // for it the mean load must have room too.
    let fair = Fair::now(view.pool);
    let times = bound::of_weights(view.pool);
    let bearable = |i: usize| {
        let full = memory == Memory::Lasting && view.endpoint(i).learned.excess.load() > 0.0;
        // Who has waited comes before all who are held: a free slot is its own.
        let room = if view.waited {
            !bound::queues(view.pool, i, 1.0)
        } else {
            bound::has_room(view.pool, i)
        };
        !full && (room || !fair.exceeded(view.pool, i, times))
    };
    let choice = scan(view, memory, bearable, rng).or_else(|| scan(view, memory, |_| true, rng))?;
    Some(if memory == Memory::Moment { among_idle(view, choice, rng) } else { choice })
}

fn scan(
    view: &View<'_>,
    memory: Memory,
    bearable: impl Fn(usize) -> bool,
    rng: &mut Rng,
) -> Option<Choice> {
    let score = |index: usize| match memory {
        Memory::Moment => view.score(index),
        Memory::Lasting => {
            let endpoint = view.endpoint(index);
            let next = endpoint.present() + 1.0;
            (next + MEAN_WEIGHT * endpoint.learned.load.load()) * endpoint.hot.cost.load()
        }
    };
    if is_scanned(view.pool) {
        return least(view, (0..view.len()).filter(|&i| bearable(i)), score, rng);
    }
    let drawn: [Option<usize>; SAMPLES] = core::array::from_fn(|_| view.draw(rng));
    least(view, drawn.into_iter().flatten().filter(|&i| bearable(i)), score, rng)
}

/// Where the choice is idle, draws among all that are as idle and as fast, in proportion to
/// weight: by score alone the heaviest would get everything while there is little to do.
fn among_idle(view: &View<'_>, choice: Choice, rng: &mut Rng) -> Choice {
    let delay = |i: usize| view.endpoint(i).hot.cost.load() * view.weight(i);
    let least = delay(choice.index) * (1.0 + TIE);
    let idle = |&i: &usize| view.endpoint(i).in_flight() == 0 && view.open(i) && delay(i) <= least;
    if !idle(&choice.index) {
        return choice;
    }
    let (mut total, mut drawn) = (0.0, choice.index);
    for index in (0..view.len()).filter(idle) {
        let weight = view.weight(index);
        total += weight;
        if rng.unit() * total < weight {
            drawn = index;
        }
    }
    let propensity = if total > 0.0 { view.weight(drawn) / total } else { 1.0 };
    Choice { index: drawn, propensity, rank: 0 }
}

/// Where a hashed order ends without a place: the fewest requests per weight, which is never
/// over the bound while anybody is under it.
pub(crate) fn emptiest(view: &View<'_>, rng: &mut Rng) -> Option<Choice> {
    let score =
        |i: usize| (f64::from(view.endpoint(i).in_flight()) + 1.0) / view.weight(i).max(1e-9);
    let choice = least(view, 0..view.len(), score, rng)?;
    Some(Choice { rank: 1, ..choice })
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
