//! `ip_hash`: the first three bytes of a client's address, or all of one of version 6.

use std::net::IpAddr;

use super::peers::{Moment, Peers, whole_s};
use super::tries::Tries;
use crate::pick::{Change, Outcome, Picker, Request, Server, State};

const START: u64 = 89;
const FACTOR: u64 = 113;
const RANGE: u64 = 6271;

/// `ip_hash`.
#[derive(Clone, Debug)]
pub struct IpHash(Peers);

impl IpHash {
    /// As nginx starts with these servers. It refuses backups here.
    pub fn new(servers: &[Server]) -> IpHash {
        IpHash(Peers::new(servers))
    }
}

/// Clients without an address, on sockets of the machine, count as 0.0.0.
fn key(source: Option<IpAddr>) -> ([u8; 16], usize) {
    let mut key = [0; 16];
    match source {
        None => (key, 3),
        Some(IpAddr::V4(address)) => {
            key[..4].copy_from_slice(&address.octets());
            (key, 3)
        }
        Some(IpAddr::V6(address)) => (address.octets(), 16),
    }
}

impl Picker for IpHash {
    fn pick(&mut self, request: &Request<'_>, state: &State<'_>) -> Option<usize> {
        let at = Moment { state: *state, now_s: whole_s(request.at_s) };
        if self.0.is_single() {
            return self.0.round(&at);
        }
        let (key, length) = key(request.source);
        let (mut hash, mut tries) = (START, Tries::new());
        while tries.are_left() {
            for byte in &key[..length] {
                hash = (hash * FACTOR + u64::from(*byte)) % RANGE;
            }
            let Some(peer) = self.0.at(hash) else { return self.0.round(&at) };
            if self.0.is_open(peer, &at) {
                let server = peer.server;
                return self.0.take(server, at.now_s);
            }
            tries.count(peer.server, state);
        }
        self.0.round(&at)
    }

    fn change(&mut self, server: usize, change: Change) {
        self.0.change(server, change);
    }

    fn finish(&mut self, server: usize, outcome: Outcome, at_s: f64) {
        self.0.finish(server, outcome, whole_s(at_s));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pick::nginx::samples::servers;

    #[test]
    fn a_network_goes_to_one_server() {
        let mut picker = IpHash::new(&servers(&[1, 1, 1]));
        let mut pick = |last| {
            let source = Some(IpAddr::from([192, 0, 2, last]));
            picker.pick(&Request { source, ..Request::default() }, &State::default())
        };
        assert!((0..255).all(|last| pick(last) == pick(255)));
    }

    #[test]
    fn another_one_is_found_when_it_is_down() {
        let mut picker = IpHash::new(&servers(&[1, 1]));
        picker.change(0, Change::Down);
        let source = Some(IpAddr::from([192, 0, 2, 1]));
        let request = Request { source, ..Request::default() };
        assert_eq!(picker.pick(&request, &State::default()), Some(1));
        picker.change(1, Change::Down);
        assert_eq!(picker.pick(&request, &State::default()), None);
    }
}
