//! Whether a session stays with its endpoint or is bound elsewhere.
//!
//! No endpoint may hold more than `bound` times its fair share because of sessions. The outage
//! of 2024-05-01 was this limit, missing. Fairness follows capacity alone: a script that sets
//! weights cannot widen it.

use core::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};

use crate::atomic::Real;
use crate::bound::{self, Fair};
use crate::endpoint::gate;
use crate::math;
use crate::pool::Pool;
use crate::rng::Rng;
use crate::session::{self, Activity, Claims};
use crate::spec::{AffinitySpec, SessionState};

/// Above what it should have by less than this part, an endpoint's mean load is let be.
const DRIFT: f64 = 0.10;
/// Excess at which every idle session that shows up is moved.
const DRIFT_FULL: f64 = 0.30;
/// Excess of the mean pressure at which moves ask no budget: it lasts, so it is not chance.
/// Without this, a key that collapsed on one endpoint takes a minute to spread, not seconds.
const LASTING: f64 = 0.50;
/// A session must have been idle this long to be moved: what is seldom seen carries little, so
/// moving it relocates no hot spot. Measured with 600 users at 65 % load: p99 excess is 43 ms
/// with this, 47 with a second or with a hundredth of one, 73 where busy users go as well.
const IDLE_NS: u64 = 100_000_000;
/// Mean requests in flight per endpoint below which a drift is chance.
const BUSY_MIN: f64 = 0.5;
/// Part of its slots that an endpoint's weight may fill before its capacity's share counts.
/// Measured with the weights of 2024-05-01: the two heavy endpoints take 43 % with 0.7, 47 %
/// with 0.75; 70 % was the outage.
const WEIGHT_ROOM: f64 = 0.7;
/// Over this many times the bound, idle sessions are moved without budget.
const EMERGENCY: f64 = 2.0;
/// Part of its endpoint's requests in flight up to which a busy session may be moved, and the
/// seconds that it stays where it was moved to. Without this rule some of the busiest users can
/// meet at a start and stay together for good, behind a queue that grows.
const MINOR: f64 = 0.34;
const SETTLED_S: u32 = 1;
/// More requests at once, and in a second, than one browser sends.
const SHARED_IN_FLIGHT: u64 = 8;
const SHARED_SENT: u64 = 32;
/// Memory of the pool's request rate.
const RATE_NS: u64 = 2_000_000_000;
/// Most moves saved up; they are counted in millionths.
const MOVES_MAX: i64 = 20 * MOVE;
const MOVE: i64 = 1_000_000;

/// The budget of moves: a part of the pool's requests.
#[derive(Debug, Default)]
pub(crate) struct Moves {
    micro: AtomicI64,
    requests: AtomicU64,
    seen: AtomicU64,
    /// The pool's requests per second, decayed, and the weight of what was seen: from the
    /// first tick on their ratio is the rate.
    rate_per_s: Real,
    rate_weight: Real,
    /// The last session whose cookie many users were found to hold; 0: none.
    shared_session: AtomicU64,
}

impl Moves {
    pub(crate) fn deposit(&self) {
        self.requests.fetch_add(1, Relaxed);
    }

    pub(crate) fn withdraw(&self) -> bool {
        let pay = |micro: i64| (micro >= MOVE).then_some(micro - MOVE);
        self.micro.fetch_update(Relaxed, Relaxed, pay).is_ok()
    }

    /// The pool's requests per second; unknown, and so without bound, before the first tick.
    fn rate_per_s(&self) -> f64 {
        let weight = self.rate_weight.load();
        if weight > 0.0 { self.rate_per_s.load() / weight } else { f64::INFINITY }
    }

    pub(crate) fn tick(&self, ratio: f64, elapsed_ns: u64) {
        let requests = self.requests.load(Relaxed);
        let fresh = requests.wrapping_sub(self.seen.swap(requests, Relaxed)) as f64;
        let keep = math::decay(elapsed_ns, RATE_NS);
        let rate = fresh / (elapsed_ns.max(1) as f64 / 1e9);
        self.rate_per_s.store(self.rate_per_s.load() * keep + rate * (1.0 - keep));
        self.rate_weight.store(self.rate_weight.load() * keep + 1.0 - keep);
        let income = (fresh * ratio * MOVE as f64) as i64;
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
        let activity = self.pool.sessions().activity(self.claims.session, self.now_ns);
        let shared = self.is_shared(activity, crowded);
        let leaves = if crowded { self.leaves(activity, lasting, shared) } else { false };
        if !leaves && !self.drifts(activity, excess, lasting, shared, rng) {
            return Verdict::Keep(self.index);
        }
        if shared { Verdict::Split(self.index) } else { Verdict::Move(self.index) }
    }

    /// Whether a session leaves for the mean load's sake.
    fn drifts(
        &self,
        activity: Activity,
        excess: f64,
        lasting: bool,
        shared: bool,
        rng: &mut Rng,
    ) -> bool {
        let long_idle = matches!(activity, Activity::Idle(idle_ns) if idle_ns >= IDLE_NS);
        let free = shared || long_idle && !self.in_cooldown();
        // The chance grows with the excess, so that the load that leaves is about what is too
        // much, and not the whole hot spot.
        let chance = (excess - DRIFT) / (DRIFT_FULL - DRIFT);
        let due = free && (lasting || rng.unit() < chance);
        due && (lasting || self.pool.shared.moves.withdraw())
    }

    /// Whether a session leaves with a request that would exceed the bound.
    fn leaves(&self, activity: Activity, lasting: bool, shared: bool) -> bool {
        let idle = match activity {
            Activity::Busy { in_flight, .. } => {
                let loses_nothing = self.affinity.state == SessionState::None;
                shared || loses_nothing || lasting && self.is_minor(in_flight)
            }
            Activity::Idle(idle_ns) => lasting || idle_ns >= IDLE_NS,
            Activity::Unknown => true,
        };
        let times = EMERGENCY * self.affinity.bound;
        let free = lasting || Fair::now(self.pool).exceeded(self.pool, self.index, times);
        idle && (free || self.pool.shared.moves.withdraw())
    }

    /// Whether a busy session is a minor one of its endpoint's, and not new there. Behind a queue
    /// every session is busy; moving the one that fills the endpoint would only fill another.
    fn is_minor(&self, in_flight: u64) -> bool {
        let all = f64::from(self.pool.endpoints()[self.index].in_flight());
        let settled = self.now_s >= self.claims.bound_at_s.saturating_add(SETTLED_S);
        settled && in_flight < session::IN_FLIGHT_MAX && in_flight as f64 <= MINOR * all
    }

    /// Whether many users hold the session's cookie: more requests at once than a browser
    /// sends, and more of the pool's traffic than any endpoint may carry within its bound.
    /// Once found, it is remembered: what is left of it still is many users' cookie.
    fn is_shared(&self, activity: Activity, crowded: bool) -> bool {
        let known = &self.pool.shared.moves.shared_session;
        if known.load(Relaxed) == self.claims.session {
            return true;
        }
        let Activity::Busy { in_flight, sent } = activity else { return false };
        let most = || {
            let all = self.pool.shared.moves.rate_per_s() * session::WINDOW_S;
            self.affinity.bound * self.pool.capacity_share(self.index) * all
        };
        let shared = crowded
            && in_flight > SHARED_IN_FLIGHT
            && sent >= SHARED_SENT
            && sent as f64 >= most().min(session::COUNT_MAX as f64);
        if shared {
            known.store(self.claims.session, Relaxed);
        }
        shared
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
            let busy = endpoint.is_eligible() && total >= BUSY_MIN * count && due > 0.0;
            if busy { own / due - 1.0 } else { 0.0 }
        };
        learned.excess.store(over(load(index), loads));
        learned.crowding.store(over(in_flight(index), flights));
    }
}
