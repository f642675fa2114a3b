//! Who decides: the real pool with its cookies, or an ideal that sees the servers themselves.

use std::sync::Arc;

use balance::{Ask, Claims, Lease, Pool, PoolSpec, Reason, Rng, endpoint_id};

use super::{SECOND, Server};

/// A place for one attempt.
pub struct Decision {
    pub index: usize,
    pub lease: Option<Lease>,
    pub moved: bool,
    /// The cookie that comes with the answer.
    pub cookie: Option<Claims>,
}

/// Places attempts.
pub trait Decider {
    fn pick(
        &mut self,
        user: usize,
        tried: &[u16],
        servers: &[Server],
        now_ns: u64,
    ) -> Option<Decision>;
    /// A user got an answer with this cookie.
    fn set_cookie(&mut self, _user: usize, _cookie: Claims) {}
    fn may_retry(&self) -> bool;
    fn tick(&mut self, now_ns: u64);
    fn speeds(&self) -> Vec<f64> {
        Vec::new()
    }
    fn slots(&self) -> f64 {
        0.0
    }
    fn reweigh(&mut self, _weights: &[f64], _now_ns: u64) {}
    fn stick_all(&mut self, _index: usize, _shared: bool, _now_ns: u64) {}
    fn probe(&mut self, _index: usize, _down: bool, _now_ns: u64) {}
}

/// The real pool, and the users' cookies.
pub struct Ours {
    pub pool: Arc<Pool>,
    rng: Rng,
    cookies: Vec<Option<Claims>>,
}

/// Cookies count seconds of the Unix epoch; any start will do.
const EPOCH_S: u32 = 1_000_000;

impl Ours {
    pub fn new(spec: PoolSpec, users: usize, seed: u64) -> Self {
        let pool = Arc::new(Pool::new(spec, 1, seed));
        Ours { pool, rng: Rng::new(seed ^ 0xd1ce), cookies: vec![None; users] }
    }
}

impl Decider for Ours {
    fn pick(
        &mut self,
        user: usize,
        tried: &[u16],
        _servers: &[Server],
        now_ns: u64,
    ) -> Option<Decision> {
        let now_s = EPOCH_S + (now_ns / SECOND) as u32;
        let session = self.cookies[user];
        let ask = Ask { session, tried, now_ns, now_s, ..Ask::default() };
        let pick = self.pool.pick(&ask, &mut self.rng).ok()?;
        let moved = pick.reason == Reason::AffinityMoved;
        Some(Decision {
            index: pick.lease.index(),
            lease: Some(pick.lease),
            moved,
            cookie: pick.bind,
        })
    }

    fn set_cookie(&mut self, user: usize, cookie: Claims) {
        self.cookies[user] = Some(cookie);
    }

    fn may_retry(&self) -> bool {
        self.pool.may_retry()
    }

    fn tick(&mut self, now_ns: u64) {
        self.pool.tick(now_ns);
    }

    fn speeds(&self) -> Vec<f64> {
        self.pool.endpoints().iter().map(|e| e.speed()).collect()
    }

    fn slots(&self) -> f64 {
        self.pool.endpoints()[0].slots()
    }

    fn reweigh(&mut self, weights: &[f64], now_ns: u64) {
        let mut spec = self.pool.spec().clone();
        for (endpoint, &weight) in spec.endpoints.iter_mut().zip(weights) {
            endpoint.weight = weight;
        }
        self.pool = Arc::new(self.pool.replan(spec, now_ns));
    }

    fn stick_all(&mut self, index: usize, shared: bool, now_ns: u64) {
        let now_s = EPOCH_S + (now_ns / SECOND) as u32;
        let endpoint = endpoint_id(self.pool.endpoints()[index].name());
        for (user, cookie) in self.cookies.iter_mut().enumerate() {
            let session = if shared { 7 } else { 1_000_000 + user as u64 };
            let expires_at_s = now_s + 8 * 3600;
            *cookie = Some(Claims {
                endpoint,
                session,
                bound_at_s: now_s,
                expires_at_s,
                epoch: 0,
                home: None,
            });
        }
    }

    fn probe(&mut self, index: usize, down: bool, now_ns: u64) {
        let name = self.pool.endpoints()[index].name().to_owned();
        self.pool.set_down(&name, down, now_ns);
    }
}

/// What an ideal knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Join the shortest queue: counts.
    Shortest,
    /// Shortest expected delay: counts, slots and speeds.
    Soonest,
}

/// Chooses with the servers' own state before its eyes.
pub struct Ideal {
    rule: Rule,
    rng: Rng,
}

impl Ideal {
    pub fn new(rule: Rule, seed: u64) -> Self {
        Ideal { rule, rng: Rng::new(seed) }
    }
}

impl Decider for Ideal {
    fn pick(
        &mut self,
        _user: usize,
        tried: &[u16],
        servers: &[Server],
        _now_ns: u64,
    ) -> Option<Decision> {
        let score = |server: &Server| match self.rule {
            Rule::Shortest => server.in_flight as f64,
            Rule::Soonest => server.expected_delay() + 1e-6 * server.in_flight as f64,
        };
        let open = (0..servers.len()).filter(|&i| !tried.contains(&(i as u16)));
        let scored: Vec<(usize, f64)> = open.map(|i| (i, score(&servers[i]))).collect();
        let least = scored.iter().map(|s| s.1).fold(f64::INFINITY, f64::min);
        let ties: Vec<usize> = scored.iter().filter(|s| s.1 <= least).map(|s| s.0).collect();
        let index = *ties.get(self.rng.below(ties.len()))?;
        Some(Decision { index, lease: None, moved: false, cookie: None })
    }

    fn may_retry(&self) -> bool {
        true
    }

    fn tick(&mut self, _now_ns: u64) {}
}
