//! Several workers on one pool: places are counted exactly and no limit is exceeded.

mod pools;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::thread;

use balance::{Ask, Claims, Lease, Outcome, Policy, Pool, PoolSpec, Rng};
use pools::SECOND;

const WORKERS: u64 = if cfg!(miri) { 2 } else { 4 };
const ROUNDS: u64 = if cfg!(miri) { 25 } else { 50_000 };
const LIMIT: u32 = 3;

fn spec(policy: Policy, endpoints: usize) -> PoolSpec {
    let mut spec = pools::sticky(endpoints, 2.0);
    spec.policy = policy;
    spec.ejection.base_ns = SECOND / 20;
    spec.endpoints.iter_mut().for_each(|endpoint| endpoint.limit = Some(LIMIT));
    spec
}

/// What the threads share: the plan in force, as a reload swaps it, and a clock.
struct House {
    plan: RwLock<Arc<Pool>>,
    clock_ns: AtomicU64,
    open: AtomicBool,
}

impl House {
    fn plan(&self) -> Arc<Pool> {
        Arc::clone(&self.plan.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn now_ns(&self) -> u64 {
        self.clock_ns.fetch_add(SECOND / 1000, Ordering::Relaxed)
    }
}

fn end(lease: Lease, rng: &mut Rng, now_ns: u64) {
    match rng.below(8) {
        0 => lease.judge(Outcome::Failure, now_ns),
        1 => return drop(lease),
        _ => lease.judge(Outcome::Success { first_byte_ns: 1000 }, now_ns),
    }
    lease.finish(now_ns);
}

/// One worker: picks with its users' cookies, holds a few requests, ends them anyhow.
fn work(house: &House, seed: u64) {
    let mut rng = Rng::new(seed);
    let mut cookies: [Option<Claims>; 16] = [None; 16];
    let mut held: Vec<Lease> = Vec::new();
    for _ in 0..ROUNDS {
        let (pool, now_ns) = (house.plan(), house.now_ns());
        let user = rng.below(cookies.len());
        let key = user.to_le_bytes();
        let tried = held.last().map(|lease| lease.index() as u16).filter(|_| rng.below(4) == 0);
        let ask = Ask {
            key: Some(&key),
            session: cookies[user],
            tried: tried.as_slice(),
            now_ns,
            now_s: (now_ns / SECOND) as u32 + 1,
            ..Ask::default()
        };
        if let Ok(pick) = pool.pick(&ask, &mut rng) {
            cookies[user] = pick.bind.or(cookies[user]);
            assert!(pick.lease.endpoint().in_flight() <= LIMIT, "seed {seed}");
            held.push(pick.lease);
        }
        if held.len() > 4 || rng.below(3) == 0 && !held.is_empty() {
            end(held.swap_remove(rng.below(held.len())), &mut rng, house.now_ns());
        }
    }
}

/// The ticker, the prober and the reloads.
fn keep(house: &House, policy: Policy) {
    for round in 0u64.. {
        if !house.open.load(Ordering::Relaxed) {
            return;
        }
        let pool = house.plan();
        pool.tick(house.now_ns());
        pool.set_down("web2", round % 7 == 0, house.now_ns());
        if round % 5 == 0 {
            let endpoints = 3 + (round / 5 % 3) as usize;
            let next = pool.replan(spec(policy, endpoints), house.now_ns());
            *house.plan.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(next);
        }
        thread::yield_now();
    }
}

fn hammer(policy: Policy) {
    let pool = Arc::new(Pool::new(spec(policy, 4), 1, 1));
    let clock_ns = AtomicU64::new(1);
    let house = House { plan: RwLock::new(pool), clock_ns, open: AtomicBool::new(true) };
    thread::scope(|scope| {
        let keeper = scope.spawn(|| keep(&house, policy));
        let workers: Vec<_> = (0..WORKERS)
            .map(|seed| {
                let house = &house;
                scope.spawn(move || work(house, seed))
            })
            .collect();
        let results: Vec<_> = workers.into_iter().map(|worker| worker.join()).collect();
        house.open.store(false, Ordering::Relaxed);
        assert!(keeper.join().is_ok(), "{policy:?}");
        assert!(results.into_iter().all(|result| result.is_ok()), "{policy:?}");
    });
    assert_eq!(house.plan().in_flight(), 0, "{policy:?}");
}

/// Goal: under least pressure, nothing leaks and no limit is exceeded, whatever comes together.
/// Method: workers pick, judge, drop; one thread ticks, probes and reloads meanwhile.
#[test]
fn least_pressure_keeps_count() {
    hammer(Policy::LeastPressure);
}

/// Goal and method as above, for the deck that round robin reads while it is being remade.
#[test]
fn round_robin_keeps_count() {
    hammer(Policy::RoundRobin);
}

/// Goal and method as above, for a hashed policy.
#[test]
fn rendezvous_keeps_count() {
    hammer(Policy::Rendezvous);
}
