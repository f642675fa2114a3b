//! The loop: arrivals, ends, ticks and changes in the order of their times.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use balance::{Claims, Lease, Outcome};

use super::decider::Decider;
use super::{Arrival, Mode, Report, SECOND, Server, Traffic};

const TICK_NS: u64 = SECOND / 50;
const FAST_ERROR_NS: u64 = 200_000;
const REFUSAL_NS: u64 = 50_000;
const ATTEMPTS: usize = 3;

/// Something that happens to the world.
#[derive(Clone, Debug)]
pub enum Change {
    Mode(usize, Mode),
    Slowness(usize, f64),
    Weights(Vec<f64>),
    /// Every user holds a cookie of this server; `true`: one and the same cookie.
    StickAll(usize, bool),
    /// The probe's verdict.
    Probe(usize, bool),
}

/// One run's inputs.
#[derive(Clone, Debug)]
pub struct Scenario {
    pub servers: Vec<Server>,
    pub traffic: Traffic,
    pub duration_s: f64,
    /// Delays are counted from here on.
    pub counted_from_s: f64,
    pub changes: Vec<(f64, Change)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// `served`: it held a slot; `well`: the answer is a good one.
    Ends {
        job: usize,
        server: usize,
        life: u32,
        served: bool,
        well: bool,
    },
    Tick,
    Change(usize),
}

struct Job {
    arrival: Arrival,
    tried: Vec<u16>,
    lease: Option<Lease>,
    cookie: Option<Claims>,
    sent_ns: u64,
}

struct World<'a> {
    servers: Vec<Server>,
    jobs: Vec<Option<Job>>,
    events: BinaryHeap<Reverse<(u64, u64, Event)>>,
    sequence: u64,
    counted_from_ns: u64,
    /// Where each user's last answer came from.
    homes: HashMap<usize, usize>,
    decider: &'a mut dyn Decider,
    report: Report,
}

/// Runs a scenario to its end.
pub fn play(scenario: Scenario, decider: &mut dyn Decider) -> Report {
    let end_ns = (scenario.duration_s * SECOND as f64) as u64;
    let mut world = World {
        servers: scenario.servers,
        jobs: Vec::new(),
        events: BinaryHeap::new(),
        sequence: 0,
        counted_from_ns: (scenario.counted_from_s * SECOND as f64) as u64,
        homes: HashMap::new(),
        decider,
        report: Report::default(),
    };
    for (at, (at_s, _)) in scenario.changes.iter().enumerate() {
        world.at((at_s * SECOND as f64) as u64, Event::Change(at));
    }
    world.at(TICK_NS, Event::Tick);
    let mut traffic = scenario.traffic.take_while(|a| a.at_ns < end_ns).peekable();
    while let Some(now_ns) = world.events.peek().map(|e| e.0.0) {
        match traffic.next_if(|a| a.at_ns <= now_ns) {
            Some(arrival) => world.arrives(arrival),
            None => match world.events.pop().map(|e| e.0) {
                Some((now_ns, _, Event::Change(at))) => {
                    world.change(&scenario.changes[at].1, now_ns);
                }
                Some((now_ns, _, Event::Tick)) => world.tick(now_ns, end_ns),
                Some((now_ns, _, Event::Ends { job, server, life, served, well })) => {
                    if life == world.servers[server].life {
                        world.ends(job, server, (served, well), now_ns);
                    }
                }
                None => break,
            },
        }
    }
    assert!(world.servers.iter().all(|s| s.in_flight == 0), "the world ran dry");
    world.report.excess_ms.sort_unstable_by(f64::total_cmp);
    world.report
}

impl World<'_> {
    fn at(&mut self, at_ns: u64, event: Event) {
        self.sequence += 1;
        self.events.push(Reverse((at_ns, self.sequence, event)));
    }

    fn arrives(&mut self, arrival: Arrival) {
        self.report.requests += 1;
        let job = Job { arrival, tried: Vec::new(), lease: None, cookie: None, sent_ns: 0 };
        // Ended jobs lie among the first; the table stays as long as the most at once.
        let free = self.jobs.iter().position(Option::is_none).unwrap_or_else(|| {
            self.jobs.push(None);
            self.jobs.len() - 1
        });
        self.send(free, job, arrival.at_ns);
    }

    fn send(&mut self, at: usize, mut job: Job, now_ns: u64) {
        let user = job.arrival.user;
        let Some(decision) = self.decider.pick(user, &job.tried, &self.servers, now_ns) else {
            self.report.failed_at_ns.push(now_ns);
            return;
        };
        let index = decision.index;
        if decision.moved {
            self.report.moved_at_ns.push(now_ns);
        }
        let second = (now_ns / SECOND) as usize;
        let servers = self.servers.len();
        self.report.sent.resize_with(self.report.sent.len().max(second + 1), || vec![0; servers]);
        self.report.sent[second][index] += 1;
        job.tried.push(index as u16);
        job.lease = decision.lease;
        job.cookie = decision.cookie;
        job.sent_ns = now_ns;
        self.jobs[at] = Some(job);
        self.servers[index].in_flight += 1;
        self.serve(at, index, now_ns);
    }

    fn serve(&mut self, job: usize, index: usize, now_ns: u64) {
        let demand_ns = self.jobs[job].as_ref().map_or(0, |j| j.arrival.demand_ns);
        let server = &mut self.servers[index];
        let life = server.life;
        let (delay_ns, served, well) = match server.mode {
            Mode::FailsFast => (FAST_ERROR_NS, false, false),
            Mode::Dead => (REFUSAL_NS, false, false),
            Mode::Well | Mode::Flaky if server.busy >= server.slots => {
                return server.queue.push_back(job);
            }
            mode => {
                server.busy += 1;
                let well = mode == Mode::Well || !self.sequence.is_multiple_of(100);
                ((demand_ns as f64 * server.slowness) as u64, true, well)
            }
        };
        self.at(now_ns + delay_ns, Event::Ends { job, server: index, life, served, well });
    }

    fn ends(&mut self, at: usize, index: usize, (served, well): (bool, bool), now_ns: u64) {
        if served {
            self.servers[index].busy -= 1;
            if let Some(next) = self.servers[index].queue.pop_front() {
                self.serve(next, index, now_ns);
            }
        }
        self.answer(at, index, well, now_ns);
    }

    fn answer(&mut self, at: usize, index: usize, well: bool, now_ns: u64) {
        let Some(mut job) = self.jobs[at].take() else { return };
        self.servers[index].in_flight -= 1;
        if let Some(lease) = job.lease.take() {
            let first_byte_ns = now_ns - job.sent_ns;
            let success = Outcome::Success { first_byte_ns };
            lease.judge(if well { success } else { Outcome::Failure }, now_ns);
            lease.finish(now_ns);
        }
        if well {
            let user = job.arrival.user;
            if let Some(cookie) = job.cookie {
                self.decider.set_cookie(user, cookie);
            }
            let last = self.homes.insert(user, index);
            self.report.changes += u64::from(last.is_some_and(|last| last != index));
            if job.arrival.at_ns >= self.counted_from_ns {
                let excess = (now_ns - job.arrival.at_ns) as f64 - job.arrival.demand_ns as f64;
                self.report.excess_ms.push(excess / 1e6);
            }
        } else if job.tried.len() < ATTEMPTS && self.decider.may_retry() {
            self.report.retries += 1;
            self.send(at, job, now_ns);
        } else {
            self.report.failed_at_ns.push(now_ns);
        }
    }

    fn tick(&mut self, now_ns: u64, end_ns: u64) {
        self.decider.tick(now_ns);
        let tenth = (now_ns / (SECOND / 10)) as usize;
        let in_flight = &mut self.report.in_flight;
        in_flight.resize_with(in_flight.len().max(tenth + 1), || vec![0.0; self.servers.len()]);
        for (cell, server) in in_flight[tenth].iter_mut().zip(&self.servers) {
            *cell += server.in_flight as f64 / 5.0;
        }
        if now_ns.is_multiple_of(SECOND) {
            self.report.speeds.push(self.decider.speeds());
            self.report.slots.push(self.decider.slots());
        }
        if now_ns < end_ns {
            self.at(now_ns + TICK_NS, Event::Tick);
        }
    }

    fn change(&mut self, change: &Change, now_ns: u64) {
        match change {
            Change::Mode(index, mode) => self.behave(*index, *mode, now_ns),
            Change::Slowness(index, slowness) => self.servers[*index].slowness = *slowness,
            Change::Weights(weights) => self.decider.reweigh(weights, now_ns),
            Change::StickAll(index, shared) => self.decider.stick_all(*index, *shared, now_ns),
            Change::Probe(index, down) => self.decider.probe(*index, *down, now_ns),
        }
    }

    fn behave(&mut self, index: usize, mode: Mode, now_ns: u64) {
        self.servers[index].mode = mode;
        if mode != Mode::Dead {
            return;
        }
        let server = &mut self.servers[index];
        server.life += 1;
        server.busy = 0;
        server.queue.clear();
        let lost: Vec<usize> = (0..self.jobs.len())
            .filter(|&at| {
                let job = self.jobs[at].as_ref();
                job.is_some_and(|j| j.tried.last() == Some(&(index as u16)))
            })
            .collect();
        for at in lost {
            self.answer(at, index, false, now_ns);
        }
    }
}
