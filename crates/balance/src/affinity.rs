//! Whether a session stays with its endpoint or is bound elsewhere.
//!
//! No endpoint may hold more than `bound` times its fair share because of sessions. The outage
//! of 2024-05-01 was this limit, missing. Fairness follows capacity alone: a script that sets
//! weights cannot widen it.

use core::sync::atomic::Ordering::Relaxed;

use crate::bound::{self, Fair};
use crate::endpoint::{Endpoint, gate};
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
/// A session must have been idle this long to be bound elsewhere: what is seldom seen carries
/// little, so moving it relocates no hot spot.
const IDLE_NS: u64 = 100_000_000;
/// Requests present, as a multiple of the slots, from which a queue is worth a move.
const QUEUE: f64 = 2.5;
/// The same up to which a guest goes home: the queue has ended there.
const RETURN: f64 = 1.75;
/// What a visit takes from the budget: the way there; the way home, so that no guest is
/// stranded; and one more, because requests under way still bring the cookie from before.
const VISIT: i64 = 3;
/// Over this many times the bound, sessions leave without budget.
const EMERGENCY: f64 = 2.0;
/// Part of its endpoint's requests in flight up to which a busy session may be bound elsewhere,
/// and the seconds that it stays where it was moved to. Without this rule some of the busiest
/// users can meet at a start and stay together for good, behind a queue that grows.
const MINOR: f64 = 0.34;
const SETTLED_S: u32 = 1;
/// More requests at once, and in a second, than one browser sends.
const SHARED_IN_FLIGHT: u64 = 8;
const SHARED_SENT: u64 = 32;

/// What becomes of a session's request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Stays with the endpoint at this position.
    Keep(usize),
    /// Is bound elsewhere, away from this position.
    Move(usize),
    /// Is a guest elsewhere, away from this position, until its endpoint has room again.
    Visit(usize),
    /// Was a guest, and goes home to this position.
    Return(usize),
    /// As [`Verdict::Move`], as a session of its own: many users share the cookie.
    Split(usize),
    /// Stays, though its endpoint is at its limit: it must wait there.
    Wait,
    /// Its endpoint is gone or cannot serve.
    Homeless,
    /// The cookie is expired or of another epoch: a new session.
    Fresh,
}

/// Whether the claims still bind.
fn is_valid(claims: &Claims, affinity: &AffinitySpec, now_s: u32) -> bool {
    claims.expires_at_s > now_s && claims.epoch == affinity.epoch
}

/// Whether the session's endpoint is out of service, so that the session has lost it.
fn is_lost(endpoint: &Endpoint) -> bool {
    endpoint.hot.gate.load(Relaxed) & (gate::DOWN | gate::EJECTED) != 0
}

impl Pool {
    /// Id of the one endpoint that can serve this session, where there is only one: a `hard`
    /// session waits for its own as long as that is in service.
    pub fn only_endpoint(&self, claims: &Claims, now_s: u32) -> Option<u64> {
        let affinity = self.spec().affinity.as_ref()?;
        let is_hard = affinity.state == SessionState::Hard && is_valid(claims, affinity, now_s);
        let index = self.position(claims.endpoint).filter(|_| is_hard)?;
        (!is_lost(&self.endpoints()[index])).then_some(claims.endpoint)
    }
}

/// When a session's request asks, and whether it was refused before: it is one request, however
/// often it asks.
#[derive(Clone, Copy)]
pub(crate) struct Asking {
    pub(crate) now_ns: u64,
    pub(crate) now_s: u32,
    pub(crate) waited: bool,
}

pub(crate) fn decide(
    pool: &Pool,
    affinity: &AffinitySpec,
    claims: &Claims,
    asking: Asking,
    rng: &mut Rng,
) -> Verdict {
    let Asking { now_ns, now_s, waited } = asking;
    if !is_valid(claims, affinity, now_s) {
        return Verdict::Fresh;
    }
    if let Some(home) = claims.home.and_then(|id| pool.position(id))
        && pool.endpoints()[home].is_eligible()
        && pool.endpoints()[home].in_flight() < pool.limit(home)
        && !bound::queues(pool, home, RETURN)
    {
        return Verdict::Return(home);
    }
    let Some(index) = pool.position(claims.endpoint) else { return Verdict::Homeless };
    let endpoint = &pool.endpoints()[index];
    if is_lost(endpoint) {
        return Verdict::Homeless;
    }
    let full = endpoint.in_flight() >= pool.limit(index);
    let moment = Moment { pool, affinity, claims, index, now_ns, now_s };
    match affinity.state {
        SessionState::Hard => {
            if !waited && (full || moment.is_crowded()) {
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
        if crowded && let Some(verdict) = self.relieve(activity, lasting, shared) {
            return verdict;
        }
        match self.drifts(activity, excess, lasting, shared, rng) {
            true if shared => Verdict::Split(self.index),
            true => Verdict::Move(self.index),
            false => Verdict::Keep(self.index),
        }
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
        due && (lasting || self.pool.shared.moves.withdraw(1))
    }

    /// What a session does whose request would exceed the bound: light ones leave for good,
    /// the others for as long as the queue lasts.
    fn relieve(&self, activity: Activity, lasting: bool, shared: bool) -> Option<Verdict> {
        let times = EMERGENCY * self.affinity.bound;
        let free = lasting || Fair::now(self.pool).exceeded(self.pool, self.index, times);
        if !free && !bound::queues(self.pool, self.index, QUEUE) {
            return None;
        }
        let light = match activity {
            Activity::Busy { in_flight, .. } => lasting && self.is_minor(in_flight),
            Activity::Idle(idle_ns) => lasting || idle_ns >= IDLE_NS,
            Activity::Unknown => true,
        };
        let moves = if light || shared { 1 } else { VISIT };
        let paid = free || self.pool.shared.moves.withdraw(moves);
        paid.then_some(match () {
            () if shared => Verdict::Split(self.index),
            () if light => Verdict::Move(self.index),
            () => Verdict::Visit(self.index),
        })
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
