//! Requests that their balancer holds: the real balancer's lines, without room to run out of.

use balance::{Hold, Want};

use super::{Event, TICK_NS, World};
use crate::SECOND;

impl World<'_> {
    /// A job is held, the last of its balancer's.
    pub(super) fn holds(&mut self, at: u32, hold: Hold, now_ns: u64) {
        let job = &mut self.jobs[at as usize];
        job.turn += 1;
        let event = Event::HeldLong { job: at, turn: job.turn };
        self.calendar.note(hold.until_ns().max(now_ns + 1), event);
        job.hold = Some(hold);
        self.held[job.balancer as usize].push(at);
    }

    /// What is held at a tick counts until the next one.
    pub(super) fn witness_held(&mut self) {
        let Some(witness) = &mut self.witness else { return };
        for &job in &self.held[0] {
            let hold = self.jobs[job as usize].hold.as_ref();
            let server =
                hold.and_then(|hold| self.ids.iter().position(|&id| id == hold.endpoint()));
            if let Some(server) = server {
                witness.holds(server, TICK_NS as f64 / SECOND as f64);
            }
        }
    }

    /// It was held long enough, unless it has asked since.
    pub(super) fn held_long(&mut self, at: u32, turn: u32, now_ns: u64) {
        let job = &self.jobs[at as usize];
        if job.turn == turn && job.hold.is_some() {
            self.asks_again(at, now_ns);
        }
    }

    /// A held job asks again, and keeps its place in the line where it is told to wait on.
    fn asks_again(&mut self, at: u32, now_ns: u64) {
        let balancer = self.jobs[at as usize].balancer as usize;
        let place = self.held[balancer].iter().position(|&job| job == at).unwrap_or_default();
        self.held[balancer].remove(place);
        self.jobs[at as usize].hold = None;
        self.send(at, now_ns);
        if self.jobs[at as usize].hold.is_some() {
            self.held[balancer].pop();
            self.held[balancer].insert(place, at);
        }
    }

    /// A server has room again: the first of its own line may ask, and those who would go
    /// elsewhere, one after the other, until one finds that no place is free.
    pub(super) fn calls(&mut self, balancer: usize, server: usize, now_ns: u64) {
        if self.held[balancer].is_empty() {
            return;
        }
        let waits = |world: &Self, job: u32, anywhere: bool| {
            let hold = world.jobs[job as usize].hold.as_ref();
            hold.is_some_and(|hold| match hold.want() {
                Want::Home => !anywhere && hold.endpoint() == world.ids[server],
                Want::Elsewhere | Want::Any => anywhere,
            })
        };
        let waiting = self.held[balancer].clone();
        for job in waiting.iter().copied().filter(|&job| waits(self, job, true)).collect::<Vec<_>>()
        {
            self.asks_again(job, now_ns);
            let hold = self.jobs[job as usize].hold.as_ref();
            if hold.is_some_and(|hold| hold.want() == Want::Any) {
                break;
            }
        }
        if let Some(job) = waiting.into_iter().find(|&job| waits(self, job, false)) {
            self.asks_again(job, now_ns);
        }
    }
}
