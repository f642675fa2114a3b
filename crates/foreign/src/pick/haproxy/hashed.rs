//! All methods that hash a key of the request.

use super::fleet::Fleet;
use super::hashing::{HashType, Lookup};
use super::key::Key;
use super::map::Map;
use super::ring::Ring;
use crate::pick::{Change, Picker, Request, Server, State};

#[derive(Clone, Debug)]
enum Table {
    Map(Map),
    Ring(Ring),
}

/// `balance source`, `uri`, `url_param`, `hdr()`, `rdp-cookie` and `hash`.
#[derive(Clone, Debug)]
pub struct Hashed {
    fleet: Fleet,
    key: Key,
    by: HashType,
    table: Table,
}

impl Hashed {
    /// As HAProxy starts with these servers.
    pub fn new(servers: &[Server], all_backups: bool, key: Key, by: HashType) -> Hashed {
        let (fleet, table) = match by.lookup {
            Lookup::MapBased => {
                let fleet = Fleet::coarse(servers, all_backups);
                let map = Map::new(&fleet);
                (fleet, Table::Map(map))
            }
            Lookup::Consistent => {
                let fleet = Fleet::fine(servers, all_backups);
                let ring = Ring::new(&fleet, by.server_key, by.balance_factor);
                (fleet, Table::Ring(ring))
            }
        };
        Hashed { fleet, key, by, table }
    }

    fn hash(&self, request: &Request<'_>) -> Option<u32> {
        let one = self.fleet.used() == 1;
        if one && !self.key.is_read_first() { Some(0) } else { self.key.hash(request, &self.by) }
    }
}

impl Picker for Hashed {
    /// Requests without the key go round.
    fn pick(&mut self, request: &Request<'_>, state: &State<'_>) -> Option<usize> {
        let hash = self.hash(request);
        match (&mut self.table, hash) {
            (Table::Map(map), Some(hash)) => map.at(hash),
            (Table::Map(map), None) => map.next(&self.fleet, state),
            (Table::Ring(ring), Some(hash)) => ring.at(&self.fleet, hash, state),
            (Table::Ring(ring), None) => ring.next(&self.fleet, state),
        }
    }

    fn change(&mut self, server: usize, change: Change) {
        self.fleet.change(server, change);
        match &mut self.table {
            Table::Map(map) => map.rebuild(&self.fleet),
            Table::Ring(ring) => ring.change(&self.fleet, server),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pick::haproxy::samples::servers;

    #[test]
    fn the_same_key_goes_to_the_same_server() {
        for lookup in [Lookup::MapBased, Lookup::Consistent] {
            let by = HashType { lookup, ..HashType::default() };
            let key = Key::UrlParam("id".to_owned());
            let mut picker = Hashed::new(&servers(&[1, 2, 3]), false, key, by);
            let mut pick = |uri| {
                picker.pick(&Request { uri, ..Request::default() }, &State::default()).unwrap()
            };
            assert_eq!(pick("/?id=a"), pick("/x?y&id=a"));
        }
    }

    #[test]
    fn without_a_key_requests_go_round() {
        let key = Key::Source;
        let mut picker = Hashed::new(&servers(&[1, 1]), false, key, HashType::default());
        let mut pick = || picker.pick(&Request::default(), &State::default()).unwrap();
        assert_eq!([pick(), pick(), pick()], [0, 1, 0]);
    }
}
