//! `hash KEY`: CRC-32 of the key, 15 bits of it, as the memcached client of Perl does.

use super::key::Key;
use super::peers::{Moment, Peers, whole_s};
use super::tries::Tries;
use crate::pick::digest::Crc32;
use crate::pick::{Change, Outcome, Picker, Request, Server, State};

/// `hash KEY`.
#[derive(Clone, Debug)]
pub struct Hash {
    peers: Peers,
    key: Key,
}

impl Hash {
    /// As nginx starts with these servers. It refuses backups here.
    pub fn new(servers: &[Server], key: Key) -> Hash {
        Hash { peers: Peers::new(servers), key }
    }
}

fn pick_by(peers: &mut Peers, key: &[u8], at: &Moment<'_>) -> Option<usize> {
    let (mut sum, mut round, mut tries) = (0u32, 0u32, Tries::new());
    while tries.are_left() {
        let again = if round > 0 { round.to_string() } else { String::new() };
        let crc = Crc32::new().and(again.as_bytes()).and(key).value();
        sum = sum.wrapping_add(crc >> 16 & 0x7fff);
        round += 1;
        let Some(peer) = peers.at(u64::from(sum)) else { break };
        if peers.is_open(peer, at) {
            let server = peer.server;
            return peers.take(server, at.now_s);
        }
        tries.count(peer.server, &at.state);
    }
    peers.round(at)
}

impl Picker for Hash {
    /// Requests without the key go round.
    fn pick(&mut self, request: &Request<'_>, state: &State<'_>) -> Option<usize> {
        let at = Moment { state: *state, now_s: whole_s(request.at_s) };
        let key = self.key.value(request);
        if self.peers.is_single() || key.is_empty() {
            return self.peers.round(&at);
        }
        pick_by(&mut self.peers, &key, &at)
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
    fn a_request_that_failed_goes_elsewhere() {
        let mut picker = Hash::new(&servers(&[1, 1, 1]), Key::parse("$uri").unwrap());
        let request = Request { uri: "/a?b", ..Request::default() };
        let first = picker.pick(&request, &State::default()).unwrap();
        let second = picker.pick(&request, &State { in_flight: &[], tried: &[first] }).unwrap();
        let third = [first, second];
        let third = picker.pick(&request, &State { in_flight: &[], tried: &third }).unwrap();
        let mut all = [first, second, third];
        all.sort_unstable();
        assert_eq!(all, [0, 1, 2]);
    }
}
