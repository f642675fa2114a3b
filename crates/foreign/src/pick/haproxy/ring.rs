//! The ring of `hash-type consistent` and of `balance random`: sixteen points for each unit of
//! weight, and a key belongs to the point that is closest on either side.

use std::net::{IpAddr, SocketAddr};

use super::fleet::{Fleet, Side};
use super::hashing::{ServerKey, full};
use crate::pick::digest::xxh32;
use crate::pick::{Server, State};

/// How far apart the numbers are that two servers' points are made from.
const POINTS_MAX: u32 = 4096;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Point {
    at: u32,
    server: u32,
    number: u32,
}

#[derive(Clone, Debug)]
pub(super) struct Ring {
    server_key: ServerKey,
    balance_factor: u32,
    points: Vec<Point>,
    /// The point whose server was picked last without a key.
    last: Option<Point>,
    /// Weights of the servers before each one, as they were at the start: HAProxy never
    /// brings them up to date.
    before: Vec<u32>,
    /// The most points that each server ever had.
    most: Vec<u32>,
}

impl Ring {
    pub(super) fn new(fleet: &Fleet, server_key: ServerKey, balance_factor: u32) -> Ring {
        let (mut active, mut backup) = (0, 0);
        let before = (0..fleet.len()).map(|index| {
            let sum = if fleet.is_backup(index) { &mut backup } else { &mut active };
            *sum += fleet.weight(index);
            *sum - fleet.weight(index)
        });
        let before = before.collect();
        let most = (0..fleet.len()).map(|index| fleet.weight_when_up(index)).collect();
        let (points, last) = (Vec::new(), None);
        let mut ring = Ring { server_key, balance_factor, points, last, before, most };
        ring.points = ring.points_of(fleet);
        ring
    }

    fn points_of(&self, fleet: &Fleet) -> Vec<Point> {
        let members: Vec<usize> = match fleet.side() {
            Side::Active => fleet.usable(false).collect(),
            Side::Backups => fleet.usable(true).collect(),
            Side::FirstBackup(_) | Side::Nobody => Vec::new(),
        };
        let points = members.into_iter().flat_map(|index| {
            let key = fleet.server(index).map_or(0, |server| base(server, self.server_key));
            (0..fleet.weight(index)).map(move |number| {
                let at = full(key.wrapping_add(number));
                Point { at, server: index as u32, number }
            })
        });
        let mut points: Vec<Point> = points.collect();
        // Stable: of equal points, the one that was put in first comes first.
        points.sort_by_key(|point| point.at);
        points
    }

    /// Takes a server's change in, after the fleet did.
    pub(super) fn change(&mut self, fleet: &Fleet, server: usize) {
        let points = self.points_of(fleet);
        // A server that gets more points than it ever had loses all of them for a moment.
        let most = self.most.get_mut(server);
        let outgrown = most.is_some_and(|most| {
            let outgrown = fleet.weight(server) > *most;
            *most = (*most).max(fleet.weight(server));
            outgrown
        });
        let gone = outgrown.then_some(server as u32);
        self.last = self.last.and_then(|last| following(&self.points, &points, last, gone));
        self.points = points;
    }

    /// The server of the point that is closest to this number, or of the next one that may
    /// take the request.
    pub(super) fn at(&self, fleet: &Fleet, hash: u32, state: &State<'_>) -> Option<usize> {
        if let Side::FirstBackup(first) = fleet.side() {
            return Some(first);
        }
        let length = self.points.len();
        let found = self.points.partition_point(|point| point.at < hash);
        let next = if found == length { 0 } else { found };
        let previous = if next == 0 { length.checked_sub(1)? } else { next - 1 };
        let back = hash.wrapping_sub(self.points[previous].at);
        let ahead = self.points[next].at.wrapping_sub(hash);
        let mut at = if back <= ahead { previous } else { next };
        let mut laps = 0;
        while !self.may_take(fleet, self.points[at].server as usize, state) {
            if at + 1 == length {
                laps += 1;
                if laps > 1 {
                    break;
                }
            }
            at = (at + 1) % length;
        }
        Some(self.points[at].server as usize)
    }

    fn may_take(&self, fleet: &Fleet, server: usize, state: &State<'_>) -> bool {
        state.tried.last() != Some(&server)
            && (self.balance_factor == 0 || self.has_room(fleet, server, state))
    }

    /// Whether a server has less under way than its part of the bound, which is shared out in
    /// whole requests.
    fn has_room(&self, fleet: &Fleet, server: usize, state: &State<'_>) -> bool {
        let total = fleet.total().max(1);
        let under_way = state.in_flight.iter().fold(1u32, |sum, count| sum.wrapping_add(*count));
        let bound = under_way.wrapping_mul(self.balance_factor).wrapping_add(99) / 100;
        let (each, rest) = (bound / total, bound % total);
        let weight = fleet.weight(server);
        let before = self.before.get(server).copied().unwrap_or(0);
        let part = before.wrapping_add(weight).wrapping_mul(rest) / total;
        let slots = weight.wrapping_mul(each).wrapping_add(part);
        let slots = slots.wrapping_sub(before.wrapping_mul(rest) / total);
        state.in_flight(server) < slots.max(1)
    }

    /// Where no key is known: the ring's points one after the other.
    pub(super) fn next(&mut self, fleet: &Fleet, state: &State<'_>) -> Option<usize> {
        if let Side::FirstBackup(first) = fleet.side() {
            return Some(first);
        }
        let length = self.points.len();
        let start = self.last.map_or(0, |last| self.place(last) + 1);
        let mut avoided = None;
        for step in 0..length {
            let point = self.points[(start + step) % length];
            let server = point.server as usize;
            self.last = Some(point);
            if fleet.is_full(server, state.in_flight(server)) {
                continue;
            }
            if state.tried.last() != Some(&server) {
                return Some(server);
            }
            avoided = Some(point);
        }
        self.last = avoided;
        avoided.map(|point| point.server as usize)
    }

    fn place(&self, point: Point) -> usize {
        let first = self.points.partition_point(|other| other.at < point.at);
        let same = self.points[first..].iter().position(|other| *other == point);
        first + same.unwrap_or(0)
    }

    /// The part of all numbers that each server is closest to.
    pub(super) fn arcs(&self, servers: usize) -> Vec<f64> {
        let mut arcs = vec![0.0; servers];
        let whole = 2f64.powi(32);
        for (at, point) in self.points.iter().enumerate() {
            let next = self.points[(at + 1) % self.points.len()];
            let gap = next.at.wrapping_sub(point.at);
            let gap = if self.points.len() == 1 { whole } else { f64::from(gap) };
            // A number in the very middle belongs to the point before it.
            let own = ((gap / 2.0).floor() + 1.0).min(gap);
            arcs[point.server as usize] += own / whole;
            arcs[next.server as usize] += (gap - own) / whole;
        }
        arcs
    }
}

/// The point itself where it is still there, else the next of the old ring that is; those of
/// one server may count as gone.
fn following(old: &[Point], new: &[Point], last: Point, gone: Option<u32>) -> Option<Point> {
    let remains = |point: &&Point| {
        if gone == Some(point.server) {
            return false;
        }
        let first = new.partition_point(|other| other.at < point.at);
        new[first..].iter().take_while(|other| other.at == point.at).any(|other| other == *point)
    };
    let start = old.iter().position(|point| *point == last)?;
    let mut from_there = old[start..].iter().chain(&old[..start]);
    from_there.find(remains).copied()
}

fn base(server: &Server, key: ServerKey) -> u32 {
    let by_id = server.id.wrapping_mul(POINTS_MAX);
    match key {
        ServerKey::Id => by_id,
        ServerKey::Id32 => full(server.id.to_be()),
        ServerKey::Address | ServerKey::AddressAndPort => {
            let Ok(address) = server.address.parse::<SocketAddr>() else { return by_id };
            let with_port = key == ServerKey::AddressAndPort;
            let seed = if with_port { full(u32::from(address.port())) } else { 0 };
            match address.ip() {
                IpAddr::V4(ip) => full(seed.wrapping_add(u32::from_le_bytes(ip.octets()))),
                IpAddr::V6(ip) => xxh32(&ip.octets(), seed),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pick::haproxy::samples::servers;

    #[test]
    fn arcs_are_what_lookups_find() {
        let fleet = Fleet::fine(&servers(&[1, 3, 2]), false);
        let ring = Ring::new(&fleet, ServerKey::Id, 0);
        let mut found = [0u32; 3];
        for step in 0..1u32 << 16 {
            let server = ring.at(&fleet, step << 16, &State::default()).unwrap();
            found[server] += 1;
        }
        for (found, arc) in found.iter().zip(ring.arcs(3)) {
            assert!((f64::from(*found) / 65536.0 - arc).abs() < 1e-3);
        }
    }

    #[test]
    fn a_bound_sends_keys_on() {
        let fleet = Fleet::fine(&servers(&[1, 1]), false);
        let ring = Ring::new(&fleet, ServerKey::Id, 100);
        let first = ring.at(&fleet, 7, &State::default()).unwrap();
        let mut in_flight = [0, 0];
        in_flight[first] = 1;
        let state = State { in_flight: &in_flight, tried: &[] };
        assert_eq!(ring.at(&fleet, 7, &state), Some(1 - first));
    }
}
