//! `balance roundrobin`: each server has a next position on a line as long as all weights
//! together; whoever's position has come is picked, and moves on by that length over its weight.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::fleet::{Fleet, Side};
use crate::pick::{Change, Picker, Request, Server, State};

const USER_WEIGHT_RANGE: i64 = 256;
const WEIGHT_MAX: i64 = 4096;
const SCALE: i64 = 16;

/// Servers by key; of equal keys, the one that came first. Whoever has left is still in it, with
/// an entry that is not its own any more.
type Queue = BinaryHeap<Reverse<(u32, u64, usize)>>;

/// The first one that has not left.
fn top(queue: &mut Queue, seats: &[Seat]) -> Option<usize> {
    while let Some(&Reverse((key, arrival, server))) = queue.peek() {
        if seats[server].entry == Some((key, arrival)) {
            return Some(server);
        }
        queue.pop();
    }
    None
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// In one of the two queues that are sorted by weight.
    Waiting(usize),
    /// In the queue that is sorted by position.
    Current,
}

#[derive(Clone, Debug, Default)]
struct Seat {
    next: i64,
    last: i64,
    /// What the division of the line by the weight left over so far.
    rest: i64,
    place: Option<Place>,
    entry: Option<(u32, u64)>,
}

/// Active servers are one of these, backup servers another one.
#[derive(Clone, Debug, Default)]
struct Group {
    waiting: [Queue; 2],
    /// Which of the waiting queues is being used up; the other one fills for the next turn.
    opening: usize,
    current: Queue,
    position: i64,
    weight: i64,
    weight_next: i64,
}

/// `balance roundrobin`, with one thread group. (Since 3.2 every thread group has its own line,
/// and which of them a request meets is not known.)
#[derive(Clone, Debug)]
pub struct RoundRobin {
    fleet: Fleet,
    groups: [Group; 2],
    seats: Vec<Seat>,
    arrivals: u64,
}

impl RoundRobin {
    /// As HAProxy starts with these servers.
    pub fn new(servers: &[Server], all_backups: bool) -> RoundRobin {
        let fleet = Fleet::fine(servers, all_backups);
        let seats = vec![Seat::default(); fleet.len()];
        let mut picker = RoundRobin { fleet, groups: Default::default(), seats, arrivals: 0 };
        for index in 0..picker.fleet.len() {
            let weight = i64::from(picker.fleet.weight(index));
            if weight > 0 {
                let group = usize::from(picker.fleet.is_backup(index));
                picker.groups[group].weight_next += weight;
                picker.queue_by_weight(group, 0, index);
            }
        }
        for group in &mut picker.groups {
            (group.weight, group.position) = (group.weight_next, group.weight_next);
        }
        picker
    }

    fn insert(&mut self, group: usize, place: Place, key: u32, server: usize) {
        self.arrivals += 1;
        let group = &mut self.groups[group];
        let queue = match place {
            Place::Waiting(which) => &mut group.waiting[which],
            Place::Current => &mut group.current,
        };
        queue.push(Reverse((key, self.arrivals, server)));
        self.seats[server].place = Some(place);
        self.seats[server].entry = Some((key, self.arrivals));
    }

    fn dequeue(&mut self, server: usize) {
        self.seats[server].entry = None;
    }

    fn queue_by_weight(&mut self, group: usize, which: usize, server: usize) {
        let key = (WEIGHT_MAX - i64::from(self.fleet.weight(server))) as u32;
        self.insert(group, Place::Waiting(which), key, server);
    }

    /// Puts a server where its next position says.
    fn queue(&mut self, group: usize, server: usize) {
        let weight = i64::from(self.fleet.weight(server));
        let of = &self.groups[group];
        let (length, length_next, filling) = (of.weight, of.weight_next, 1 - of.opening);
        let seat = &mut self.seats[server];
        if weight == 0 {
            seat.place = None;
        } else if seat.next >= 2 * length || seat.next >= length + length_next {
            seat.next -= length;
            self.queue_by_weight(group, filling, server);
        } else {
            let order = (WEIGHT_MAX + seat.rest - weight) / SCALE;
            let key = (USER_WEIGHT_RANGE * seat.next + order) as u32;
            self.insert(group, Place::Current, key, server);
        }
    }

    /// Brings a server's position up to date before it is moved.
    fn take_out(&mut self, group: usize, server: usize) {
        let of = &self.groups[group];
        let seat = &mut self.seats[server];
        match seat.place {
            Some(Place::Waiting(which)) if which == of.opening => (seat.next, seat.rest) = (0, 0),
            Some(Place::Waiting(_)) => seat.next += of.weight,
            Some(Place::Current) => {}
            None => seat.next = of.position,
        }
    }

    fn first(&mut self, group: usize) -> Option<usize> {
        let of = &mut self.groups[group];
        let due = top(&mut of.current, &self.seats);
        if due.is_some_and(|server| self.seats[server].next <= of.position) {
            return due;
        }
        let opening = top(&mut of.waiting[of.opening], &self.seats);
        if let Some(server) = opening {
            (self.seats[server].next, self.seats[server].rest) = (0, 0);
        }
        opening.or(due)
    }

    fn switch(&mut self, group: usize) {
        let of = &mut self.groups[group];
        of.opening = 1 - of.opening;
        (of.weight, of.position) = (of.weight_next, of.weight_next);
    }

    fn advance(&mut self, group: usize, server: usize) {
        let weight = i64::from(self.fleet.weight(server)).max(1);
        let of = &mut self.groups[group];
        let seat = &mut self.seats[server];
        if seat.next == 0 {
            seat.next = of.position;
        }
        seat.last = seat.next;
        seat.next += of.weight_next / weight;
        seat.rest += of.weight_next % weight;
        if seat.rest >= weight {
            seat.rest -= weight;
            seat.next += 1;
        }
        of.position += 1;
    }

    fn pick_from(&mut self, group: usize, state: &State<'_>) -> Option<usize> {
        let avoid = state.tried.last().copied();
        let (mut switched, mut avoided, mut passed) = (false, None, Vec::new());
        let of = &mut self.groups[group];
        if of.weight == 0 {
            (of.weight, of.position) = (of.weight_next, of.weight_next);
        }
        let chosen = loop {
            let Some(server) = self.first(group) else {
                if switched {
                    break avoided;
                }
                switched = true;
                self.switch(group);
                continue;
            };
            self.advance(group, server);
            self.dequeue(server);
            if !self.fleet.is_full(server, state.in_flight(server)) {
                if Some(server) != avoid || avoided.is_some() {
                    break Some(server);
                }
                avoided = Some(server);
            }
            passed.push(server);
        };
        if let Some(server) = chosen {
            self.queue(group, server);
        }
        self.put_back(group, switched, &passed, chosen);
        chosen
    }

    /// Servers that were full or avoided: those of a turn that is over have lost their position.
    fn put_back(&mut self, group: usize, over: bool, passed: &[usize], chosen: Option<usize>) {
        for &server in passed.iter().rev().filter(|&&server| Some(server) != chosen) {
            if over {
                let opening = self.groups[group].opening;
                self.queue_by_weight(group, opening, server);
            } else {
                self.queue(group, server);
            }
        }
    }

    fn reweigh(&mut self, group: usize, server: usize, weight: i64) {
        let of = &self.groups[group];
        let (opening, position, step) = (of.opening, of.position, of.weight_next / weight);
        if self.seats[server].place == Some(Place::Waiting(opening)) {
            self.dequeue(server);
            return self.queue_by_weight(group, opening, server);
        }
        self.take_out(group, server);
        let seat = &mut self.seats[server];
        seat.next = (seat.last + step).min(seat.next);
        seat.rest = 0;
        if seat.next < position + 2 {
            seat.next = position + step;
        }
        self.dequeue(server);
        self.queue(group, server);
    }
}

impl Picker for RoundRobin {
    fn pick(&mut self, _: &Request<'_>, state: &State<'_>) -> Option<usize> {
        match self.fleet.side() {
            Side::Active => self.pick_from(0, state),
            Side::Backups => self.pick_from(1, state),
            Side::FirstBackup(first) => Some(first),
            Side::Nobody => None,
        }
    }

    fn change(&mut self, server: usize, change: Change) {
        let (before, after) = self.fleet.change(server, change);
        if before == after {
            return;
        }
        let group = usize::from(self.fleet.is_backup(server));
        let (before, after) = (i64::from(before), i64::from(after));
        self.groups[group].weight_next += after - before;
        if after == 0 {
            self.dequeue(server);
            self.seats[server].place = None;
        } else if before == 0 {
            let of = &self.groups[group];
            let ahead = (of.weight_next + of.weight - of.position).max(0) / after;
            self.seats[server].next = of.position + ahead;
            self.queue(group, server);
        } else {
            self.reweigh(group, server, after);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pick::haproxy::samples::{order, servers};

    #[test]
    fn heavy_servers_come_first_and_again_in_between() {
        let mut picker = RoundRobin::new(&servers(&[1, 2, 1]), false);
        assert_eq!(order(&mut picker, 8), [1, 0, 1, 2, 1, 0, 1, 2]);
    }

    #[test]
    fn equal_servers_take_turns() {
        let mut picker = RoundRobin::new(&servers(&[7, 7, 7]), false);
        assert_eq!(order(&mut picker, 6), [0, 1, 2, 0, 1, 2]);
    }

    #[test]
    fn nobody_is_asked_when_all_are_down() {
        let mut picker = RoundRobin::new(&servers(&[1, 1]), false);
        picker.change(0, Change::Down);
        assert_eq!(order(&mut picker, 2), [1, 1]);
        picker.change(1, Change::Down);
        assert_eq!(picker.pick(&Request::default(), &State::default()), None);
        picker.change(0, Change::Up);
        assert_eq!(order(&mut picker, 2), [0, 0]);
    }
}
