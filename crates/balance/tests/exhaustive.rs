//! Every sequence of events up to six long, on three endpoints: what must always hold, holds.

mod pools;

use std::sync::Arc;

use balance::{Ask, Lease, Outcome, Pool, PoolSpec, Refusal, Rng};
use pools::SECOND;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    Pick,
    /// A second attempt, away from where the youngest request is.
    Retry,
    Succeed,
    Fail,
    Drop,
    ProbeDown,
    ProbeUp,
    TickShort,
    TickLong,
    Remove,
    Add,
}

use Event::*;

const EVENTS: [Event; 11] =
    [Pick, Retry, Succeed, Fail, Drop, ProbeDown, ProbeUp, TickShort, TickLong, Remove, Add];
const LENGTH: u32 = if cfg!(miri) { 1 } else { 6 };
const MAX_SHARE: f64 = 0.6;

/// Three equal endpoints; one failure ejects, and the second endpoint holds one request only.
fn spec(endpoints: usize) -> PoolSpec {
    let mut spec = pools::defaults(3, 1.0);
    spec.endpoints[1].limit = Some(1);
    spec.endpoints.truncate(endpoints);
    spec.ejection.consecutive = 1;
    spec.ejection.max_share = MAX_SHARE;
    spec
}

struct Play {
    pool: Arc<Pool>,
    leases: Vec<Lease>,
    rng: Rng,
    now_ns: u64,
}

impl Play {
    fn new() -> Self {
        let pool = Arc::new(Pool::new(spec(3), 1, 7));
        let mut play = Play { pool, leases: Vec::new(), rng: Rng::new(7), now_ns: 1 };
        play.serve_well();
        play
    }

    /// So well that one failure stands out.
    fn serve_well(&mut self) {
        for _ in 0..120 {
            self.pick(&[]);
            self.end(Succeed);
        }
        self.tick(SECOND / 50);
    }

    fn step(&mut self, event: Event) {
        match event {
            Pick => self.pick(&[]),
            Retry => {
                let tried = self.leases.last().map(|lease| lease.index() as u16);
                self.pick(tried.as_slice());
            }
            Succeed | Fail | Drop => self.end(event),
            ProbeDown => self.pool.set_down("web1", true, self.now_ns),
            ProbeUp => self.pool.set_down("web1", false, self.now_ns),
            TickShort => self.tick(SECOND / 50),
            TickLong => self.tick(11 * SECOND),
            Remove => self.pool = Arc::new(self.pool.replan(spec(2), self.now_ns)),
            Add => self.pool = Arc::new(self.pool.replan(spec(3), self.now_ns)),
        }
    }

    fn tick(&mut self, elapsed_ns: u64) {
        self.now_ns += elapsed_ns;
        self.pool.tick(self.now_ns);
    }

    fn end(&mut self, event: Event) {
        if self.leases.is_empty() {
            return;
        }
        let lease = self.leases.remove(0);
        match event {
            Succeed => lease.judge(Outcome::Success { first_byte_ns: 1000 }, self.now_ns),
            Fail => lease.judge(Outcome::Failure, self.now_ns),
            _ => {}
        }
        lease.finish(self.now_ns);
    }

    /// Positions that were not tried, and those among them that are eligible with room.
    fn candidates(&self, tried: &[u16]) -> (Vec<usize>, Vec<usize>) {
        let untried: Vec<usize> =
            (0..self.pool.endpoints().len()).filter(|&i| !tried.contains(&(i as u16))).collect();
        let room = |i: &usize| {
            let limit = self.pool.spec().endpoints[*i].limit.unwrap_or(u32::MAX);
            let endpoint = &self.pool.endpoints()[*i];
            endpoint.is_eligible() && endpoint.in_flight() < limit
        };
        let open = untried.iter().copied().filter(room).collect();
        (untried, open)
    }

    fn pick(&mut self, tried: &[u16]) {
        let (untried, open) = self.candidates(tried);
        let ask = Ask { tried, now_ns: self.now_ns, ..Ask::default() };
        match self.pool.pick(&ask, &mut self.rng) {
            Ok(pick) => {
                let index = pick.lease.index();
                assert!(untried.contains(&index), "a tried endpoint was picked");
                let panics = self.pool.is_panicking();
                assert!(open.is_empty() || open.contains(&index) || panics, "closed: {index}");
                self.leases.push(pick.lease);
            }
            Err(Refusal::Nobody) => assert!(untried.is_empty(), "{untried:?} were not tried"),
            Err(Refusal::Held(_)) => panic!("it may not wait"),
            Err(Refusal::Full) => {
                assert!(!untried.is_empty() && open.is_empty(), "{open:?} have room");
            }
        }
    }

    fn check(&self) {
        let held = |at: *const balance::Endpoint| {
            self.leases.iter().filter(|lease| Arc::as_ptr(lease.endpoint()) == at).count()
        };
        let known = self.pool.endpoints().iter().chain(self.leases.iter().map(Lease::endpoint));
        for endpoint in known {
            assert_eq!(endpoint.in_flight() as usize, held(Arc::as_ptr(endpoint)));
        }
        let all = self.pool.endpoints().len() as f64;
        let ejected = self.pool.endpoints().iter().filter(|e| e.is_ejected()).count() as f64;
        assert!(ejected <= all * MAX_SHARE, "{ejected} of {all} are ejected");
    }
}

fn run(events: &[Event]) {
    let mut play = Play::new();
    for &event in events {
        play.step(event);
        play.check();
    }
    let Play { pool, leases, .. } = play;
    drop(leases);
    assert_eq!(pool.in_flight(), 0);
}

/// Whether the sequence does what no shorter one does: nothing ends that did not begin, and
/// nothing becomes what it is already.
fn says_something(events: &[Event]) -> bool {
    let (mut begun, mut down, mut present) = (0, false, true);
    events.iter().all(|event| {
        let fits = match event {
            Succeed | Fail | Drop | Retry => begun > 0,
            ProbeDown => !down,
            ProbeUp => down,
            Remove => present,
            Add => !present,
            _ => true,
        };
        begun += i32::from(matches!(event, Pick | Retry));
        begun -= i32::from(matches!(event, Succeed | Fail | Drop));
        down = *event == ProbeDown || down && *event != ProbeUp;
        present = *event == Add || present && *event != Remove;
        fits
    })
}

/// Goal: places are counted exactly, closed endpoints are spared, and refusals tell the truth.
/// Method: all sequences of eleven events, six long; every prefix is checked on the way.
#[test]
fn every_sequence_holds() {
    let mut played = 0;
    for number in 0..EVENTS.len().pow(LENGTH) {
        let digit = |place: u32| EVENTS[number / EVENTS.len().pow(place) % EVENTS.len()];
        let events: Vec<Event> = (0..LENGTH).map(digit).collect();
        if says_something(&events) {
            played += 1;
            let result = std::panic::catch_unwind(|| run(&events));
            assert!(result.is_ok(), "the sequence was {events:?}");
        }
    }
    println!("{played} sequences");
    assert!(played > if cfg!(miri) { 3 } else { 20_000 });
}
