//! `balance leastconn`: idle servers first, whoever became idle first before the others; then by
//! (requests under way + 1) over weight.

use super::fleet::{Fleet, Side};
use crate::pick::{Change, Picker, Request, Server, State};

const WEIGHT_MAX: u32 = 4096;

/// `balance leastconn` as up to 3.1. Later versions keep servers of the same load in lists and
/// take any of a list: there only the load decides, not the order.
#[derive(Clone, Debug)]
pub struct LeastConn {
    fleet: Fleet,
    /// Load of each server, and when it came to it; none of one that is down.
    entries: Vec<Option<(u32, u64)>>,
    /// Requests under way, as they were last told.
    counts: Vec<u32>,
    arrivals: u64,
}

impl LeastConn {
    /// As HAProxy starts with these servers.
    pub fn new(servers: &[Server], all_backups: bool) -> LeastConn {
        let fleet = Fleet::fine(servers, all_backups);
        let (entries, counts) = (vec![None; fleet.len()], vec![0; fleet.len()]);
        let mut picker = LeastConn { fleet, entries, counts, arrivals: 0 };
        for index in 0..picker.fleet.len() {
            picker.place(index);
        }
        picker
    }

    /// Puts a server where its load says, behind all of the same load; one that is down, nowhere.
    fn place(&mut self, server: usize) {
        let weight = self.fleet.weight(server);
        self.arrivals += u64::from(weight > 0);
        let key = (weight > 0).then(|| self.key(server, weight));
        self.entries[server] = key.map(|key| (key, self.arrivals));
    }

    fn key(&self, server: usize, weight: u32) -> u32 {
        match self.counts[server] {
            0 => 0,
            count => count.wrapping_add(1).wrapping_mul(WEIGHT_MAX) / weight,
        }
    }

    fn count(&mut self, server: usize, count: u32) {
        self.counts[server] = count;
        let weight = self.fleet.weight(server);
        let key = self.entries[server].map(|(key, _)| key);
        if weight > 0 && key != Some(self.key(server, weight)) {
            self.place(server);
        }
    }

    /// The least busy one that has room, who came to its load before the others of the same; one
    /// that has just failed the request only for want of another.
    fn first(&self, backup: bool, state: &State<'_>) -> Option<usize> {
        let place = |(server, entry): (usize, &Option<(u32, u64)>)| {
            let (key, arrival) = (*entry)?;
            Some((state.tried.last() == Some(&server), key, arrival, server))
        };
        let has_room = |server: usize| {
            self.fleet.is_backup(server) == backup
                && !self.fleet.is_full(server, self.counts[server])
        };
        let places = self.entries.iter().enumerate().filter_map(place);
        let first = places.filter(|(.., server)| has_room(*server)).min();
        first.map(|(.., server)| server)
    }
}

impl Picker for LeastConn {
    fn pick(&mut self, _: &Request<'_>, state: &State<'_>) -> Option<usize> {
        self.settle(state);
        let server = match self.fleet.side() {
            Side::Active => self.first(false, state),
            Side::Backups => self.first(true, state),
            Side::FirstBackup(first) => Some(first),
            Side::Nobody => None,
        }?;
        self.count(server, self.counts[server].saturating_add(1));
        Some(server)
    }

    fn change(&mut self, server: usize, change: Change) {
        let (before, after) = self.fleet.change(server, change);
        if before != after {
            self.place(server);
        }
    }

    fn settle(&mut self, state: &State<'_>) {
        for server in 0..self.counts.len() {
            let told = state.in_flight(server);
            if self.counts[server] != told {
                self.count(server, told);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pick::haproxy::samples::{order, servers};

    #[test]
    fn idle_servers_take_turns_whatever_they_weigh() {
        let mut picker = LeastConn::new(&servers(&[1, 9, 1]), false);
        assert_eq!(order(&mut picker, 5), [0, 1, 2, 0, 1]);
    }

    #[test]
    fn load_is_weighed() {
        let mut picker = LeastConn::new(&servers(&[1, 3]), false);
        let state = State { in_flight: &[1, 3], tried: &[] };
        assert_eq!(picker.pick(&Request::default(), &state), Some(1));
    }
}
