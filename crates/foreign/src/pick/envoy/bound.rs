//! `hash_balance_factor`: no host has more under way than its part of the bound; who is over it
//! passes requests on by a draw that the hash seeds.

use super::locality::Weights;
use super::mersenne::Mersenne;
use crate::pick::State;

/// The host that takes a request which belongs to `first`.
pub(super) fn within(
    factor: u32,
    weights: &Weights,
    first: usize,
    hash: u64,
    state: &State<'_>,
) -> usize {
    let under_way = state.in_flight.iter().fold(0u32, |sum, count| sum.wrapping_add(*count));
    let slots = under_way.wrapping_add(1).wrapping_mul(factor).wrapping_add(99) / 100;
    let overload = |host: usize, weight: f64| {
        let own = ((f64::from(slots) * weight).ceil() as u32).max(1);
        f64::from(state.in_flight(host)) / f64::from(own)
    };
    let own = weights.iter().find(|(host, _)| *host == first);
    let (mut best, mut least) = (first, own.map_or(0.0, |(_, weight)| overload(first, *weight)));
    if least <= 1.0 {
        return first;
    }
    let mut order: Vec<usize> = (0..weights.len()).collect();
    let mut draws = Mersenne::new(hash as u32);
    for at in 0..order.len() {
        let jump = draws.below((order.len() - at) as u32) as usize;
        order.swap(at, at + jump);
        let (host, weight) = weights[order[at]];
        if host == first {
            continue;
        }
        let load = overload(host, weight);
        if load <= 1.0 {
            return host;
        }
        if load < least {
            (best, least) = (host, load);
        }
    }
    best
}
