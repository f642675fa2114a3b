//! Whether a session stays with its endpoint or is bound elsewhere.
//!
//! No endpoint may hold more than `bound` times its fair share because of sessions. The outage
//! of 2024-05-01 was this limit, missing. Fairness follows capacity alone: a script that sets
//! weights cannot widen it.

use core::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};

use crate::bound::{self, Fair};
use crate::endpoint::gate;
use crate::pool::Pool;
use crate::rng::Rng;
use crate::session::{Activity, Claims};
use crate::spec::{AffinitySpec, SessionState};

/// Above what it should have by less than this part, an endpoint's mean load is let be.
const DRIFT: f64 = 0.10;
/// Excess at which every idle session that shows up is moved.
const DRIFT_FULL: f64 = 0.30;
/// Excess of the mean load at which moves ask no budget: it lasts, so it is not chance.
const LASTING: f64 = 0.50;
/// A session must have been idle this long to be moved for a drift: long-idle sessions carry
/// little load each, so moving them relocates no hot spot.
const IDLE_NS: u64 = 300_000_000;
/// Mean requests in flight per endpoint below which a drift is chance.
const BUSY_MIN: f64 = 0.5;
/// Part of its slots that an endpoint's weight may fill before its capacity's share counts.
const WEIGHT_ROOM: f64 = 0.75;
/// Over this many times the bound, any session is moved, busy or not, without budget.
const EMERGENCY: f64 = 2.0;
/// More requests in flight at once than a browser sends: many users share the cookie.
const SHARED: u64 = 8;
/// Most moves saved up; moves are counted in microonths.
const MOVES_MAX: i64 = 20 * MOVE;
const MOVE: i64 = 1_000_000;

/// The budget of moves: a part of the pool's requests.
#[derive(Debug, Default)]
pub(crate) struct Moves {
    micro: AtomicI64,
    requests: AtomicU64,
    seen: AtomicU64,
}

impl Moves {
    pub(crate) fn deposit(&self) {
        self.requests.fetch_add(1, Relaxed);
    }

    pub(crate) fn withdraw(&self) -> bool {
        let pay = |micro: i64| (micro >= MOVE).then_some(micro - MOVE);
        self.micro.fetch_update(Relaxed, Relaxed, pay).is_ok()
    }

    pub(crate) fn tick(&self, ratio: f64) {
        let requests = self.requests.load(Relaxed);
        let fresh = requests.wrapping_sub(self.seen.swap(requests, Relaxed));
        let income = (fresh as f64 * ratio * MOVE as f64) as i64;
        let add = |micro: i64| Some((micro + income).min(MOVES_MAX));
        let _ = self.micro.fetch_update(Relaxed, Relaxed, add);
    }
}

/// What becomes of a session's request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Stays with the endpoint at this position.
    Keep(usize),
    /// Is bound elsewhere, away from this position.
    Move(usize),
    /// As [`Verdict::Move`], as a session of its own: many users share the cookie.
    Split(usize),
    /// Stays, though its endpoint is at its limit: it must wait there.
    Wait,
    /// Its endpoint is gone or cannot serve.
    Homeless,
    /// The cookie is expired or of another epoch: a new session.
    Fresh,
}

pub(crate) fn decide(
    pool: &Pool,
    affinity: &AffinitySpec,
    claims: &Claims,
    (now_ns, now_s): (u64, u32),
    rng: &mut Rng,
) -> Verdict {
    if claims.expires_at_s <= now_s || claims.epoch != affinity.epoch {
        return Verdict::Fresh;
    }
    let Some(index) = pool.position(claims.endpoint) else { return Verdict::Homeless };
    let endpoint = &pool.endpoints()[index];
    if endpoint.hot.gate.load(Relaxed) & (gate::DOWN | gate::EJECTED) != 0 {
        return Verdict::Homeless;
    }
    let full = endpoint.in_flight() >= pool.limit(index);
    let moment = Moment { pool, affinity, claims, index, now_ns, now_s };
    match affinity.state {
        SessionState::Hard => {
            if full || moment.is_crowded() {
                pool.shared.unmovable.fetch_add(1, Relaxed);
            }
            if full { Verdict::Wait } else { Verdict::Keep(index) }
        }
        SessionState::None | SessionState::Soft if full => Verdict::Homeless,
        SessionState::None | SessionState::Soft => moment.soft(rng),
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
    /// Whether one more request exceeds the bound.
    fn is_crowded(&self) -> bool {
        !bound::has_room(self.pool, self.index)
            && Fair::now(self.pool).exceeded(self.pool, self.index, self.affinity.bound)
    }

    fn soft(&self, rng: &mut Rng) -> Verdict {
        let learned = &self.pool.endpoints()[self.index].learned;
        let (excess, lasting) = (learned.excess.load(), learned.crowding.load() >= LASTING);
        let crowded = self.is_crowded();
        if !crowded && excess < DRIFT && !lasting {
            return Verdict::Keep(self.index);
        }
        let activity = self.pool.shared.sessions.activity(self.claims.session, self.now_ns);
        if crowded && self.leaves(activity, lasting) {
            return Verdict::Move(self.index);
        }
        if crowded && lasting && self.is_shared(activity) {
            return Verdict::Split(self.index);
        }
        let long_idle = matches!(activity, Activity::Idle(idle_ns) if idle_ns >= IDLE_NS);
        // The chance grows with the excess, so that the load that leaves is about what is too
        // much, and not the whole hot spot.
        let chance = (excess - DRIFT) / (DRIFT_FULL - DRIFT);
        let due = long_idle && !self.in_cooldown() && (lasting || rng.unit() < chance);
        if due && (lasting || self.pool.shared.moves.withdraw()) {
            Verdict::Move(self.index)
        } else {
            Verdict::Keep(self.index)
        }
    }

    /// Whether a session leaves with a request that would exceed the bound.
    fn leaves(&self, activity: Activity, lasting: bool) -> bool {
        let idle = match activity {
            Activity::Busy(_) => false,
            Activity::Idle(idle_ns) => idle_ns >= IDLE_NS,
            Activity::Unknown => true,
        };
        let times = EMERGENCY * self.affinity.bound;
        let free = lasting || Fair::now(self.pool).exceeded(self.pool, self.index, times);
        idle && !self.in_cooldown() && (free || self.pool.shared.moves.withdraw())
    }

    /// Whether many users hold the session's cookie. One busy client looks the same, so the
    /// cooldown keeps it from being sent around.
    fn is_shared(&self, activity: Activity) -> bool {
        matches!(activity, Activity::Busy(requests) if requests > SHARED) && !self.in_cooldown()
    }

    /// A moved session keeps its first expiry, so a binding younger than its whole time to
    /// live tells that it was moved. A first binding has no cooldown.
    fn in_cooldown(&self) -> bool {
        let life = self.claims.expires_at_s.saturating_sub(self.claims.bound_at_s);
        let moved = life < self.affinity.ttl_s;
        moved && self.now_s < self.claims.bound_at_s.saturating_add(self.affinity.cooldown_s)
    }
}

/// Renews how far each endpoint's mean pressure and load exceed its share. Called by the tick.
///
/// The share follows capacity. A weight may ask for more while there is room for it: a canary
/// of weight 0.1 makes its peers carry more, and that is no reason to move their sessions.
pub(crate) fn renew_excess(pool: &Pool) {
    let asked = &pool.spec().endpoints;
    let load = |i: usize| pool.endpoints()[i].learned.load.load();
    let in_flight = |i: usize| pool.endpoints()[i].learned.pressure.load() * asked[i].capacity;
    let open = (0..asked.len()).filter(|&i| pool.endpoints()[i].is_eligible());
    let (mut loads, mut flights, mut capacity, mut weight, mut count) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for index in open {
        loads += load(index);
        flights += in_flight(index);
        capacity += asked[index].capacity;
        weight += pool.base_weight(index);
        count += 1.0;
    }
    for (index, endpoint) in pool.endpoints().iter().enumerate() {
        let learned = &endpoint.learned;
        let by_capacity = asked[index].capacity / f64::max(capacity, f64::MIN_POSITIVE);
        let by_weight = pool.base_weight(index) / f64::max(weight, f64::MIN_POSITIVE);
        let room = WEIGHT_ROOM * learned.slots.load();
        let over = |own: f64, total: f64| {
            let due = (total * by_capacity).max((total * by_weight).min(room));
            let busy = endpoint.is_eligible() && loads >= BUSY_MIN * count && due > 0.0;
            if busy { own / due - 1.0 } else { 0.0 }
        };
        learned.excess.store(over(load(index), loads));
        learned.crowding.store(over(in_flight(index), flights));
    }
}
