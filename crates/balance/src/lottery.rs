//! A weighted deck of endpoints: the smooth round robin's order and the sampler's urn.
//!
//! Two copies, one in use. The tick writes the other and turns the switch; a reader that is
//! overtaken still reads valid positions, so no lock is needed.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::sync::atomic::{AtomicU16, AtomicU32, AtomicU64, AtomicUsize, Ordering};

/// Longest deck. Weights are exact when they are multiples of the smallest and sum below it,
/// otherwise rounded to 1/1024 of the whole.
const DECK_MAX: usize = 4096;
const DECK_ROUNDED: usize = 1024;

#[derive(Debug)]
pub(crate) struct Lottery {
    decks: [Deck; 2],
    active: AtomicUsize,
    cursor: AtomicU32,
    /// Hash of the weights the active deck was made from.
    made_from: AtomicU64,
}

#[derive(Debug)]
struct Deck {
    cards: Box<[AtomicU16]>,
    len: AtomicUsize,
}

impl Lottery {
    /// An empty lottery whose round robin starts at `phase`, so that many balancers that
    /// start together do not all begin with the same endpoint.
    pub(crate) fn new(endpoints: usize, phase: u32) -> Self {
        let size = DECK_MAX.max(endpoints.next_power_of_two() * 4);
        let deck = || Deck {
            cards: (0..size).map(|_| AtomicU16::new(0)).collect(),
            len: AtomicUsize::new(0),
        };
        Lottery {
            decks: [deck(), deck()],
            active: AtomicUsize::new(0),
            cursor: AtomicU32::new(phase),
            made_from: AtomicU64::new(0),
        }
    }

    /// The next endpoint of the smooth weighted round robin; `None` when no weight is set.
    pub(crate) fn next(&self) -> Option<usize> {
        let turn = self.cursor.fetch_add(1, Ordering::Relaxed) as usize;
        self.card(|len| turn % len)
    }

    /// An endpoint drawn in proportion to its weight.
    pub(crate) fn draw(&self, rng: &mut crate::Rng) -> Option<usize> {
        self.card(|len| rng.below(len))
    }

    /// Position of the round robin, to be carried over a reload.
    pub(crate) fn cursor(&self) -> u32 {
        self.cursor.load(Ordering::Relaxed)
    }

    fn card(&self, position: impl FnOnce(usize) -> usize) -> Option<usize> {
        let deck = &self.decks[self.active.load(Ordering::Acquire) & 1];
        let len = deck.len.load(Ordering::Acquire);
        if len == 0 {
            return None;
        }
        Some(usize::from(deck.cards[position(len)].load(Ordering::Relaxed)))
    }

    /// Remakes the deck when `weights` differ from those it was made from. One writer only,
    /// which [`crate::Pool::tick`] and its kin see to.
    pub(crate) fn remake(&self, weights: &[f64]) {
        let mark = weights.iter().fold(1, |mark, w| crate::hash::mix(mark ^ w.to_bits()));
        if self.made_from.swap(mark, Ordering::Relaxed) == mark {
            return;
        }
        let spare = (self.active.load(Ordering::Relaxed) & 1) ^ 1;
        let deck = &self.decks[spare];
        let order = smooth_order(&quantise(weights, deck.cards.len()));
        for (card, &endpoint) in deck.cards.iter().zip(&order) {
            card.store(endpoint, Ordering::Relaxed);
        }
        deck.len.store(order.len().min(deck.cards.len()), Ordering::Release);
        self.active.store(spare, Ordering::Release);
    }
}

/// Whole numbers in the proportion of `weights`; exact where that is possible.
fn quantise(weights: &[f64], max: usize) -> Vec<u32> {
    let total: f64 = weights.iter().sum();
    let least = weights.iter().copied().filter(|w| *w > 0.0).fold(f64::INFINITY, f64::min);
    if total <= 0.0 || !total.is_finite() {
        return vec![0; weights.len()];
    }
    for parts in 1..=16 {
        let unit = least / f64::from(parts);
        let exact = |w: f64| {
            let turns = crate::math::ceil(w / unit - 0.5) as f64;
            (w / unit - turns).abs() < 1e-9 * turns.max(1.0)
        };
        if total / unit <= max as f64 && weights.iter().all(|&w| exact(w)) {
            return weights.iter().map(|w| crate::math::ceil(w / unit - 0.5) as u32).collect();
        }
    }
    // An endpoint with any weight keeps at least one card: rounding must not silence it.
    let size = DECK_ROUNDED.max(weights.len() * 2).min(max) as f64;
    let card = |w: f64| if w > 0.0 { ((w / total * size) as u32).max(1) } else { 0 };
    weights.iter().map(|&w| card(w)).collect()
}

/// Smooth weighted round robin over one whole cycle: everybody gains its weight, the richest
/// is chosen and pays the sum, so the turns of one endpoint are spread over the cycle.
fn smooth_order(turns: &[u32]) -> Vec<u16> {
    let total: i64 = turns.iter().map(|&t| i64::from(t)).sum();
    let mut credit = vec![0i64; turns.len()];
    let mut order = Vec::with_capacity(total as usize);
    for _ in 0..total {
        let mut best = 0;
        for (i, &gain) in turns.iter().enumerate() {
            credit[i] += i64::from(gain);
            if credit[i] > credit[best] {
                best = i;
            }
        }
        credit[best] -= total;
        order.push(best as u16);
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(weights: &[f64]) -> Vec<usize> {
        let lottery = Lottery::new(weights.len(), 0);
        lottery.remake(weights);
        let len = lottery.decks[lottery.active.load(Ordering::Relaxed)].len.load(Ordering::Relaxed);
        (0..len).filter_map(|_| lottery.next()).collect()
    }

    #[test]
    fn spreads_the_turns() {
        assert_eq!(order(&[5.0, 1.0, 1.0]), [0, 0, 1, 0, 2, 0, 0]);
        assert_eq!(order(&[1.0, 0.0, 1.0]), [0, 2]);
        assert_eq!(order(&[1.5, 1.0]), [0, 1, 0, 1, 0]);
        assert!(order(&[0.0, 0.0]).is_empty());
    }

    /// Goal: after any number of turns every count is within 1 of its share (for n ≤ 5).
    /// Method: random weights, every prefix of two cycles.
    #[test]
    fn every_prefix_is_even() {
        let mut rng = crate::Rng::new(3);
        for round in 0..if cfg!(miri) { 2 } else { 200 } {
            let weights: Vec<f64> = (0..5).map(|_| (1 + rng.below(9)) as f64).collect();
            let total: f64 = weights.iter().sum();
            let order = order(&weights);
            assert!(total % order.len() as f64 == 0.0, "{weights:?}");
            let mut counts = [0.0; 5];
            for (turn, &endpoint) in order.iter().chain(&order).enumerate() {
                counts[endpoint] += 1.0;
                for (i, count) in counts.iter().enumerate() {
                    let due = (turn + 1) as f64 * weights[i] / total;
                    assert!((count - due).abs() < 2.0, "round {round} turn {turn}: {weights:?}");
                }
            }
        }
    }

    #[test]
    fn rounding_silences_nobody() {
        let order = order(&[1.0, 100_000.0, 77_777.7]);
        assert_eq!(order.iter().filter(|&&e| e == 0).count(), 1);
    }
}
