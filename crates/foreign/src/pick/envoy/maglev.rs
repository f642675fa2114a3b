//! `MAGLEV`: a table that hosts fill in turns, each in an order of its own.

use super::host::Cluster;
use super::locality::Weights;
use crate::pick::digest::xxh64;

/// Envoy's own size, which is prime.
pub(super) const SIZE: u64 = 65_537;
/// The largest size that Envoy takes.
const SIZE_MAX: u64 = 5_000_011;

/// The table of one priority.
#[derive(Clone, Debug)]
pub(super) struct Maglev(Vec<u32>);

struct Filler {
    host: usize,
    offset: u64,
    skip: u64,
    weight: f64,
    target: f64,
    next: u64,
}

impl Maglev {
    /// `size` must be prime: by any other one a host might not reach all places.
    pub(super) fn new(cluster: &Cluster, weights: &Weights, size: u64) -> Maglev {
        let size = if is_prime(size) && size <= SIZE_MAX { size } else { SIZE };
        let most = weights.iter().fold(0.0f64, |most, (_, weight)| most.max(*weight));
        let mut fillers: Vec<Filler> = weights
            .iter()
            .filter(|(_, weight)| *weight > 0.0)
            .map(|(host, weight)| {
                let key = cluster.hosts[*host].key.as_bytes();
                let (offset, skip) = (xxh64(key, 0) % size, xxh64(key, 1) % (size - 1) + 1);
                Filler { host: *host, offset, skip, weight: *weight, target: 0.0, next: 0 }
            })
            .collect();
        fillers.sort_by(|a, b| cluster.hosts[a.host].key.cmp(&cluster.hosts[b.host].key));
        Maglev(fill(&mut fillers, most, size))
    }

    /// `attempt` counts from 0 the hosts that were tried and refused.
    pub(super) fn at(&self, hash: u64, attempt: usize) -> Option<usize> {
        let mixed = if attempt == 0 { 0 } else { (attempt as u64).wrapping_neg() };
        let length = self.0.len().max(1) as u64;
        self.0.get(((hash ^ mixed) % length) as usize).map(|host| *host as usize)
    }

    /// Each place's host.
    pub(super) fn places(&self) -> &[u32] {
        &self.0
    }
}

fn fill(fillers: &mut [Filler], most: f64, size: u64) -> Vec<u32> {
    let mut table = vec![u32::MAX; if fillers.is_empty() { 0 } else { size as usize }];
    let (mut filled, mut turn) = (0, 0.0);
    while filled < table.len() {
        turn += 1.0;
        for filler in fillers.iter_mut() {
            if filled == table.len() {
                break;
            }
            if turn * filler.weight < filler.target {
                continue;
            }
            filler.target += most;
            let mut place = filler.place(size);
            while table[place] != u32::MAX {
                filler.next += 1;
                place = filler.place(size);
            }
            table[place] = filler.host as u32;
            filler.next += 1;
            filled += 1;
        }
    }
    table
}

impl Filler {
    fn place(&self, size: u64) -> usize {
        ((self.offset + self.skip * self.next) % size) as usize
    }
}

fn is_prime(number: u64) -> bool {
    number >= 2
        && (2..).take_while(|factor| factor * factor <= number).all(|it| !number.is_multiple_of(it))
}
