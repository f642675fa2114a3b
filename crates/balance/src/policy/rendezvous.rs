//! Weighted rendezvous hashing (Thaler & Ravishankar 1998; weights as −w ÷ ln u), bounded.
//!
//! Complete balance, and monotone: when an endpoint leaves, only its own keys move. Each key
//! has its own order of all endpoints, so a spilled key always spills to the same place.

use super::{Choice, View};
use crate::hash::{hash_bytes, mix};
use crate::math;

pub(crate) fn rendezvous(view: &View<'_>, key: &[u8]) -> Option<Choice> {
    let hash = hash_bytes(key, 0);
    let mut below = f64::INFINITY;
    let mut last = usize::MAX;
    // The order is walked without being sorted: almost always its first place is taken.
    let order = core::iter::from_fn(|| {
        let mut best: Option<(usize, f64)> = None;
        for index in (0..view.len()).filter(|&i| view.admits(i)) {
            let score = score(view, index, hash);
            let after = score < below || (score == below && index > last && last != usize::MAX);
            if after && best.is_none_or(|(_, top)| score > top) {
                best = Some((index, score));
            }
        }
        let (index, score) = best?;
        (below, last) = (score, index);
        Some(index)
    });
    view.first_within(order)
}

fn score(view: &View<'_>, index: usize, key: u64) -> f64 {
    let mixed = mix(key ^ view.pool.id(index));
    // 52 bits and a half: neither 0 nor, by rounding, 1.
    let unit = ((mixed >> 12) as f64 + 0.5) / (1u64 << 52) as f64;
    // Equal weights rank as the draws themselves do: no logarithm is needed.
    if !view.pool.is_uneven() {
        return unit;
    }
    -view.pool.base_weight(index) / math::ln(unit)
}
