//! The loop: arrivals, ends, ticks and changes in the order of their times.

use std::collections::VecDeque;

use balance::{Hold, Lease, Outcome, Rng, endpoint_id};

use crate::SECOND;
use crate::by_user::ByUser;
use crate::calendar::Calendar;
use crate::cast::Cast;
use crate::change::{Change, Mode, Turn};
use crate::decide::{Answer, Cookie, Decider, Decision, Question};
use crate::measure::{Got, Measure};
use crate::report::Report;
use crate::server::{Discipline, Server, ServerSpec};
use crate::traffic::{Arrival, Arrivals, TrafficSpec};
use crate::witness::{Witness, Witnessed};

mod again;
mod held;

use again::Patience;

/// How often deciders are told the time.
const TICK_NS: u64 = SECOND / 50;
/// What a refused connection takes.
const REFUSAL_NS: u64 = 50_000;

/// One play's inputs. Times are nanoseconds from its start.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The servers.
    pub servers: Vec<ServerSpec>,
    /// What each is built for, in concurrent requests.
    pub capacities: Vec<f64>,
    /// The users.
    pub traffic: TrafficSpec,
    /// Balancers before the same servers; each request comes to any of them.
    pub balancers: usize,
    /// Time on the way between a balancer and a server, each way.
    pub network_ns: u64,
    /// Most attempts per request.
    pub attempts: usize,
    /// How long a balancer waits for an answer.
    pub patience_ns: u64,
    /// How long it lasts.
    pub duration_ns: u64,
    /// Until then nothing is counted.
    pub warm_up_ns: u64,
    /// What happens, in any order.
    pub changes: Vec<(u64, Change)>,
}

impl Scenario {
    /// When something happens first, in traffic too, seconds from the start.
    pub fn happens_s(&self) -> Option<f64> {
        let changes = self.changes.iter().map(|(at_ns, _)| *at_ns as f64 / SECOND as f64);
        let TrafficSpec { rate, flood, heavy, .. } = &self.traffic;
        let rates = [rate, flood, heavy].into_iter().flat_map(|rate| rate.changes_s());
        changes.chain(rates).reduce(f64::min)
    }
}

#[derive(Clone, Copy, Debug)]
enum Event {
    /// A request reaches its server.
    Reaches(u32),
    /// A server has done with an attempt, unless it died before; `served`: it held a slot.
    Ends {
        job: u32,
        attempt: u32,
        served: bool,
        well: bool,
    },
    /// The next of those who share a processor ends, unless something has changed since.
    SharedEnd {
        server: u16,
        version: u32,
    },
    /// An answer is back at the balancer.
    Returns {
        job: u32,
        well: bool,
    },
    /// The balancer has waited long enough for this attempt.
    Impatient {
        job: u32,
        attempt: u32,
    },
    /// A request that is held has waited long enough, unless it has asked since.
    HeldLong {
        job: u32,
        turn: u32,
    },
    /// A user has waited long enough for this request, unless it has ended.
    Lost {
        job: u32,
        request: u32,
    },
    Tick,
    Change(u32),
}

struct Job {
    arrival: Arrival,
    patience: Patience,
    balancer: u32,
    tried: Vec<u16>,
    lease: Option<Lease>,
    cookie: Option<Cookie>,
    sent_ns: u64,
    /// Requests present at its server when it was sent.
    met: u32,
    /// When it asked first, where it had to wait.
    since_ns: Option<u64>,
    /// Its place in the line before a server.
    hold: Option<Hold>,
    /// Counts the times that it was held.
    turn: u32,
    /// Counts all attempts that ever used this place in the table.
    attempt: u32,
    stage: Stage,
}

/// Where an attempt is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// With the balancer, or on its way to a server.
    Before,
    /// At its server.
    There,
    /// Answered.
    After,
}

struct World<'a> {
    scenario: &'a Scenario,
    servers: Vec<Server>,
    deciders: Vec<Box<dyn Decider>>,
    jobs: Vec<Job>,
    free: Vec<u32>,
    calendar: Calendar<Event>,
    cookies: ByUser<Cookie>,
    /// Users who are known; the busiest come first.
    users: usize,
    waiting: VecDeque<u32>,
    /// Jobs that are held, the first first, per balancer.
    held: Vec<Vec<u32>>,
    /// What the balancers call the servers.
    ids: Vec<u64>,
    rng: Rng,
    measure: Measure,
    witness: Option<Witness<'a>>,
}

/// Plays a scenario to its end. The same seed gives the same report.
pub fn play(scenario: &Scenario, cast: &Cast, seed: u64) -> Report {
    run(scenario, cast, seed, None)
}

/// The same, and tells what the first balancer measured in each second.
pub fn play_witnessed<'a>(
    scenario: &'a Scenario,
    cast: &Cast,
    seed: u64,
    tell: &'a mut dyn FnMut(Witnessed),
) -> Report {
    let names = scenario.servers.iter().map(|server| server.name.clone());
    let witness = Witness::new(names, &scenario.capacities, seed, tell);
    run(scenario, cast, seed, Some(witness))
}

fn run<'a>(scenario: &'a Scenario, cast: &Cast, seed: u64, witness: Option<Witness<'a>>) -> Report {
    let mut arrivals = Arrivals::new(scenario.traffic.clone(), seed);
    let mut world = World::new(scenario, cast, arrivals.users(), seed);
    world.witness = witness;
    let mut next = arrivals.next();
    loop {
        let arrival = next.filter(|a| a.at_ns < scenario.duration_ns);
        let event_ns = world.calendar.next_ns();
        match (arrival, event_ns) {
            (Some(arrival), at) if at.is_none_or(|at| arrival.at_ns <= at) => {
                world.arrives(arrival);
                next = arrivals.next();
            }
            (_, Some(_)) => {
                if let Some((now_ns, event)) = world.calendar.pop() {
                    world.happens(event, now_ns);
                }
            }
            _ => break,
        }
    }
    world.measure.finish()
}

impl<'a> World<'a> {
    fn new(scenario: &'a Scenario, cast: &Cast, users: usize, seed: u64) -> Self {
        let servers: Vec<Server> = scenario.servers.iter().map(Server::new).collect();
        let names = scenario.servers.iter().map(|s| s.name.clone()).collect();
        let decider = |i: usize| cast.decider(servers.len(), seed.wrapping_add(i as u64 * 0x9e37));
        let report = Report::new(names, scenario.capacities.clone());
        let mut calendar = Calendar::new();
        for (index, (at_ns, _)) in scenario.changes.iter().enumerate() {
            calendar.note(*at_ns, Event::Change(index as u32));
        }
        calendar.note(TICK_NS, Event::Tick);
        World {
            deciders: (0..scenario.balancers.max(1)).map(decider).collect(),
            measure: Measure::new(scenario.warm_up_ns, users, report),
            scenario,
            servers,
            jobs: Vec::new(),
            free: Vec::new(),
            calendar,
            cookies: ByUser::new(users),
            users,
            waiting: VecDeque::new(),
            held: vec![Vec::new(); scenario.balancers.max(1)],
            ids: scenario.servers.iter().map(|server| endpoint_id(&server.name)).collect(),
            rng: Rng::new(seed ^ 0x3091d),
            witness: None,
        }
    }

    fn happens(&mut self, event: Event, now_ns: u64) {
        match event {
            Event::Reaches(job) => self.reaches(job, now_ns),
            Event::Ends { job, attempt, served, well } => {
                if self.is_there(job, attempt) {
                    self.ends(job, (served, well), now_ns);
                }
            }
            Event::SharedEnd { server, version } => self.shared_end(server.into(), version, now_ns),
            Event::Returns { job, well } => self.returns(job, well, now_ns),
            Event::Impatient { job, attempt } => self.gives_up(job, attempt, now_ns),
            Event::HeldLong { job, turn } => self.held_long(job, turn, now_ns),
            Event::Lost { job, request } => self.loses_patience(job, request, now_ns),
            Event::Tick => self.tick(now_ns),
            Event::Change(index) => self.change(index as usize, now_ns),
        }
    }

    fn arrives(&mut self, arrival: Arrival) {
        self.measure.begins();
        self.asks(arrival, 0, arrival.at_ns);
    }

    /// A user asks, again or for the first time.
    fn asks(&mut self, arrival: Arrival, before: u32, now_ns: u64) {
        if let Some(witness) = &mut self.witness {
            witness.asks(&arrival, now_ns);
        }
        let balancer = self.rng.below(self.deciders.len()) as u32;
        let job = self.free.pop().unwrap_or_else(|| {
            self.jobs.push(Job {
                arrival,
                patience: Patience::default(),
                balancer,
                tried: Vec::new(),
                lease: None,
                cookie: None,
                sent_ns: 0,
                met: 0,
                since_ns: None,
                hold: None,
                turn: 0,
                attempt: 0,
                stage: Stage::Before,
            });
            self.jobs.len() as u32 - 1
        });
        let place = &mut self.jobs[job as usize];
        (place.arrival, place.balancer) = (arrival, balancer);
        place.since_ns = None;
        place.tried.clear();
        self.waits(job, before, now_ns);
        self.send(job, now_ns);
    }

    /// Asks the job's balancer for a server, and sends it there.
    fn send(&mut self, at: u32, now_ns: u64) {
        let job = &self.jobs[at as usize];
        let cookie = self.cookies.get(job.arrival.user);
        let question = Question {
            address: job.arrival.address,
            cookie,
            demand_ns: job.arrival.demand_ns,
            tried: &job.tried,
            since_ns: job.since_ns,
            servers: &self.servers,
            now_ns,
        };
        let decision = self.deciders[job.balancer as usize].pick(&question);
        let job = &mut self.jobs[at as usize];
        match decision {
            Decision::Place { server, lease, cookie: bound } => {
                job.tried.push(server as u16);
                if let Some(witness) = &mut self.witness {
                    let claimed = cookie.and_then(|cookie| cookie.server(&self.ids));
                    witness.sent(server, (job.tried.len() == 1, bound.is_some()), claimed);
                }
                let cookie = bound;
                (job.lease, job.cookie, job.sent_ns) = (lease, cookie, now_ns);
                (job.attempt, job.stage) = (job.attempt + 1, Stage::Before);
                job.met = self.servers[server].present();
                self.servers[server].enter(now_ns);
                match self.scenario.network_ns {
                    0 => self.reaches(at, now_ns),
                    way_ns => self.calendar.note(now_ns + way_ns, Event::Reaches(at)),
                }
            }
            Decision::Wait => {
                if job.since_ns.replace(job.since_ns.unwrap_or(now_ns)).is_none() {
                    self.witness.iter_mut().for_each(Witness::waits);
                }
                self.waiting.push_back(at);
            }
            Decision::Hold(hold) => {
                if job.since_ns.replace(job.since_ns.unwrap_or(now_ns)).is_none() {
                    self.witness.iter_mut().for_each(Witness::waits);
                }
                self.holds(at, hold, now_ns);
            }
            Decision::Refuse => {
                self.witness.iter_mut().for_each(Witness::refuses);
                self.over(at, false, now_ns);
            }
        }
    }

    fn server_of(&self, job: u32) -> usize {
        self.jobs[job as usize].tried.last().map_or(0, |&server| server.into())
    }

    fn reaches(&mut self, job: u32, now_ns: u64) {
        self.jobs[job as usize].stage = Stage::There;
        let attempt = self.jobs[job as usize].attempt;
        let index = self.server_of(job);
        let fails = Event::Ends { job, attempt, served: false, well: false };
        let (at_ns, event) = match self.servers[index].mode {
            Mode::FailsFast(delay_ns) => (now_ns + delay_ns, fails),
            Mode::Dead => (now_ns + REFUSAL_NS, fails),
            Mode::Hangs => (now_ns + self.scenario.patience_ns, Event::Impatient { job, attempt }),
            Mode::Well | Mode::Errors(_) => return self.queue(job, index, now_ns),
        };
        self.calendar.note(at_ns, event);
    }

    fn queue(&mut self, job: u32, index: usize, now_ns: u64) {
        let server = &mut self.servers[index];
        match server.spec.discipline {
            Discipline::Fifo if server.busy >= server.spec.slots => server.queue.push_back(job),
            Discipline::Fifo => self.serve(job, index, now_ns),
            Discipline::Sharing => {
                let work_ns =
                    (self.jobs[job as usize].arrival.demand_ns as f64 * server.slowness) as u64;
                server.sharing.enter(job, work_ns, server.spec.slots, now_ns);
                self.note_shared(index, now_ns);
            }
        }
    }

    fn serve(&mut self, job: u32, index: usize, now_ns: u64) {
        let well = self.is_well(index);
        let server = &mut self.servers[index];
        server.busy += 1;
        let work_ns = self.jobs[job as usize].arrival.demand_ns as f64 * server.slowness;
        let attempt = self.jobs[job as usize].attempt;
        let event = Event::Ends { job, attempt, served: true, well };
        self.calendar.note(now_ns + work_ns as u64, event);
    }

    fn is_well(&mut self, index: usize) -> bool {
        match self.servers[index].mode {
            Mode::Errors(share) => self.rng.unit() >= share,
            _ => true,
        }
    }

    fn note_shared(&mut self, index: usize, now_ns: u64) {
        let server = &mut self.servers[index];
        if let Some((at_ns, version)) = server.sharing.next(server.spec.slots, now_ns) {
            self.calendar.note(at_ns, Event::SharedEnd { server: index as u16, version });
        }
    }

    fn shared_end(&mut self, index: usize, version: u32, now_ns: u64) {
        let server = &mut self.servers[index];
        if server.sharing.version != version {
            return;
        }
        let ended = server.sharing.end(server.spec.slots, now_ns);
        self.note_shared(index, now_ns);
        if let Some(job) = ended {
            let well = self.is_well(index);
            self.answers(job, well, now_ns);
        }
    }

    fn ends(&mut self, job: u32, (served, well): (bool, bool), now_ns: u64) {
        if served {
            let index = self.server_of(job);
            self.servers[index].busy -= 1;
            if let Some(next) = self.servers[index].queue.pop_front() {
                self.serve(next, index, now_ns);
            }
        }
        self.answers(job, well, now_ns);
    }

    /// Whether this attempt is still at its server: a place in the table is used again.
    fn is_there(&self, job: u32, attempt: u32) -> bool {
        let job = &self.jobs[job as usize];
        job.attempt == attempt && job.stage == Stage::There
    }

    /// A server is done with an attempt.
    fn answers(&mut self, job: u32, well: bool, now_ns: u64) {
        let index = self.server_of(job);
        self.servers[index].leave(now_ns);
        self.measure.answers(index);
        self.jobs[job as usize].stage = Stage::After;
        match self.scenario.network_ns {
            0 => self.returns(job, well, now_ns),
            way_ns => self.calendar.note(now_ns + way_ns, Event::Returns { job, well }),
        }
    }

    /// The answer is back at the balancer.
    fn returns(&mut self, at: u32, well: bool, now_ns: u64) {
        let server = self.server_of(at);
        let job = &mut self.jobs[at as usize];
        let (latency_ns, met) = (now_ns - job.sent_ns, job.met);
        if let Some(lease) = job.lease.take() {
            let success = Outcome::Success { first_byte_ns: latency_ns };
            lease.judge(if well { success } else { Outcome::Failure }, now_ns);
            lease.finish(now_ns);
        }
        let balancer = job.balancer as usize;
        if let Some(witness) = &mut self.witness {
            match self.servers[server].mode {
                Mode::Dead if !well => witness.fails(server),
                _ => witness.answered(server, well, latency_ns),
            }
        }
        let decider = &mut self.deciders[balancer];
        decider.answered(&Answer { server, met, latency_ns }, now_ns);
        if !well && job.tried.len() < self.scenario.attempts && decider.may_retry() {
            self.measure.retries(now_ns);
            self.witness.iter_mut().for_each(Witness::retries);
            self.send(at, now_ns);
        } else {
            let Arrival { user, returns, .. } = job.arrival;
            if let Some(cookie) = job.cookie.take().filter(|_| returns) {
                self.cookies.set(user, cookie);
            }
            self.over(at, well, now_ns);
        }
        self.calls(balancer, server, now_ns);
        self.wake(now_ns);
    }

    /// A place may be free for whoever waits longest.
    fn wake(&mut self, now_ns: u64) {
        if let Some(job) = self.waiting.pop_front() {
            let left = self.waiting.len();
            self.send(job, now_ns);
            if self.waiting.len() > left {
                // In vain: it was put at the end, and goes back to the front.
                self.waiting.rotate_right(1);
            }
        }
    }

    fn over(&mut self, at: u32, well: bool, now_ns: u64) {
        if !well {
            self.breaks(at, now_ns);
        }
        if self.is_asked_again(at, well, now_ns) {
            return;
        }
        let server = self.server_of(at);
        let arrival = self.jobs[at as usize].arrival;
        let Arrival { user, at_ns: began_ns, demand_ns, returns, .. } = arrival;
        self.measure.ends(&Got { user, returns, server, well, began_ns, demand_ns, now_ns });
        self.free.push(at);
    }

    /// A request's user may repeat it.
    fn breaks(&mut self, at: u32, now_ns: u64) {
        if let Some(witness) = &mut self.witness {
            witness.breaks(&self.jobs[at as usize].arrival, now_ns);
        }
    }

    /// The balancer has no more patience with an attempt that hangs.
    fn gives_up(&mut self, at: u32, attempt: u32, now_ns: u64) {
        let index = self.server_of(at);
        if !self.is_there(at, attempt) {
            return;
        }
        self.jobs[at as usize].stage = Stage::After;
        self.servers[index].leave(now_ns);
        self.measure.answers(index);
        self.returns(at, false, now_ns);
    }

    fn tick(&mut self, now_ns: u64) {
        for decider in &mut self.deciders {
            decider.tick(&self.servers, now_ns);
        }
        self.witness_held();
        if now_ns.is_multiple_of(SECOND) && now_ns <= self.scenario.duration_ns {
            let learned = self.deciders[0].learned();
            let present = self.measure.second(&mut self.servers, learned, now_ns);
            if let Some(witness) = &mut self.witness {
                let standing = self.deciders[0].standing(self.servers.len());
                witness.second(now_ns / SECOND - 1, &present, &standing);
            }
        }
        for balancer in 0..self.held.len() {
            (0..self.servers.len()).for_each(|server| self.calls(balancer, server, now_ns));
        }
        self.wake(now_ns);
        if now_ns < self.scenario.duration_ns {
            self.calendar.note(now_ns + TICK_NS, Event::Tick);
        }
    }

    fn change(&mut self, index: usize, now_ns: u64) {
        let change = &self.scenario.changes[index].1;
        match change {
            Change::Mode { server, mode } => self.behaves(*server, *mode, now_ns),
            Change::Slowness { server, factor } => self.servers[*server].slowness = *factor,
            Change::Stick { server, share, turn, one_session } => {
                self.stick(*server, (*share, *turn), *one_session, now_ns);
            }
            Change::Weights(_) | Change::Probe { .. } | Change::Reload | Change::Limit(_) => {}
        }
        for decider in &mut self.deciders {
            decider.change(change, now_ns);
        }
    }

    fn behaves(&mut self, index: usize, mode: Mode, now_ns: u64) {
        let server = &mut self.servers[index];
        server.mode = mode;
        if mode != Mode::Dead {
            return;
        }
        server.busy = 0;
        server.queue.clear();
        server.sharing.clear();
        let here = |&at: &u32| {
            let job = &self.jobs[at as usize];
            job.stage == Stage::There && job.tried.last() == Some(&(index as u16))
        };
        let lost: Vec<u32> = (0..self.jobs.len() as u32).filter(here).collect();
        for job in lost {
            self.answers(job, false, now_ns);
        }
    }

    fn stick(&mut self, server: usize, (share, turn): (f64, Turn), one_session: bool, now_ns: u64) {
        for user in turn.of((self.users as f64 * share) as usize) {
            let session = if one_session { 7 } else { 1_000_000 + user as u64 };
            if let Some(cookie) = self.deciders[0].cookie_for(server, session, now_ns) {
                self.cookies.set(user as u32, cookie);
            }
        }
    }
}
