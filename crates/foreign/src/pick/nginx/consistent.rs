//! `hash KEY consistent`: a ring of 160 points for each unit of weight, each made from the one
//! before it.

use std::collections::HashMap;
use std::sync::Arc;

use super::key::Key;
use super::peers::{Moment, Peers, whole_s};
use crate::pick::digest::Crc32;
use crate::pick::{Change, Outcome, Picker, Request, Server, State};

const POINTS: i64 = 160;
const TRIES_MAX: usize = 20;
/// Points of a ring that is still built as nginx builds it: 13,000 units of weight and more.
const POINTS_MAX: i64 = 1 << 21;

/// Points, and whose they are: peers of one name share its points.
type Ring = Arc<[(u32, usize)]>;

/// `hash KEY consistent`.
#[derive(Clone, Debug)]
pub struct ConsistentHash {
    peers: Peers,
    key: Key,
    ring: Ring,
    /// The peers of each name.
    named: Vec<Vec<usize>>,
}

impl ConsistentHash {
    /// As nginx starts with these servers. It refuses backups here.
    pub fn new(servers: &[Server], key: Key) -> ConsistentHash {
        let peers = Peers::new(servers);
        let (ring, named) = ring(&peers);
        ConsistentHash { peers, key, ring, named }
    }
}

/// By a ring and the peers of each name.
fn pick_by(
    peers: &mut Peers,
    (ring, named): (&[(u32, usize)], &[Vec<usize>]),
    key: &[u8],
    at: &Moment<'_>,
) -> Option<usize> {
    let hash = Crc32::new().and(key).value();
    let start = ring.partition_point(|(point, _)| *point < hash);
    for step in 0..=TRIES_MAX {
        let Some((_, name)) = ring.get((start + step) % ring.len().max(1)) else { break };
        let places = named.get(*name).into_iter().flatten().copied();
        let found = peers.smooth_of(false, at, places, |_, _, _| true);
        if let Some(found) = found {
            return peers.checked(false, found, at.now_s);
        }
    }
    peers.round(at)
}

fn ring(peers: &Peers) -> (Ring, Vec<Vec<usize>>) {
    let (mut named, mut known): (Vec<Vec<usize>>, HashMap<&str, usize>) = Default::default();
    let mut points = Vec::new();
    for (index, peer) in peers.main.iter().enumerate() {
        let text = peers.name(peer);
        let name = *known.entry(text).or_insert(named.len());
        if name == named.len() {
            named.push(Vec::new());
        }
        named[name].push(index);
        let (host, port) = host_and_port(text);
        let base = Crc32::new().and(host.as_bytes()).and(&[0]).and(port.as_bytes());
        let mut last = 0u32;
        let share = POINTS_MAX.saturating_mul(peer.weight) / peers.total.max(1);
        for _ in 0..peer.weight.saturating_mul(POINTS).min(share) {
            last = base.and(&last.to_le_bytes()).value();
            points.push((last, name));
        }
    }
    points.sort_by_key(|(point, _)| *point);
    points.dedup_by_key(|(point, _)| *point);
    (points.into(), named)
}

fn host_and_port(name: &str) -> (&str, &str) {
    let unix = name.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("unix:"));
    if unix {
        return (&name[5..], "");
    }
    match name.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (host, port),
        _ => (name, ""),
    }
}

impl Picker for ConsistentHash {
    /// Requests without the key go round.
    fn pick(&mut self, request: &Request<'_>, state: &State<'_>) -> Option<usize> {
        let at = Moment { state: *state, now_s: whole_s(request.at_s) };
        let key = self.key.value(request);
        if self.peers.is_single() || key.is_empty() {
            return self.peers.round(&at);
        }
        pick_by(&mut self.peers, (&self.ring, &self.named), &key, &at)
    }

    fn change(&mut self, server: usize, change: Change) {
        self.peers.change(server, change);
        (self.ring, self.named) = ring(&self.peers);
    }

    fn finish(&mut self, server: usize, outcome: Outcome, at_s: f64) {
        self.peers.finish(server, outcome, whole_s(at_s));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_parted_at_the_port() {
        assert_eq!(host_and_port("a.example:80"), ("a.example", "80"));
        assert_eq!(host_and_port("a.example"), ("a.example", ""));
        assert_eq!(host_and_port("[::1]"), ("[::1]", ""));
        assert_eq!(host_and_port("[::1]:80"), ("[::1]", "80"));
        assert_eq!(host_and_port("UNIX:/run/a:1"), ("/run/a:1", ""));
    }
}
