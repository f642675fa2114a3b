//! Whether a session stays with its endpoint or is bound elsewhere.
//!
//! No endpoint may hold more than `bound` times its fair share because of sessions. The outage
//! of 2024-05-01 was this limit, missing. Fairness follows capacity alone: a script that sets
//! weights cannot widen it.

use core::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};

use crate::endpoint::gate;
use crate::math;
use crate::pool::Pool;
use crate::rng::Rng;
use crate::session::Claims;
use crate::spec::{AffinitySpec, SessionState};

/// Above its fair share of the mean load by less than this, an endpoint is let be.
const DRIFT: f64 = 0.10;
/// Excess beyond [`DRIFT`] at which every idle session that shows up is moved.
const DRIFT_FULL: f64 = 0.30;
/// A session must have been idle this long to be moved for a drift: long-idle sessions carry
/// little load each, so moving them relocates no hot spot.
const IDLE_NS: u64 = 300_000_000;
/// Mean requests in flight per endpoint below which a drift is chance.
const BUSY_MIN: f64 = 0.5;
/// Over this many times the bound, sessions are moved without asking the budget.
const EMERGENCY: f64 = 2.0;
/// Most moves saved up, in thousandths.
const MOVES_MAX: i64 = 20_000;
const MOVE: i64 = 1_000;

/// The budget of moves: a part of the pool's requests.
#[derive(Debug, Default)]
pub(crate) struct Moves {
    milli: AtomicI64,
    requests: AtomicU64,
    seen: AtomicU64,
}

impl Moves {
    pub(crate) fn deposit(&self) {
        self.requests.fetch_add(1, Relaxed);
    }

    pub(crate) fn withdraw(&self) -> bool {
        let pay = |milli: i64| (milli >= MOVE).then_some(milli - MOVE);
        self.milli.fetch_update(Relaxed, Relaxed, pay).is_ok()
    }

    pub(crate) fn tick(&self, ratio: f64) {
        let requests = self.requests.load(Relaxed);
        let fresh = requests.wrapping_sub(self.seen.swap(requests, Relaxed));
        let income = (fresh as f64 * ratio * MOVE as f64) as i64;
        let add = |milli: i64| Some((milli + income).min(MOVES_MAX));
        let _ = self.milli.fetch_update(Relaxed, Relaxed, add);
    }
}

/// What becomes of a session's request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Stays with the endpoint at this position.
    Keep(usize),
    /// Is bound elsewhere, away from this position.
    Move(usize),
    /// Its endpoint is gone or cannot serve.
    Homeless,
    /// The cookie is expired or of another epoch: a new session.
    Fresh,
}

pub(crate) fn decide(
    pool: &Pool,
    affinity: &AffinitySpec,
    claims: &Claims,
    now_ns: u64,
    now_s: u32,
    rng: &mut Rng,
) -> Verdict {
    if claims.expires_at_s <= now_s || claims.epoch != affinity.epoch {
        return Verdict::Fresh;
    }
    let Some(index) = pool.position(claims.endpoint) else { return Verdict::Homeless };
    let endpoint = &pool.endpoints()[index];
    let closed = endpoint.hot.gate.load(Relaxed) & (gate::DOWN | gate::EJECTED);
    if closed != 0 || endpoint.in_flight() >= pool.limit(index) {
        return Verdict::Homeless;
    }
    let moment = Moment { pool, affinity, claims, index, now_ns, now_s };
    match affinity.state {
        SessionState::Hard => {
            if moment.over_bound(1.0) {
                pool.shared.unmovable.fetch_add(1, Relaxed);
            }
            Verdict::Keep(index)
        }
        SessionState::None | SessionState::Soft if moment.moves(rng) => Verdict::Move(index),
        SessionState::None | SessionState::Soft => Verdict::Keep(index),
    }
}

/// One session's request at its endpoint, at one moment.
struct Moment<'a> {
    pool: &'a Pool,
    affinity: &'a AffinitySpec,
    claims: &'a Claims,
    index: usize,
    now_ns: u64,
    now_s: u32,
}

impl Moment<'_> {
    fn moves(&self, rng: &mut Rng) -> bool {
        if self.over_bound(EMERGENCY) {
            return true;
        }
        let Some(idle_ns) = self.pool.shared.sessions.idle_ns(self.claims.session, self.now_ns)
        else {
            return false;
        };
        if self.in_cooldown() {
            return false;
        }
        let due = self.over_bound(1.0) || (idle_ns >= IDLE_NS && rng.unit() < self.drift());
        due && self.pool.shared.moves.withdraw()
    }

    /// Whether one more request exceeds `times` the bound. A free slot is never over it.
    fn over_bound(&self, times: f64) -> bool {
        let spec = &self.pool.spec().endpoints;
        let (mut requests, mut capacity) = (1.0, 0.0);
        for (endpoint, asked) in self.pool.endpoints().iter().zip(spec) {
            if endpoint.is_eligible() {
                requests += f64::from(endpoint.in_flight());
                capacity += asked.capacity;
            }
        }
        let own = spec[self.index].capacity;
        let fair = requests * own / capacity.max(own);
        let most = (times * self.affinity.bound * fair).max(own * times);
        f64::from(self.pool.endpoints()[self.index].in_flight()) + 1.0 > math::ceil(most) as f64
    }

    /// Probability of moving for the mean load's sake: grows with the excess, so that the
    /// load that leaves is about what is too much, and not the whole hot spot.
    fn drift(&self) -> f64 {
        let spec = &self.pool.spec().endpoints;
        let (mut load, mut capacity, mut open) = (0.0, 0.0, 0.0);
        for (endpoint, asked) in self.pool.endpoints().iter().zip(spec) {
            if endpoint.is_eligible() {
                load += endpoint.learned.pressure.load() * asked.capacity;
                capacity += asked.capacity;
                open += 1.0;
            }
        }
        if capacity <= 0.0 || load < BUSY_MIN * open {
            return 0.0;
        }
        let own = self.pool.endpoints()[self.index].learned.pressure.load();
        let excess = own / (load / capacity) - 1.0;
        ((excess - DRIFT) / (DRIFT_FULL - DRIFT)).clamp(0.0, 1.0)
    }

    /// A moved session keeps its first expiry, so a binding younger than its whole time to
    /// live tells that it was moved. A first binding has no cooldown.
    fn in_cooldown(&self) -> bool {
        let life = self.claims.expires_at_s.saturating_sub(self.claims.bound_at_s);
        let moved = life < self.affinity.ttl_s;
        moved && self.now_s < self.claims.bound_at_s.saturating_add(self.affinity.cooldown_s)
    }
}
