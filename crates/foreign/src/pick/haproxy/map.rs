//! The table of `static-rr` and of `hash-type map-based`: as many places as the weights come to,
//! each given to the server that is furthest behind.

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
        let mut scores = vec![0i64; members.len()];
        self.places.clear();
        for _ in 0..total {
            let (mut best, mut most) = (None, 0);
            for (at, member) in members.iter().enumerate() {
                scores[at] += i64::from(fleet.weight(*member));
                let value = (scores[at] + total) / total;
                if best.is_none() || value > most {
                    (best, most) = (Some(at), value);
                }
            }
            if let Some(best) = best {
                self.places.push(members[best]);
                scores[best] -= total;
            }
        }
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
}
