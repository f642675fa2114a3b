//! Plays requests through one pool: kept and new sessions, each server lost, one NAT.

use std::cell::Cell;
use std::net::{IpAddr, Ipv4Addr};
use std::rc::Rc;

use foreign::pick::Request;
use foreign::pick::Server;
use foreign::pick::haproxy::{StickRule, StickTable};

use super::again::Again;
use super::batch::{Cookie, Entry};
use super::hand::Hand;
use super::keys::KeyCount;
use super::meter::Meter;
use super::paces::{Paces, Took};
use super::pool::{Lifetime, Persistence, Pool};
use super::prediction::Reason;
use super::sessions::{NOBODY, SESSIONS_MAX, Session, Sessions};

/// Picks per request that the loss of servers may cost; with more servers fewer clients are
/// played there.
const LOST_PICKS: usize = 8;
/// Servers times lost servers that are kept in memory, of all pools together.
const LOST_CELLS: usize = 1 << 19;
/// Losses that are played in each pool, however many servers there are.
const LOST_MIN: usize = 8;
/// The address that all clients have behind one NAT.
const NAT: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

/// A pool at work.
pub(super) struct Play {
    pub(super) pool: Pool,
    fresh: Hand,
    again: Option<Again>,
    nat: Option<Hand>,
    pub(super) lost: Vec<Lost>,
    /// Of so many clients one is played where servers are lost.
    pub(super) one_in: u64,
    pub(super) sessions: Sessions,
    pub(super) keys: KeyCount,
    /// Keys that the table of new sessions forgot, or did not take, for want of room.
    pub(super) crowded_out: Rc<Cell<u64>>,
    pub(super) meters: Meters,
    pub(super) requests: u64,
    /// Sessions that began at each server.
    pub(super) begun: Vec<f64>,
    pub(super) has_prior: bool,
    /// What servers take, where picks depend on it.
    paces: Paces,
    /// Whether the log says of any request which server had it and how long it took there.
    pub(super) is_paced: bool,
}

/// What is counted.
pub(super) struct Meters {
    pub(super) fresh: Meter,
    pub(super) kept: Meter,
    pub(super) steady: Meter,
    pub(super) nat: Meter,
}

/// The pool without one of its servers.
pub(super) struct Lost {
    pub(super) server: usize,
    hand: Hand,
    pub(super) meter: Meter,
}

/// The server that a session had before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Prior {
    Unknown,
    /// It had this one, as far as can be told.
    Had(usize),
    /// The request names it.
    Named(usize),
}

impl Prior {
    fn server(self) -> Option<usize> {
        match self {
            Prior::Unknown => None,
            Prior::Had(server) | Prior::Named(server) => Some(server),
        }
    }

    fn named(self) -> Option<usize> {
        match self {
            Prior::Named(server) => Some(server),
            _ => None,
        }
    }
}

/// When a request came and how long it took.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span<'p> {
    pub(super) minute: i64,
    pub(super) took: Took<'p>,
}

impl<'p> Span<'p> {
    /// Of a request; one of which the log does not say how long it took takes `service_s`.
    pub(super) fn of(entry: &Entry, request: &Request<'_>, service_s: f64) -> Span<'p> {
        let minute = (request.at_s / 60.0).floor() as i64;
        Span { minute, took: Took::anywhere(entry.took_or(service_s)) }
    }
}

/// What became of a request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub(super) fresh: Option<usize>,
    pub(super) kept: Option<usize>,
    /// Whether it is the first one of its session, or of its key.
    pub(super) begins: bool,
    pub(super) fresh_reason: Reason,
    pub(super) kept_reason: Reason,
}

impl Play {
    /// With some servers down from the beginning.
    /// `members` are the servers of all pools that are played beside it.
    pub(super) fn new(mut pool: Pool, down: &[usize], members: usize) -> Play {
        for &place in down {
            if let Some(member) = pool.members.get_mut(place) {
                member.up = false;
            }
        }
        let count = pool.members.len();
        let (fresh, crowded_out) = hand(&pool, down);
        let by_source = pool.is_hash || matches!(pool.persistence, Persistence::Stick { .. });
        let again = Again::new(&pool, down);
        let nat = by_source.then(|| hand(&pool, down).0);
        let losable = losable(&pool, members);
        let lost: Vec<Lost> = losable
            .into_iter()
            .map(|server| {
                let gone: Vec<usize> = down.iter().copied().chain([server]).collect();
                Lost { server, hand: Hand::new(&pool, &gone), meter: Meter::new(count) }
            })
            .collect();
        let one_in = match pool.persistence {
            Persistence::None => lost.len().div_ceil(LOST_PICKS).max(1) as u64,
            _ => 1,
        };
        let meter = || Meter::new(count);
        let fresh_meter = Meter::by_minute(count);
        let meters = Meters { fresh: fresh_meter, kept: meter(), steady: meter(), nat: meter() };
        let (sessions, keys) = (Sessions::default(), KeyCount::default());
        Play {
            pool,
            fresh,
            again,
            nat,
            lost,
            one_in,
            sessions,
            keys,
            crowded_out,
            meters,
            requests: 0,
            begun: vec![0.0; count],
            has_prior: false,
            paces: Paces::new(count),
            is_paced: false,
        }
    }

    /// One without what only a whole answer needs: the configuration from before.
    pub(super) fn before(pool: Pool) -> Play {
        let mut play = Play::new(pool, &[], usize::MAX);
        play.lost.clear();
        play.nat = None;
        play
    }

    /// Share of each server of the requests of sessions that all begin anew.
    pub(super) fn shares(&self) -> Vec<f64> {
        let fresh = &self.meters.fresh;
        let mean = self.again.as_ref().and_then(|again| again.shares(&fresh.counts));
        mean.unwrap_or_else(|| fresh.shares())
    }

    /// Whether all sessions begin anew with each request, and the shares are those of all.
    pub(super) fn is_alike(&self) -> bool {
        self.again.is_some()
    }

    /// Plays a request.
    pub(super) fn step(
        &mut self,
        entry: &Entry,
        request: &Request<'_>,
        span: Span<'_>,
        prior: Prior,
    ) -> Step {
        let there = server(entry.server).filter(|_| !entry.took_s.is_nan());
        let Some(there) = there.filter(|_| self.pool.is_loaded) else {
            return self.played(entry, request, span, prior);
        };
        let took_s = f64::from(entry.took_s);
        let mut paces = std::mem::replace(&mut self.paces, Paces::new(0));
        paces.note(there, took_s);
        let span = Span { took: Took::there(took_s, there, &paces), ..span };
        let step = self.played(entry, request, span, prior);
        (self.paces, self.is_paced) = (paces, true);
        step
    }

    fn played(
        &mut self,
        entry: &Entry,
        request: &Request<'_>,
        span: Span<'_>,
        prior: Prior,
    ) -> Step {
        self.requests += 1;
        let asked = server(entry.asked).filter(|_| self.usable(entry.asked));
        if let Some(again) = &mut self.again {
            again.play(request, span.took, asked);
        }
        if let Some(asked) = asked {
            return self.asked(asked, request, span);
        }
        let key = self.pool.key.as_ref().and_then(|(_, of)| of(request));
        let id = match self.pool.persistence {
            Persistence::None => None,
            Persistence::Cookie { .. } => Some(entry.client),
            Persistence::Stick { .. } => key,
        };
        if let Some(counted) = key.or(id) {
            self.keys.note(counted);
        }
        let known = id.or(key).and_then(|id| self.sessions.find(id));
        // Behind one address there may be others than those that are known.
        let is_new = entry.cookie == Cookie::Absent
            && matches!(self.pool.persistence, Persistence::Cookie { .. });
        let known = known.filter(|_| !is_new);
        let is_bound = id.is_some();
        let fresh = self.pick(request, span, id.and(known));
        let kept = if is_bound { self.kept(known, prior, fresh) } else { fresh };
        let mut session = known.unwrap_or_else(|| self.begun(request, fresh));
        let was = session.fresh;
        session.fresh = place(fresh.and_then(|place| self.pool.binding(place)));
        session.kept = place(kept.and_then(|place| self.pool.binding(place)));
        if is_bound && (known.is_none() || was != session.fresh) {
            session.spare = self.spare(request, span, server(session.fresh));
        }
        session.ended |= self.is_over(&session, request.at_s);
        session.last_s = request.at_s;
        if let Some(id) = id.or(key) {
            self.sessions.put(id, session);
        }
        let steady = if session.ended { fresh } else { kept };
        self.count(request, span, entry, is_bound, &session, (fresh, kept, steady));
        self.told(known, is_bound, prior, fresh, kept)
    }

    /// The server of a request whose session keeps the one that it had.
    fn kept(
        &mut self,
        known: Option<Session>,
        prior: Prior,
        fresh: Option<usize>,
    ) -> Option<usize> {
        let usable = |server: &usize| self.usable(place(Some(*server)));
        let named = prior.named().filter(usable);
        let had = match known {
            Some(known) => server(known.kept),
            None => prior.server(),
        };
        let kept = named.or(had.filter(usable));
        self.has_prior |= known.is_none() && kept.is_some();
        kept.or(fresh)
    }

    /// A request that a rule sends to a server, whatever its session and the method say.
    fn asked(&mut self, server: usize, request: &Request<'_>, span: Span<'_>) -> Step {
        let Span { minute, took } = span;
        self.fresh.note(server, request.at_s, took.at(server));
        let meters = &mut self.meters;
        let all = [&mut meters.fresh, &mut meters.kept, &mut meters.steady, &mut meters.nat];
        all.into_iter().for_each(|meter| meter.note(Some(server), minute, took));
        for lost in &mut self.lost {
            let left = if lost.server == server {
                lost.hand.pick(request, took)
            } else {
                lost.hand.note(server, request.at_s, took.at(server));
                Some(server)
            };
            lost.meter.note(left, minute, took);
        }
        Step {
            fresh: Some(server),
            kept: Some(server),
            begins: false,
            fresh_reason: Reason::Rule,
            kept_reason: Reason::Rule,
        }
    }

    fn pick(
        &mut self,
        request: &Request<'_>,
        span: Span<'_>,
        known: Option<Session>,
    ) -> Option<usize> {
        let bound = known.map(|known| known.fresh).filter(|&place| self.usable(place));
        match (&self.pool.persistence, bound) {
            (Persistence::Cookie { .. }, Some(bound)) => {
                let bound = usize::from(bound);
                self.fresh.note(bound, request.at_s, span.took.at(bound));
                Some(bound)
            }
            _ => self.fresh.pick(request, span.took),
        }
    }

    fn begun(&mut self, request: &Request<'_>, fresh: Option<usize>) -> Session {
        if let Some(begun) = fresh.and_then(|place| self.begun.get_mut(place)) {
            *begun += 1.0;
        }
        Session {
            fresh: NOBODY,
            kept: NOBODY,
            spare: NOBODY,
            ended: false,
            last_s: request.at_s,
            first_s: request.at_s,
        }
    }

    /// Where a session goes when the server that it has is lost.
    fn spare(&mut self, request: &Request<'_>, span: Span<'_>, fresh: Option<usize>) -> u16 {
        if let Some(twin) = fresh.and_then(|lost| self.pool.twin(lost)) {
            return place(Some(twin));
        }
        let lost = self.lost.iter_mut().find(|lost| Some(lost.server) == fresh);
        place(lost.and_then(|lost| lost.hand.pick(request, span.took)))
    }

    fn is_over(&self, session: &Session, at_s: f64) -> bool {
        match self.pool.lifetime() {
            None | Some(Lifetime::Endless) => false,
            Some(Lifetime::Idle(after_s)) => at_s - session.last_s > after_s,
            Some(Lifetime::Fixed(_)) => true,
        }
    }

    fn usable(&self, place: u16) -> bool {
        self.pool.members.get(usize::from(place)).is_some_and(|member| member.up)
    }

    fn count(
        &mut self,
        request: &Request<'_>,
        Span { minute, took }: Span<'_>,
        entry: &Entry,
        is_bound: bool,
        session: &Session,
        (fresh, kept, steady): (Option<usize>, Option<usize>, Option<usize>),
    ) {
        self.meters.fresh.note(fresh, minute, took);
        self.meters.kept.note(kept, minute, took);
        self.meters.steady.note(steady, minute, took);
        let nat = match &mut self.nat {
            Some(hand) => {
                let key = request.key.filter(|_| !self.pool.is_by_address);
                hand.pick(&Request { source: Some(NAT), key, ..*request }, took)
            }
            None => fresh,
        };
        self.meters.nat.note(nat, minute, took);
        if !is_bound && !entry.client.is_multiple_of(self.one_in) {
            return;
        }
        for lost in &mut self.lost {
            let left = match (is_bound, Some(lost.server) == fresh) {
                (false, _) => lost.hand.pick(request, took),
                (true, true) if server(session.fresh) == fresh => server(session.spare),
                (true, true) => lost.hand.pick(request, took),
                (true, false) => {
                    if let Some(fresh) = fresh {
                        lost.hand.note(fresh, request.at_s, took.at(fresh));
                    }
                    fresh
                }
            };
            lost.meter.note(left, minute, took);
        }
    }

    fn told(
        &self,
        known: Option<Session>,
        is_bound: bool,
        prior: Prior,
        fresh: Option<usize>,
        kept: Option<usize>,
    ) -> Step {
        let by_binding = match self.pool.persistence {
            Persistence::Stick { .. } => Reason::Stick,
            _ => Reason::Cookie,
        };
        let same = known.is_some_and(|known| is_bound && server(known.fresh) == fresh);
        let fresh_reason = if same { by_binding } else { self.by_method(fresh) };
        let had = known.and_then(|known| server(known.kept)).or(prior.server());
        let is_held = |had: Option<usize>| had.is_some() && kept == had;
        let held = is_bound && (is_held(prior.named()) || is_held(had));
        let kept_reason = if held { by_binding } else { self.by_method(kept) };
        Step { fresh, kept, begins: known.is_none(), fresh_reason, kept_reason }
    }

    fn by_method(&self, picked: Option<usize>) -> Reason {
        match picked.and_then(|place| self.pool.members.get(place)) {
            None => Reason::None,
            Some(member) if member.backup => Reason::Backup,
            Some(_) if self.pool.is_hash => Reason::Hash,
            Some(_) => Reason::Method,
        }
    }
}

/// The servers whose loss is played: all of them, or those of the most weight where their number
/// would take more memory than a prediction may.
fn losable(pool: &Pool, members: usize) -> Vec<usize> {
    let most = (LOST_CELLS / members.max(1)).max(LOST_MIN);
    let takes = pool.intended(&[]);
    let mut all: Vec<(usize, f64)> = takes.into_iter().enumerate().collect();
    all.retain(|(_, share)| *share > 0.0);
    if all.len() > most {
        all.sort_by(|a, b| b.1.total_cmp(&a.1));
        all.truncate(most);
        all.sort_by_key(|(place, _)| *place);
    }
    all.into_iter().map(|(place, _)| place).collect()
}

/// The pool's method, below its table where it has one, and what the table has no room for.
fn hand(pool: &Pool, down: &[usize]) -> (Hand, Rc<Cell<u64>>) {
    let Persistence::Stick { rule, .. } = &pool.persistence else {
        return (Hand::new(pool, down), Rc::default());
    };
    let server = |(place, member): (usize, &super::pool::Member)| Server {
        up: member.up,
        ..Server::new(place, member.name.clone(), member.address.clone())
    };
    let servers: Vec<Server> = pool.members.iter().enumerate().map(server).collect();
    let size = rule.size.min(2 * SESSIONS_MAX);
    let rule = StickRule { size, ..(**rule).clone() };
    let table = StickTable::new(rule, &servers, (pool.make)(down));
    let crowded_out = table.crowded_out();
    (Hand::of(pool, down, Box::new(table)), crowded_out)
}

fn place(server: Option<usize>) -> u16 {
    server.and_then(|server| u16::try_from(server).ok()).unwrap_or(NOBODY)
}

fn server(place: u16) -> Option<usize> {
    (place != NOBODY).then_some(usize::from(place))
}
