//! `balance random(draws)`: points of the ring drawn by chance, the least loaded of them wins.

use ::balance::Rng;

use super::fleet::{Fleet, Side};
use super::hashing::ServerKey;
use super::ring::Ring;
use crate::pick::{Change, Picker, Request, Server, State};

/// `balance random`. HAProxy's own numbers cannot be known: a pick is one that could have been,
/// and [`Random::shares`] says how likely each one was.
#[derive(Clone, Debug)]
pub struct Random {
    fleet: Fleet,
    ring: Ring,
    draws: u32,
    rng: Rng,
}

impl Random {
    /// HAProxy makes 2 draws unless told otherwise (1 before 2.1).
    pub fn new(servers: &[Server], all_backups: bool, draws: u32, rng: Rng) -> Random {
        let fleet = Fleet::fine(servers, all_backups);
        let ring = Ring::new(&fleet, ServerKey::Id, 0);
        Random { fleet, ring, draws: draws.clamp(1, 64), rng }
    }

    /// How likely each server is to get the next request. Between servers of the same load the
    /// last draw decides, as up to 3.2; later the one with fewer new requests a second wins.
    pub fn shares(&self, state: &State<'_>) -> Vec<f64> {
        let servers = self.fleet.len();
        if let Side::FirstBackup(first) = self.fleet.side() {
            return (0..servers).map(|server| f64::from(u8::from(server == first))).collect();
        }
        let arcs = self.ring.arcs(servers);
        let mut best = arcs.clone();
        for _ in 1..self.draws {
            let mut after = vec![0.0; servers];
            for (held, odds) in best.iter().enumerate() {
                for (drawn, arc) in arcs.iter().enumerate() {
                    after[self.better(held, drawn, state)] += odds * arc;
                }
            }
            best = after;
        }
        best
    }

    fn better(&self, held: usize, drawn: usize, state: &State<'_>) -> usize {
        let weight = |server| u64::from(self.fleet.weight(server));
        let load = |server| u64::from(state.in_flight(server));
        if load(drawn) * weight(held) > load(held) * weight(drawn) { held } else { drawn }
    }
}

impl Picker for Random {
    fn pick(&mut self, _: &Request<'_>, state: &State<'_>) -> Option<usize> {
        let mut best = None;
        for _ in 0..self.draws {
            let hash = (self.rng.bits() >> 32) as u32;
            let drawn = self.ring.at(&self.fleet, hash, state)?;
            best = Some(best.map_or(drawn, |held| self.better(held, drawn, state)));
        }
        best.filter(|&server| !self.fleet.is_full(server, state.in_flight(server)))
    }

    fn change(&mut self, server: usize, change: Change) {
        self.fleet.change(server, change);
        self.ring.change(&self.fleet, server);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pick::haproxy::samples::servers;

    #[test]
    fn shares_are_what_picks_come_to() {
        let mut picker = Random::new(&servers(&[1, 2, 4]), false, 3, Rng::new(5));
        let state = State { in_flight: &[2, 1, 9], tried: &[] };
        let shares = picker.shares(&state);
        let mut found = [0.0; 3];
        for _ in 0..100_000 {
            found[picker.pick(&Request::default(), &state).unwrap()] += 1e-5;
        }
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        for (share, found) in shares.iter().zip(found) {
            assert!((share - found).abs() < 0.01, "{share} {found}");
        }
    }
}
