//! The table of `static-rr` and of `hash-type map-based`: as many places as the weights come to,
//! each given to the server that is furthest behind.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use super::fleet::{Fleet, Side};
use crate::pick::{Change, Picker, Request, Server, State};

#[derive(Clone, Debug)]
pub(super) struct Map {
    places: Vec<usize>,
    next: usize,
}

impl Map {
    pub(super) fn new(fleet: &Fleet) -> Map {
        let mut map = Map { places: Vec::new(), next: 0 };
        map.rebuild(fleet);
        map
    }

    pub(super) fn rebuild(&mut self, fleet: &Fleet) {
        let total = i64::from(fleet.total());
        let members: Vec<usize> = match fleet.side() {
            Side::Nobody => Vec::new(),
            Side::Active => fleet.usable(false).collect(),
            Side::Backups | Side::FirstBackup(_) => fleet.usable(true).collect(),
        };
        if total <= 1 {
            self.places = members.into_iter().take(total as usize).collect();
            return;
        }
        let weights: Vec<i64> =
            members.iter().map(|member| i64::from(fleet.weight(*member))).collect();
        self.places = turns(&weights, total).into_iter().map(|at| members[at]).collect();
    }

    pub(super) fn at(&self, hash: u32) -> Option<usize> {
        let length = self.places.len().max(1);
        self.places.get(hash as usize % length).copied()
    }

    /// The next place whose server has room and has not just failed.
    pub(super) fn next(&mut self, fleet: &Fleet, state: &State<'_>) -> Option<usize> {
        let length = self.places.len();
        let start = if self.next >= length { 0 } else { self.next };
        let mut avoided = None;
        for step in 0..length {
            let at = (start + step) % length;
            let server = self.places[at];
            if fleet.is_full(server, state.in_flight(server)) {
                continue;
            }
            avoided = Some((server, at + 1));
            if state.tried.last() != Some(&server) {
                break;
            }
        }
        let (server, next) = avoided?;
        self.next = next;
        Some(server)
    }
}

/// Each turn all gain their weight; one of those with the most whole totals, the first, gives one
/// back and has the turn. Who gains a whole total at which turn is known before, so that a turn
/// costs no look at all of them.
fn turns(weights: &[i64], total: i64) -> Vec<usize> {
    let level = |at: usize, turn: i64, taken: i64| {
        (turn * weights[at] - taken * total + total).div_euclid(total).max(0)
    };
    // The turn at which a server has one whole total more than at this one.
    let rise = |at: usize, turn: i64, taken: i64| {
        let missing = total - (turn * weights[at] - taken * total).rem_euclid(total);
        turn + (missing + weights[at] - 1) / weights[at]
    };
    let mut taken = vec![0i64; weights.len()];
    let mut levels: Vec<i64> = (0..weights.len()).map(|at| level(at, 1, 0)).collect();
    let mut order: BTreeSet<(Reverse<i64>, usize)> =
        levels.iter().enumerate().map(|(at, level)| (Reverse(*level), at)).collect();
    let mut rises: BinaryHeap<Reverse<(i64, usize)>> =
        (0..weights.len()).map(|at| Reverse((rise(at, 1, 0), at))).collect();
    let mut turns = Vec::new();
    for turn in 1..=total {
        while rises.peek().is_some_and(|Reverse((rises_at, _))| *rises_at <= turn) {
            let Some(Reverse((_, at))) = rises.pop() else { break };
            order.remove(&(Reverse(levels[at]), at));
            levels[at] = level(at, turn, taken[at]);
            order.insert((Reverse(levels[at]), at));
            rises.push(Reverse((rise(at, turn, taken[at]), at)));
        }
        let Some((_, at)) = order.pop_first() else { break };
        turns.push(at);
        taken[at] += 1;
        levels[at] = level(at, turn, taken[at]);
        order.insert((Reverse(levels[at]), at));
    }
    turns
}

/// `balance static-rr`.
#[derive(Clone, Debug)]
pub struct StaticRoundRobin {
    fleet: Fleet,
    map: Map,
}

impl StaticRoundRobin {
    /// As HAProxy starts with these servers.
    pub fn new(servers: &[Server], all_backups: bool) -> StaticRoundRobin {
        let fleet = Fleet::coarse(servers, all_backups);
        let map = Map::new(&fleet);
        StaticRoundRobin { fleet, map }
    }
}

impl Picker for StaticRoundRobin {
    fn pick(&mut self, _: &Request<'_>, state: &State<'_>) -> Option<usize> {
        self.map.next(&self.fleet, state)
    }

    fn change(&mut self, server: usize, change: Change) {
        self.fleet.change(server, change);
        self.map.rebuild(&self.fleet);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pick::haproxy::samples::{order, servers};

    #[test]
    fn the_first_server_comes_first() {
        let mut picker = StaticRoundRobin::new(&servers(&[2, 6, 2]), false);
        assert_eq!(order(&mut picker, 6)[0], 0);
        let mut picker = StaticRoundRobin::new(&servers(&[4, 4, 4]), false);
        assert_eq!(order(&mut picker, 4), [0, 1, 2, 0]);
    }

    /// Goal: the shortcut changes nothing. Method: all weights looked at in every turn.
    #[test]
    fn turns_are_those_of_the_plain_way() {
        let mut rng = ::balance::Rng::new(1);
        for _ in 0..300 {
            let weights: Vec<i64> =
                (0..1 + rng.below(9)).map(|_| 1 + rng.below(256) as i64).collect();
            // The weight of the first backup is all that counts where several stand ready.
            let sum: i64 = weights.iter().sum();
            let total = if rng.below(3) == 0 { weights[0].max(2) } else { sum.max(2) };
            assert_eq!(turns(&weights, total), plain(&weights, total), "{weights:?} {total}");
        }
    }

    fn plain(weights: &[i64], total: i64) -> Vec<usize> {
        let mut scores = vec![0; weights.len()];
        let turn = |_| {
            let (mut best, mut most) = (None, 0);
            for (at, weight) in weights.iter().enumerate() {
                scores[at] += weight;
                let value = (scores[at] + total) / total;
                if best.is_none() || value > most {
                    (best, most) = (Some(at), value);
                }
            }
            let best = best.expect("a server");
            scores[best] -= total;
            best
        };
        (0..total).map(turn).collect()
    }
}
