//! Hands each second's measurements to whoever judges them. It never waits: a judge that is slow
//! misses seconds, and is told how many.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use evenness::diagnosis::Limits;
use ledger::Measured;

use super::events::Events;
use super::meter::Meters;
use crate::plan::Plan;
use crate::worker::WorkerShared;

/// Seconds that may wait to be taken.
const WAITING_MAX: usize = 60;

pub(super) struct Telling {
    meters: Meters,
    sender: SyncSender<Measured>,
    events: Events,
    lost: u64,
    cpu: Cpu,
}

impl Telling {
    pub(super) fn new(events: Events) -> (Self, Receiver<Measured>) {
        let (sender, receiver) = sync_channel(WAITING_MAX);
        let telling =
            Telling { meters: Meters::default(), sender, events, lost: 0, cpu: Cpu::new() };
        (telling, receiver)
    }

    pub(super) fn beat(&mut self, plan: &Plan, now_ns: u64) {
        self.meters.beat(plan, now_ns);
    }

    pub(super) fn second(&mut self, plan: &Plan, shared: &WorkerShared, workers: usize) {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let at_s = since.map_or(0, |since| since.as_secs());
        let open = f64::from(shared.admission.open());
        let limits = Limits {
            connections: open / f64::from(shared.admission.most().max(1)),
            cpu: self.cpu.used(workers),
            queue: 0.0,
        };
        let events = self.events.take();
        let pools = self.meters.second(plan, shared.handed.take(), at_s);
        let measured = Measured { at_s, pools, events, limits, lost: self.lost };
        match self.sender.try_send(measured) {
            Ok(()) => self.lost = 0,
            Err(_) => self.lost += 1,
        }
    }
}

/// Processor time of the process.
struct Cpu {
    at: Instant,
    used_s: f64,
}

impl Cpu {
    fn new() -> Self {
        Cpu { at: Instant::now(), used_s: process_s() }
    }

    /// The part of the workers' time that was used since the last call, 0 to 1.
    fn used(&mut self, workers: usize) -> f64 {
        let before = std::mem::replace(self, Cpu::new());
        let wall_s = (self.at - before.at).as_secs_f64() * workers.max(1) as f64;
        if wall_s > 0.0 { ((self.used_s - before.used_s) / wall_s).clamp(0.0, 1.0) } else { 0.0 }
    }
}

fn process_s() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}
