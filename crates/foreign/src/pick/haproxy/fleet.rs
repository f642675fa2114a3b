//! Who of a backend's servers is asked at all: weights in HAProxy's own units, active servers
//! before backup servers.

use crate::pick::{Change, Server};

/// What a weight of 1 is worth where weights can change while HAProxy runs.
const SCALE: u32 = 16;
/// The greatest weight that a configuration may give.
const WEIGHT_MAX: u32 = 256;

/// Whom requests go to now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Active,
    /// All backup servers together: `option allbackups`.
    Backups,
    /// The first backup server that is usable, and nobody else.
    FirstBackup(usize),
    Nobody,
}

#[derive(Clone, Debug)]
struct Member {
    server: Server,
    weight: u32,
}

#[derive(Clone, Debug)]
pub(super) struct Fleet {
    members: Vec<Member>,
    all_backups: bool,
    /// Weights are multiplied by the first number and divided by the second.
    scale: (u32, u32),
    side: Side,
    used: usize,
    total: u32,
}

impl Fleet {
    /// For methods whose weights can change: in sixteenths.
    pub(super) fn fine(servers: &[Server], all_backups: bool) -> Fleet {
        Fleet::scaled(servers, all_backups, (SCALE, 1))
    }

    /// For methods with a table: weights without their common divisor.
    pub(super) fn coarse(servers: &[Server], all_backups: bool) -> Fleet {
        let weights = servers.iter().map(|server| server.weight.min(WEIGHT_MAX));
        let divisor = weights.fold(0, greatest_divisor).max(1);
        Fleet::scaled(servers, all_backups, (1, divisor))
    }

    fn scaled(servers: &[Server], all_backups: bool, scale: (u32, u32)) -> Fleet {
        let member = |server: &Server| Member { server: server.clone(), weight: 0 };
        let members = servers.iter().map(member).collect();
        let (side, used, total) = (Side::Nobody, 0, 0);
        let mut fleet = Fleet { members, all_backups, scale, side, used, total };
        for index in 0..fleet.len() {
            fleet.weigh(index);
        }
        fleet.judge();
        fleet
    }

    fn weigh(&mut self, index: usize) {
        let (factor, divisor) = self.scale;
        if let Some(member) = self.members.get_mut(index) {
            member.server.weight = member.server.weight.min(WEIGHT_MAX);
            member.weight = (member.server.weight * factor).div_ceil(divisor);
        }
    }

    fn judge(&mut self) {
        self.side = self.find_side();
        let sum = |servers: &[usize]| servers.iter().map(|&index| self.weight(index)).sum();
        let members: Vec<usize> = match self.side {
            Side::Active => self.usable(false).collect(),
            Side::Backups => self.usable(true).collect(),
            Side::FirstBackup(first) => vec![first],
            Side::Nobody => Vec::new(),
        };
        (self.used, self.total) = (members.len(), sum(&members));
    }

    fn find_side(&self) -> Side {
        let usable = |backup| {
            (0..self.len()).find(|&index| self.weight(index) > 0 && self.is_backup(index) == backup)
        };
        match (usable(false), usable(true)) {
            (Some(_), _) => Side::Active,
            (None, Some(_)) if self.all_backups => Side::Backups,
            (None, Some(first)) => Side::FirstBackup(first),
            (None, None) => Side::Nobody,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.members.len()
    }

    pub(super) fn side(&self) -> Side {
        self.side
    }

    /// HAProxy's weight of a server; 0 where it takes no requests.
    pub(super) fn weight(&self, index: usize) -> u32 {
        let member = self.members.get(index).filter(|member| member.server.up);
        member.map_or(0, |member| member.weight)
    }

    /// The same for one that is down.
    pub(super) fn weight_when_up(&self, index: usize) -> u32 {
        self.members.get(index).map_or(0, |member| member.weight)
    }

    pub(super) fn is_backup(&self, index: usize) -> bool {
        self.members.get(index).is_some_and(|member| member.server.backup)
    }

    pub(super) fn is_full(&self, index: usize, in_flight: u32) -> bool {
        self.members.get(index).is_some_and(|member| member.server.is_full(in_flight))
    }

    pub(super) fn server(&self, index: usize) -> Option<&Server> {
        self.members.get(index).map(|member| &member.server)
    }

    /// The servers of one kind that take requests.
    pub(super) fn usable(&self, backup: bool) -> impl Iterator<Item = usize> {
        (0..self.len()).filter(move |&i| self.weight(i) > 0 && self.is_backup(i) == backup)
    }

    /// How many servers share the requests.
    pub(super) fn used(&self) -> usize {
        self.used
    }

    /// The weights of all who share the requests, together.
    pub(super) fn total(&self) -> u32 {
        self.total
    }

    /// Takes a change in. The answer is the server's weight before and after it.
    pub(super) fn change(&mut self, index: usize, change: Change) -> (u32, u32) {
        let before = self.weight(index);
        if let Some(member) = self.members.get_mut(index) {
            match change {
                Change::Up => member.server.up = true,
                Change::Down => member.server.up = false,
                Change::Weight(weight) => member.server.weight = weight,
            }
        }
        self.weigh(index);
        self.judge();
        (before, self.weight(index))
    }
}

/// Of both numbers; Euclid's.
fn greatest_divisor(mut a: u32, mut b: u32) -> u32 {
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fleet(weights: &[u32]) -> Vec<Server> {
        let server = |(place, weight): (usize, &u32)| Server {
            weight: *weight,
            backup: place >= 2,
            ..Server::new(place, "s", "127.0.0.1:80")
        };
        weights.iter().enumerate().map(server).collect()
    }

    #[test]
    fn backups_come_after_the_others() {
        let mut fleet = Fleet::fine(&fleet(&[1, 3, 2, 4]), false);
        assert_eq!((fleet.side(), fleet.total(), fleet.used()), (Side::Active, 64, 2));
        fleet.change(0, Change::Down);
        assert_eq!(fleet.change(1, Change::Weight(0)), (48, 0));
        assert_eq!((fleet.side(), fleet.total()), (Side::FirstBackup(2), 32));
        fleet.change(2, Change::Down);
        assert_eq!(fleet.side(), Side::FirstBackup(3));
        fleet.change(3, Change::Down);
        assert_eq!((fleet.side(), fleet.used()), (Side::Nobody, 0));
    }

    #[test]
    fn tables_have_no_greatest_divisor() {
        let fleet = Fleet::coarse(&fleet(&[0, 6, 9, 3]), true);
        assert_eq!([0, 1, 2, 3].map(|index| fleet.weight(index)), [0, 2, 3, 1]);
    }
}
