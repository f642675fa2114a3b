//! Prints what one decision costs; asserts nothing about time, which belongs to benchmarks.
#![cfg(not(miri))]

mod pools;

use std::sync::Arc;
use std::time::Instant;

use balance::{Ask, Claims, EndpointSpec, Outcome, Policy, Pool, PoolSpec, Rng, endpoint_id};

const BATCHES: u64 = 40;
const ROUNDS: u64 = 2_000;

struct Caller {
    pool: Arc<Pool>,
    ids: Vec<u64>,
    rng: Rng,
    sticky: bool,
    hashed: bool,
    now_ns: u64,
}

impl Caller {
    fn decide(&mut self) {
        self.now_ns += 10_000;
        let endpoint = self.ids[self.rng.below(self.ids.len())];
        let session = self.rng.bits() % 1000;
        let claims = Claims {
            endpoint,
            session,
            bound_at_s: 0,
            expires_at_s: u32::MAX,
            epoch: 0,
            home: None,
        };
        let bytes = self.rng.bits().to_le_bytes();
        let key = self.hashed.then_some(bytes.as_slice());
        let session = self.sticky.then_some(claims);
        let ask = Ask { key, session, now_ns: self.now_ns, ..Ask::default() };
        let Ok(pick) = self.pool.pick(&ask, &mut self.rng) else { panic!("nobody is limited") };
        pick.lease.judge(Outcome::Success { first_byte_ns: 5000 }, self.now_ns + 5000);
        pick.lease.finish(self.now_ns + 5000);
    }
}

/// The fastest batch counts: the others were interrupted.
fn measure(name: &str, spec: PoolSpec, sticky: bool, hashed: bool) {
    let pool = Arc::new(Pool::new(spec, 1, 1));
    let ids = pool.endpoints().iter().map(|e| endpoint_id(e.name())).collect();
    let mut caller = Caller { pool, ids, rng: Rng::new(1), sticky, hashed, now_ns: 0 };
    let (mut pick_ns, mut tick_ns) = (f64::INFINITY, f64::INFINITY);
    for _ in 0..BATCHES {
        let started = Instant::now();
        (0..ROUNDS).for_each(|_| caller.decide());
        pick_ns = pick_ns.min(started.elapsed().as_nanos() as f64 / ROUNDS as f64);
        let started = Instant::now();
        caller.pool.tick(caller.now_ns);
        tick_ns = tick_ns.min(started.elapsed().as_nanos() as f64);
    }
    println!("{name}: {pick_ns:.0} ns per pick, judgement and finish; {tick_ns:.0} ns per tick");
    assert_eq!(caller.pool.in_flight(), 0);
}

/// Goal: the cost of a decision is seen. Method: one thread, 80,000 decisions per policy.
#[test]
fn of_a_decision() {
    for n in [5, 64] {
        for policy in [
            Policy::LeastPressure,
            Policy::RoundRobin,
            Policy::Random,
            Policy::TwoChoices,
            Policy::PeakEwma,
        ] {
            let spec = PoolSpec { policy, ..pools::defaults(n, 100.0) };
            measure(&format!("{policy:?} of {n}"), spec, false, false);
        }
        for policy in [Policy::Rendezvous, Policy::Maglev, Policy::Ring] {
            let spec = PoolSpec { policy, ..pools::defaults(n, 100.0) };
            measure(&format!("{policy:?} of {n}"), spec, false, true);
        }
        measure(&format!("sticky of {n}"), pools::sticky(n, 100.0), true, false);
        let mut uneven = pools::defaults(n, 100.0);
        uneven.endpoints[0] = EndpointSpec { weight: 0.5, ..uneven.endpoints[0].clone() };
        measure(&format!("uneven LeastPressure of {n}"), uneven, false, false);
    }
}
