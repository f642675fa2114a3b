//! `balance first`: the server with the lowest number that is not full.

use super::fleet::{Fleet, Side};
use crate::pick::{Change, Picker, Request, Server, State};

/// `balance first`.
#[derive(Clone, Debug)]
pub struct First {
    fleet: Fleet,
    /// Places in the list, by number.
    order: Vec<usize>,
}

impl First {
    /// As HAProxy starts with these servers.
    pub fn new(servers: &[Server], all_backups: bool) -> First {
        let fleet = Fleet::fine(servers, all_backups);
        let mut order: Vec<usize> = (0..servers.len()).collect();
        order.sort_by_key(|&index| servers[index].id);
        First { fleet, order }
    }

    fn first(&self, backup: bool, state: &State<'_>) -> Option<usize> {
        let room = |server: usize| {
            self.fleet.weight(server) > 0
                && self.fleet.is_backup(server) == backup
                && !self.fleet.is_full(server, state.in_flight(server))
        };
        let mut free = self.order.iter().copied().filter(|&server| room(server));
        let last = state.tried.last();
        let other = free.clone().find(|server| Some(server) != last);
        other.or_else(|| free.next())
    }
}

impl Picker for First {
    fn pick(&mut self, _: &Request<'_>, state: &State<'_>) -> Option<usize> {
        match self.fleet.side() {
            Side::Active => self.first(false, state),
            Side::Backups => self.first(true, state),
            Side::FirstBackup(first) => Some(first),
            Side::Nobody => None,
        }
    }

    fn change(&mut self, server: usize, change: Change) {
        self.fleet.change(server, change);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pick::haproxy::samples::servers;

    #[test]
    fn the_next_one_is_asked_when_the_first_is_full() {
        let mut list = servers(&[1, 1, 1]);
        list[0].id = 9;
        list[1].in_flight_max = 2;
        let mut picker = First::new(&list, false);
        let mut pick =
            |in_flight: &[u32]| picker.pick(&Request::default(), &State { in_flight, tried: &[] });
        assert_eq!((pick(&[0, 1, 0]), pick(&[0, 2, 5])), (Some(1), Some(2)));
    }
}
