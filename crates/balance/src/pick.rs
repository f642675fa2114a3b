//! Picks the endpoint of one attempt: affinity first, then the policy, then the doubtful ones.

use alloc::sync::Arc;
use core::sync::atomic::Ordering::Relaxed;

use crate::affinity::{self, Verdict};
use crate::endpoint::gate;
use crate::hold::{self, Hold};
use crate::lease::Lease;
use crate::policy::{self, Choice, Memory, View};
use crate::pool::{Pool, Table};
use crate::reason::Reason;
use crate::rng::Rng;
use crate::session::Claims;
use crate::spec::{Policy, SessionState};

/// What is asked for one attempt of a request.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ask<'a> {
    /// The hash key, where the request has it.
    pub key: Option<&'a [u8]>,
    /// The verified claims of its session cookie, where it has one.
    pub session: Option<Claims>,
    /// Positions of the endpoints that were tried before; empty on the first attempt.
    pub tried: &'a [u16],
    /// When it came, where it has waited.
    pub since_ns: Option<u64>,
    /// It asked before and was refused: it is not counted as another request.
    pub again: bool,
    /// It may be told to wait for a place ([`Refusal::Held`]).
    pub may_wait: bool,
    /// The caller's monotonic clock.
    pub now_ns: u64,
    /// Seconds since the Unix epoch, for cookies.
    pub now_s: u32,
}

/// An endpoint, why, and how likely it was.
#[derive(Debug)]
#[must_use = "dropping the pick returns its place"]
pub struct Pick {
    /// The place in flight.
    pub lease: Lease,
    /// Why this endpoint.
    pub reason: Reason,
    /// Probability that the policy would have made this pick in this state, 0 to 1.
    pub propensity: f64,
    /// A session was bound by this pick: the claims of the cookie to set.
    pub bind: Option<Claims>,
    /// Position of the endpoint that the session left, where it is still in the pool.
    pub left: Option<usize>,
}

/// What becomes of a session that is placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Binding {
    /// It goes on as the session it is.
    Kept,
    /// It is a guest, and keeps its home.
    Guest,
    /// It becomes a session of its own: a cache handed one user's cookie to many.
    New,
}

/// Why no endpoint was picked.
#[derive(Debug)]
pub enum Refusal {
    /// Every endpoint that could serve is at its limit: wait and ask again.
    Full,
    /// The endpoint that it would go to has no slot free: wait for a place, and ask again.
    Held(Hold),
    /// There is no (other) endpoint.
    Nobody,
}

impl Pool {
    /// Picks an endpoint and takes a place there.
    pub fn pick(self: &Arc<Self>, ask: &Ask<'_>, rng: &mut Rng) -> Result<Pick, Refusal> {
        if !ask.tried.is_empty() {
            let mut pick = self.place(ask, self.memory(), rng)?;
            pick.reason = Reason::Retry;
            if !self.is_kept_by_retries(ask) {
                self.bind(&mut pick, ask, Binding::Kept, rng);
            }
            return Ok(pick);
        }
        if !ask.again {
            self.shared.budget.deposit();
        }
        let Some(spec) = &self.spec().affinity else {
            return self.place(ask, Memory::Moment, rng);
        };
        if !ask.again {
            self.shared.moves.deposit();
        }
        let verdict = match &ask.session {
            Some(claims) => affinity::decide(self, spec, claims, ask, rng),
            None => Verdict::Fresh,
        };
        let mut pick = match verdict {
            Verdict::Keep(index) if self.endpoints()[index].acquire(self.limit(index)) => {
                return Ok(self.kept(index, ask));
            }
            Verdict::Keep(_) if spec.state == SessionState::Hard => return Err(Refusal::Full),
            Verdict::Wait => return Err(Refusal::Full),
            Verdict::Move(index) | Verdict::Split(index) => {
                self.moved(index, ask, Memory::Lasting, rng)?
            }
            Verdict::Visit(index) => self.moved(index, ask, Memory::Moment, rng)?,
            Verdict::Return(index) if self.endpoints()[index].acquire(self.limit(index)) => {
                self.kept(index, ask)
            }
            Verdict::Hold { index, until_ns, want } => {
                let hold = Hold::new(&self.endpoints()[index], until_ns, want);
                return Err(Refusal::Held(hold));
            }
            _ => self.place(ask, Memory::Lasting, rng)?,
        };
        let came = ask.session.map(|claims| claims.endpoint);
        let moves = came != Some(pick.lease.endpoint().id());
        if verdict != Verdict::Fresh && moves && pick.reason != Reason::Panic {
            pick.reason = Reason::AffinityMoved;
        }
        let binding = match verdict {
            Verdict::Split(_) => Binding::New,
            Verdict::Visit(_) => Binding::Guest,
            _ => Binding::Kept,
        };
        self.bind(&mut pick, ask, binding, rng);
        Ok(pick)
    }

    /// Takes one token of the retry budget for a second or later attempt.
    pub fn may_retry(&self) -> bool {
        self.shared.budget.withdraw()
    }

    fn kept(self: &Arc<Self>, index: usize, ask: &Ask<'_>) -> Pick {
        let draining = self.endpoints()[index].hot.gate.load(Relaxed) & gate::DRAIN != 0;
        let session = ask.session.map(|c| self.sessions().enter(c.session, ask.now_ns));
        Pick {
            lease: Lease::new(Arc::clone(self), index, session, ask.now_ns),
            reason: if draining { Reason::Drain } else { Reason::AffinityKept },
            propensity: 1.0,
            bind: None,
            left: None,
        }
    }

    /// What a placement is for: sessions last.
    fn memory(&self) -> Memory {
        if self.spec().affinity.is_some() { Memory::Lasting } else { Memory::Moment }
    }

    /// Away from `index` if anybody else can take it; otherwise it stays.
    fn moved(
        self: &Arc<Self>,
        index: usize,
        ask: &Ask<'_>,
        memory: Memory,
        rng: &mut Rng,
    ) -> Result<Pick, Refusal> {
        let away = Ask { tried: &[index as u16], ..*ask };
        let view = View { pool: self, forgiven: 0, tried: away.tried, waited: false };
        let elsewhere = (0..view.len()).any(|i| view.open(i));
        let pick = elsewhere.then(|| self.place(&away, memory, rng).ok()).flatten();
        pick.map_or_else(|| self.place(ask, memory, rng), Ok)
    }

    /// Whether a `hard` session stays bound to an endpoint that failed one attempt: until the
    /// endpoint is ejected or down, its state is best looked for there.
    fn is_kept_by_retries(&self, ask: &Ask<'_>) -> bool {
        let hard = self.spec().affinity.as_ref().is_some_and(|a| a.state == SessionState::Hard);
        let home = ask.session.filter(|_| hard).and_then(|c| self.position(c.endpoint));
        home.is_some_and(|index| self.endpoints()[index].is_eligible())
    }

    /// Writes the new binding of a sticky pool's session into the pick.
    fn bind(&self, pick: &mut Pick, ask: &Ask<'_>, binding: Binding, rng: &mut Rng) {
        let Some(spec) = &self.spec().affinity else { return };
        let old = ask.session.filter(|c| c.expires_at_s > ask.now_s && c.epoch == spec.epoch);
        let endpoint = pick.lease.endpoint().id();
        if old.is_some_and(|c| c.endpoint == endpoint) {
            return;
        }
        pick.left = old.and_then(|c| self.position(c.endpoint));
        let fresh = |session: u64| Claims {
            endpoint,
            home: None,
            session,
            bound_at_s: ask.now_s,
            expires_at_s: old.map_or(ask.now_s.saturating_add(spec.ttl_s), |c| c.expires_at_s),
            epoch: spec.epoch,
        };
        pick.bind = Some(match (old, binding) {
            (Some(old), Binding::Guest) => {
                let home = old.home.or(Some(old.endpoint)).filter(|&id| id != endpoint);
                Claims { endpoint, home, ..old }
            }
            (Some(old), Binding::Kept) if old.home == Some(endpoint) => {
                Claims { endpoint, home: None, ..old }
            }
            (Some(old), Binding::Kept) => fresh(old.session),
            _ => fresh(rng.bits()),
        });
    }

    /// Places a free request: healthy endpoints first, then ever more doubtful ones.
    fn place(
        self: &Arc<Self>,
        ask: &Ask<'_>,
        memory: Memory,
        rng: &mut Rng,
    ) -> Result<Pick, Refusal> {
        let ejected_too = if self.is_panicking() { gate::EJECTED } else { 0 };
        let levels = [
            ejected_too,
            gate::EJECTED,
            gate::EJECTED | gate::DRAIN,
            gate::EJECTED | gate::DRAIN | gate::DOWN,
            u32::MAX,
        ];
        for (level, forgiven) in levels.into_iter().enumerate() {
            let waited = ask.since_ns.is_some();
            let view = View { pool: self, forgiven, tried: ask.tried, waited };
            if !(0..view.len()).any(|i| view.admits(i)) {
                continue;
            }
            // Another worker may take the last place between choice and acquisition.
            for _ in 0..=view.len() {
                let Some(choice) = self.choose(&view, ask, memory, rng) else { break };
                let free = level == 0 && memory == Memory::Moment;
                if let Some(hold) = free.then(|| hold::of_any(self, choice.index, ask)).flatten() {
                    return Err(Refusal::Held(hold));
                }
                if self.endpoints()[choice.index].acquire(self.limit(choice.index)) {
                    return Ok(self.placed(choice, ask, level > 0));
                }
            }
            return Err(Refusal::Full);
        }
        Err(Refusal::Nobody)
    }

    fn placed(self: &Arc<Self>, choice: Choice, ask: &Ask<'_>, doubtful: bool) -> Pick {
        let endpoint = &self.endpoints()[choice.index];
        let hashed = self.spec().policy.is_hashed() && ask.key.is_some();
        let reason = match () {
            () if doubtful || !endpoint.is_eligible() => Reason::Panic,
            () if hashed && choice.rank > 0 => Reason::Spill,
            () if hashed => Reason::Hash,
            () if endpoint.is_warming() => Reason::SlowStart,
            () => Reason::Weight,
        };
        let sticky = self.spec().affinity.is_some();
        let session = ask.session.filter(|_| sticky);
        let place = session.map(|c| self.sessions().enter(c.session, ask.now_ns));
        Pick {
            lease: Lease::new(Arc::clone(self), choice.index, place, ask.now_ns),
            reason,
            propensity: choice.propensity,
            bind: None,
            left: None,
        }
    }

    fn choose(
        &self,
        view: &View<'_>,
        ask: &Ask<'_>,
        memory: Memory,
        rng: &mut Rng,
    ) -> Option<Choice> {
        let hashed = match (self.spec().policy, self.table(), ask.key) {
            (Policy::Rendezvous, _, Some(key)) => policy::rendezvous(view, key),
            (_, Table::Maglev(table), Some(key)) => table.choose(view, key),
            (_, Table::Ring(ring), Some(key)) => ring.choose(view, key),
            _ => None,
        };
        if hashed.is_some() {
            return hashed;
        }
        if self.spec().policy.is_hashed() && ask.key.is_some() {
            return policy::emptiest(view, rng);
        }
        match self.spec().policy {
            Policy::RoundRobin => policy::round_robin(view, rng),
            Policy::Random => policy::random(view, rng),
            Policy::TwoChoices => policy::two_choices(view, rng),
            Policy::PeakEwma => policy::peak_ewma(view, rng),
            // Also what a hashed policy falls back to: an absent key must not mean one server.
            _ => policy::least_pressure(view, memory, rng),
        }
    }
}
