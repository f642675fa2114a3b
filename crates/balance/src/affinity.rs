//! Whether a session stays with its endpoint or is bound elsewhere.
//!
//! No endpoint may hold more than `bound` times its fair share because of sessions. The outage
//! of 2024-05-01 was this limit, missing. Fairness follows capacity alone: a script that sets
//! weights cannot widen it.

use core::sync::atomic::Ordering::Relaxed;

use crate::bound::{self, Fair};
use crate::endpoint::{Endpoint, gate};
use crate::hold::{self, Terms, Want};
use crate::pick::Ask;
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
/// A session must have been idle this long to leave for a drift's sake: what is seldom seen
/// carries little, so moving it relocates no hot spot.
const IDLE_NS: u64 = 100_000_000;
/// What a visit takes from the budget: the way there; the way home, so that no guest is
/// stranded; and as much again, because both times requests under way are answered by the other.
const VISIT: i64 = 4;
/// Multiple of the slots from which a request that cannot wait goes elsewhere at once.
const QUEUE: f64 = 2.25;
/// Part of its due load by which an endpoint may come to be above the one that a session leaves.
const FIT: f64 = 0.075;
/// Over this many times the bound, sessions leave without budget.
const EMERGENCY: f64 = 2.0;
/// Seconds that a busy session stays where it was just bound, whatever its endpoint carries.
const SETTLED_S: u32 = 1;
/// More requests at once, and per second, than one browser sends.
const SHARED_IN_FLIGHT: u64 = 8;
const SHARED_PER_S: f64 = 30.0;

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
    /// Waits for this position's endpoint, or for any, and asks again at this time.
    Hold { index: usize, until_ns: u64, want: Want },
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

pub(crate) fn decide(
    pool: &Pool,
    affinity: &AffinitySpec,
    claims: &Claims,
    ask: &Ask<'_>,
    rng: &mut Rng,
) -> Verdict {
    if !is_valid(claims, affinity, ask.now_s) {
        return Verdict::Fresh;
    }
    if let Some(home) = claims.home.and_then(|id| pool.position(id))
        && pool.endpoints()[home].is_eligible()
        && pool.endpoints()[home].in_flight() < pool.limit(home)
        && bound::has_room(pool, home)
    {
        return Verdict::Return(home);
    }
    let Some(index) = pool.position(claims.endpoint) else { return Verdict::Homeless };
    let endpoint = &pool.endpoints()[index];
    if is_lost(endpoint) {
        return Verdict::Homeless;
    }
    let full = endpoint.in_flight() >= pool.limit(index);
    let moment = Moment { pool, affinity, claims, index, ask };
    match affinity.state {
        SessionState::Hard => {
            if !ask.again && (full || moment.exceeds_bound()) {
                pool.shared.unmovable.fetch_add(1, Relaxed);
            }
            if full { Verdict::Wait } else { Verdict::Keep(index) }
        }
        SessionState::None | SessionState::Soft => moment.soft(full, rng),
    }
}

/// One session's request at its endpoint, at one moment.
struct Moment<'a> {
    pool: &'a Pool,
    affinity: &'a AffinitySpec,
    claims: &'a Claims,
    index: usize,
    ask: &'a Ask<'a>,
}

impl Moment<'_> {
    /// Whether one more request exceeds the bound.
    fn exceeds_bound(&self) -> bool {
        !bound::has_room(self.pool, self.index)
            && Fair::now(self.pool).exceeded(self.pool, self.index, self.affinity.bound)
    }

    /// Whether the endpoint has as much as it should have at a time, and more than the others: one
    /// more request had better wait. Who has not asked before comes after those who wait.
    fn has_queue(&self) -> bool {
        let waited = self.ask.since_ns.is_some();
        let full = hold::is_full(self.pool, self.index)
            || !waited && self.pool.endpoints()[self.index].held() > 0;
        let uneven = hold::UNEVEN.min(self.affinity.bound);
        full && Fair::now(self.pool).exceeded(self.pool, self.index, uneven)
    }

    fn soft(&self, full: bool, rng: &mut Rng) -> Verdict {
        let learned = &self.pool.endpoints()[self.index].learned;
        let (excess, lasting) = (learned.excess.load(), learned.crowding.load() >= LASTING);
        let queue = full || self.has_queue();
        let crowded = queue || self.exceeds_bound();
        if !crowded && excess < DRIFT && !lasting {
            return Verdict::Keep(self.index);
        }
        let activity = self.pool.sessions().activity(self.claims.session, self.ask.now_ns);
        let shared = self.is_shared(activity, crowded);
        if crowded && let Some(verdict) = self.relieve(activity, lasting, shared, queue) {
            return verdict;
        }
        if full {
            // At its limit it takes nobody, however short the wait or the budget.
            return Verdict::Homeless;
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
        let long_idle = activity.idle_ns.is_some_and(|idle_ns| idle_ns >= IDLE_NS);
        let free = shared || long_idle && !self.in_cooldown();
        // The chance grows with the excess, so that the load that leaves is about what is too
        // much, and not the whole hot spot.
        let chance = (excess - DRIFT) / (DRIFT_FULL - DRIFT);
        let due = free && (lasting || rng.unit() < chance);
        due && (lasting || self.pool.shared.moves.withdraw(1))
    }

    /// What a session does whose endpoint has more than it should at a time.
    fn relieve(
        &self,
        activity: Activity,
        lasting: bool,
        shared: bool,
        queue: bool,
    ) -> Option<Verdict> {
        // In the long run it has too much, or far too much by now.
        let times = if lasting { 1.0 } else { EMERGENCY } * self.affinity.bound;
        let free = Fair::now(self.pool).exceeded(self.pool, self.index, times);
        let paid = |moves: i64| free || self.pool.shared.moves.withdraw(moves);
        if shared {
            return paid(1).then_some(Verdict::Split(self.index));
        }
        let light = activity.idle_ns.is_none_or(|idle_ns| idle_ns >= IDLE_NS);
        if free && light {
            return Some(Verdict::Move(self.index));
        }
        let settled = self.ask.now_s >= self.claims.bound_at_s.saturating_add(SETTLED_S);
        if free
            && settled
            && let Some(verdict) = self.leaves(activity, &paid)
        {
            return Some(verdict);
        }
        let asked_ns = self.ask.since_ns.unwrap_or(self.ask.now_ns);
        let waited_ns = self.ask.now_ns.saturating_sub(asked_ns);
        let terms = Terms::now(self.pool).filter(|_| queue && self.ask.may_wait);
        let hold = |for_ns: u64, want: Want| {
            (waited_ns < for_ns).then_some(Verdict::Hold {
                index: self.index,
                until_ns: asked_ns.saturating_add(for_ns),
                want,
            })
        };
        let Some(terms) = terms else {
            let due = bound::queues(self.pool, self.index, QUEUE);
            return due.then(|| self.leaves(activity, &paid)).flatten();
        };
        let then =
            if free || self.pool.shared.moves.can_pay() { Want::Elsewhere } else { Want::Home };
        hold(terms.patience_ns, Want::Home)
            .or_else(|| self.leaves(activity, &paid))
            .or_else(|| hold(terms.most_ns, then))
            .or_else(|| self.visits(paid))
    }

    /// A session goes where there is room for it now, and for what it sends in the long run.
    fn leaves(&self, activity: Activity, paid: &impl Fn(i64) -> bool) -> Option<Verdict> {
        let load = activity.per_s * self.pool.shared.service_ns.load() / 1e9;
        let over = |index: usize, extra: f64| {
            let learned = &self.pool.endpoints()[index].learned;
            (learned.load.load() + extra) / learned.due.load().max(f64::MIN_POSITIVE)
        };
        let most = over(self.index, 0.0) + FIT;
        let there = self.others_with_room().any(|index| over(index, load) <= most);
        let moves = if activity.in_flight > 0 { 2 } else { 1 };
        (there && paid(moves)).then_some(Verdict::Move(self.index))
    }

    /// A session that is too busy to be bound elsewhere is a guest there.
    fn visits(&self, paid: impl Fn(i64) -> bool) -> Option<Verdict> {
        let there = self.others_with_room().next().is_some();
        (there && paid(VISIT)).then_some(Verdict::Visit(self.index))
    }

    fn others_with_room(&self) -> impl Iterator<Item = usize> {
        let (pool, own) = (self.pool, self.index);
        (0..pool.endpoints().len()).filter(move |&index| {
            let endpoint = &pool.endpoints()[index];
            index != own
                && endpoint.is_eligible()
                && bound::has_room(pool, index)
                && endpoint.in_flight() < pool.limit(index)
        })
    }

    /// Whether many users hold the session's cookie: more requests at once than a browser
    /// sends, and more of the pool's traffic than any endpoint may carry within its bound.
    /// Once found, it is remembered: what is left of it still is many users' cookie.
    fn is_shared(&self, activity: Activity, crowded: bool) -> bool {
        let known = &self.pool.shared.moves.shared_session;
        if known.load(Relaxed) == self.claims.session {
            return true;
        }
        let most = || {
            let all = self.pool.shared.moves.rate_per_s();
            self.affinity.bound * self.pool.capacity_share(self.index) * all
        };
        let shared = crowded
            && activity.in_flight > SHARED_IN_FLIGHT
            && activity.per_s >= SHARED_PER_S
            && activity.per_s >= most().min(session::RATE_MAX);
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
        moved && self.ask.now_s < self.claims.bound_at_s.saturating_add(self.affinity.cooldown_s)
    }
}
