//! `random` and `random two`: peers drawn by their weights.

use ::balance::Rng;

use super::peers::{Moment, Peers, whole_s};
use crate::pick::{Change, Outcome, Picker, Request, Server, State};

/// Draws that come to nothing before the round robin takes over.
const FAILURES: i32 = 21;

/// Who wins of those drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Draw {
    /// `random`
    One,
    /// `random two`, which is `random two least_conn`
    Two,
}

/// `random`. nginx's own numbers cannot be known: a pick is one that could have been, and
/// [`Random::shares`] says how likely each one was.
#[derive(Clone, Debug)]
pub struct Random {
    peers: Peers,
    draw: Draw,
    rng: Rng,
}

impl Random {
    /// As nginx starts with these servers. It refuses backups here.
    pub fn new(servers: &[Server], draw: Draw, rng: Rng) -> Random {
        Random { peers: Peers::new(servers), draw, rng }
    }

    /// How likely each server is to get a request at that time.
    pub fn shares(&self, at_s: f64, state: &State<'_>) -> Vec<f64> {
        let at = Moment { state: *state, now_s: whole_s(at_s) };
        let servers = self.peers.main.iter().chain(&self.peers.backup);
        let length = servers.map(|peer| peer.server + 1).max().unwrap_or(0);
        let mut shares = vec![0.0; length];
        let total = self.peers.total.max(1) as f64;
        let open: Vec<(usize, f64)> = self
            .peers
            .main
            .iter()
            .filter(|peer| self.peers.is_open(peer, &at))
            .map(|peer| (peer.server, peer.weight as f64 / total))
            .collect();
        let sum: f64 = open.iter().map(|(_, odds)| odds).sum();
        let fallback = match self.draw {
            Draw::One => self.one(&open, sum, &mut shares),
            Draw::Two => self.two(&open, sum, state, &mut shares),
        };
        for (server, odds) in &open {
            shares[*server] += fallback * odds / sum;
        }
        shares
    }

    /// What is left for the round robin.
    fn one(&self, open: &[(usize, f64)], sum: f64, shares: &mut [f64]) -> f64 {
        let fallback = (1.0 - sum).max(0.0).powi(FAILURES);
        for (server, odds) in open {
            shares[*server] += (1.0 - fallback) * odds / sum;
        }
        fallback
    }

    fn two(&self, open: &[(usize, f64)], sum: f64, state: &State<'_>, shares: &mut [f64]) -> f64 {
        let mut left = 1.0;
        for (first, odds) in open {
            let others = sum - odds;
            if others <= 0.0 {
                continue;
            }
            for failures in 0..FAILURES {
                let met = odds * (1.0 - sum).max(0.0).powi(failures);
                let found = 1.0 - (1.0 - others).max(0.0).powi(FAILURES - failures);
                for (second, odds) in open.iter().filter(|(second, _)| second != first) {
                    let part = met * found * odds / others;
                    shares[self.better(*first, *second, state)] += part;
                    left -= part;
                }
            }
        }
        left
    }

    fn better(&self, first: usize, second: usize, state: &State<'_>) -> usize {
        let weight = |server| {
            let peer = self.peers.main.iter().find(|peer| peer.server == server);
            peer.map_or(0, |peer| peer.weight)
        };
        let load = |server| i64::from(state.in_flight(server));
        if load(second) * weight(first) > load(first) * weight(second) { first } else { second }
    }

    /// Two of them where two are asked for; the latter may be missing.
    fn drawn(&mut self, at: &Moment<'_>) -> Option<usize> {
        let (mut first, mut failures) = (None, 0);
        while failures < FAILURES {
            let drawn = self.peers.at(self.rng.bits() >> 33)?;
            if Some(drawn.server) == first || !self.peers.is_open(drawn, at) {
                failures += 1;
                continue;
            }
            match (self.draw, first) {
                (Draw::One, _) => return Some(drawn.server),
                (Draw::Two, Some(first)) => {
                    return Some(self.better(first, drawn.server, &at.state));
                }
                (Draw::Two, None) => first = Some(drawn.server),
            }
        }
        None
    }
}

impl Picker for Random {
    fn pick(&mut self, request: &Request<'_>, state: &State<'_>) -> Option<usize> {
        let at = Moment { state: *state, now_s: whole_s(request.at_s) };
        let drawn = if self.peers.is_single() { None } else { self.drawn(&at) };
        let Some(server) = drawn else { return self.peers.round(&at) };
        self.peers.take(server, at.now_s)
    }

    fn change(&mut self, server: usize, change: Change) {
        self.peers.change(server, change);
    }

    fn finish(&mut self, server: usize, outcome: Outcome, at_s: f64) {
        self.peers.finish(server, outcome, whole_s(at_s));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pick::nginx::samples::servers;

    #[test]
    fn shares_are_what_picks_come_to() {
        let state = State { in_flight: &[2, 1, 9], tried: &[] };
        for draw in [Draw::One, Draw::Two] {
            let mut picker = Random::new(&servers(&[1, 2, 40]), draw, Rng::new(3));
            let shares = picker.shares(0.0, &state);
            let mut found = [0.0; 3];
            for _ in 0..100_000 {
                found[picker.pick(&Request::default(), &state).unwrap()] += 1e-5;
            }
            assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            for (share, found) in shares.iter().zip(found) {
                assert!((share - found).abs() < 0.01, "{draw:?} {share} {found}");
            }
        }
    }
}
