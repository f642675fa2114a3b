//! What a policy may see of a pool when it chooses.

use core::sync::atomic::Ordering::Relaxed;

use crate::endpoint::Endpoint;
use crate::pool::Pool;

/// The endpoints that one pick may choose from.
pub(crate) struct View<'a> {
    pub(crate) pool: &'a Pool,
    /// Gate bits that are forgiven: 0 asks for healthy endpoints only.
    pub(crate) forgiven: u32,
    /// Endpoints that this request has tried already.
    pub(crate) tried: &'a [u16],
    /// Whether it has waited: those who are held come after it.
    pub(crate) waited: bool,
}

/// A policy's answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Choice {
    pub(crate) index: usize,
    /// Probability that the policy would choose it, everything else being equal.
    pub(crate) propensity: f64,
    /// Position in a hashed order; above 0 the key's own endpoint was passed over.
    pub(crate) rank: usize,
}

impl<'a> View<'a> {
    pub(crate) fn len(&self) -> usize {
        self.pool.endpoints().len()
    }

    pub(crate) fn endpoint(&self, index: usize) -> &'a Endpoint {
        &self.pool.endpoints()[index]
    }

    /// Whether the endpoint may be chosen, its limit aside.
    pub(crate) fn admits(&self, index: usize) -> bool {
        let closed = self.endpoint(index).hot.gate.load(Relaxed) & !self.forgiven;
        closed == 0 && !self.tried.contains(&(index as u16))
    }

    /// Whether the endpoint may be chosen and has room.
    pub(crate) fn open(&self, index: usize) -> bool {
        self.admits(index) && self.endpoint(index).in_flight() < self.pool.limit(index)
    }

    /// What the endpoint should get: capacity × weight × warm-up.
    pub(crate) fn weight(&self, index: usize) -> f64 {
        self.pool.weight(index)
    }

    /// Expected delay of one more request, in units that only compare. Among endpoints that
    /// would not delay it at all, the emptier one is better by a hair.
    pub(crate) fn score(&self, index: usize) -> f64 {
        const HAIR: f64 = 1e-6;
        let endpoint = self.endpoint(index);
        let present =
            if self.waited { f64::from(endpoint.in_flight()) } else { endpoint.present() };
        let (hot, next) = (&endpoint.hot, present + 1.0);
        (next.max(hot.calm.load()) + HAIR * next) * hot.cost.load()
    }

    /// Sum of the weights that are open.
    pub(crate) fn open_weight(&self) -> f64 {
        (0..self.len()).filter(|&i| self.open(i)).map(|i| self.weight(i)).sum()
    }

    /// Draws an open endpoint in proportion to its weight.
    ///
    /// The deck is tried first; where most of it is closed, an exact draw over what is open.
    pub(crate) fn draw(&self, rng: &mut crate::Rng) -> Option<usize> {
        const TRIES: usize = 4;
        if self.forgiven == 0 {
            for _ in 0..TRIES {
                match self.pool.lottery().draw(rng) {
                    Some(index) if self.open(index) => return Some(index),
                    Some(_) => {}
                    None => break,
                }
            }
        }
        let mut point = rng.unit() * self.open_weight();
        let mut last = None;
        for index in (0..self.len()).filter(|&i| self.open(i)) {
            point -= self.weight(index);
            last = Some(index);
            if point < 0.0 {
                break;
            }
        }
        last
    }

    /// Most requests in flight of one endpoint under a hashed policy:
    /// ⌈bound × its fair share of all⌉ (Mirrokni, Thorup, Zadimoghaddam 2016).
    pub(crate) fn hash_bounds(&self) -> HashBounds {
        let admitted = (0..self.len()).filter(|&i| self.admits(i));
        let (mut requests, mut weight) = (1.0, 0.0);
        for index in admitted {
            requests += f64::from(self.endpoint(index).in_flight());
            weight += self.weight(index);
        }
        HashBounds { per_weight: self.pool.spec().hash_bound * requests / weight.max(1e-9) }
    }

    /// Takes the first endpoint of a hashed order that is open and under its bound.
    pub(crate) fn first_within(&self, order: impl Iterator<Item = usize>) -> Option<Choice> {
        let bounds = self.hash_bounds();
        let mut order = order.enumerate();
        let within = |&(_, index): &(usize, usize)| {
            let room = bounds.most(self.weight(index));
            self.open(index) && u64::from(self.endpoint(index).in_flight()) < room
        };
        order.find(within).map(|(rank, index)| Choice { index, propensity: 1.0, rank })
    }
}

/// The bound that holds while one request is placed.
pub(crate) struct HashBounds {
    per_weight: f64,
}

impl HashBounds {
    pub(crate) fn most(&self, weight: f64) -> u64 {
        crate::math::ceil(self.per_weight * weight - 1e-9)
    }
}
