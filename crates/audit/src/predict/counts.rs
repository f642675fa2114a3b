//! What is counted of all requests, whichever pool they go to.

use std::collections::BTreeMap;

use evenness::Distinct;
use foreign::logs::Unserved;
use foreign::pick::Request;

use super::assumed::Assumed;
use super::batch::{ANSWERED, Entry};
use super::pair::Pair;
use super::past::Was;
use super::play::Span;
use super::pool::Persistence;
use super::prediction::{Predicted, Reason};
use super::question::{Clients, Question};
use super::route::{Router, Said, Why};
use super::seats::Seats;

/// What is counted of all requests.
pub(super) struct Counts {
    pub(super) sessions: Distinct,
    pub(super) addresses: Distinct,
    seats: Seats,
    /// Requests of pools that keep sessions by a cookie, of users whom only address and program
    /// tell apart.
    alike: u64,
    pub(super) unrouted: u64,
    /// Requests that the balancer answers by itself.
    pub(super) answered: u64,
    /// Requests whose column for the server is empty.
    pub(super) silent: Told,
    /// Requests that the log has in another pool than the rules.
    pub(super) elsewhere: Told,
    pub(super) assumed: Assumed,
    pub(super) first_s: f64,
    pub(super) last_s: f64,
    pub(super) timed: u64,
    /// Requests that took less than the log could tell, and the longest time that they are taken
    /// to have lasted.
    pub(super) instant: (u64, f64),
    /// Requests that no server got when the log was written, by why and by HAProxy's state.
    unserved: BTreeMap<(bool, [u8; 2]), u64>,
}

/// Lines of one kind.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Told {
    pub(super) count: u64,
    /// The number of the first one.
    pub(super) first: u64,
}

/// What is the same for all requests of a play.
pub(super) struct Ground<'g> {
    pub(super) question: &'g Question<'g>,
    pub(super) router: &'g Router,
}

impl Told {
    pub(super) fn note(&mut self, line: u64) {
        self.count += 1;
        if self.count == 1 {
            self.first = line;
        }
    }
}

impl Default for Counts {
    fn default() -> Counts {
        Counts {
            sessions: Distinct::default(),
            addresses: Distinct::default(),
            seats: Seats::default(),
            alike: 0,
            unrouted: 0,
            answered: 0,
            silent: Told::default(),
            elsewhere: Told::default(),
            assumed: Assumed::default(),
            first_s: f64::INFINITY,
            last_s: f64::NEG_INFINITY,
            timed: 0,
            instant: (0, 0.0),
            unserved: BTreeMap::new(),
        }
    }
}

impl Counts {
    /// A request with its session, as far as the log tells those apart.
    pub(super) fn told_apart(&mut self, entry: &Entry) -> Entry {
        self.seats.told_apart(entry)
    }

    /// Takes a request in and plays it; `was` says where it went before.
    pub(super) fn take(
        &mut self,
        plays: &mut [Pair],
        entry: &Entry,
        request: &Request<'_>,
        was: Option<Was>,
        ground: &Ground<'_>,
        each: &mut dyn FnMut(&Predicted<'_>),
    ) {
        let mut entry = *entry;
        // Where kept sessions are the log itself says.
        if ground.question.clients == Clients::Kept && entry.why == Some(Why::Session) {
            entry.why = None;
        }
        let entry = &entry;
        self.sessions.note(balance::hash_bytes(&entry.client.to_le_bytes(), 3));
        if let Some(address) = entry.source {
            let key = evenness::client_key(address).to_le_bytes();
            self.addresses.note(balance::hash_bytes(&key, 4));
        }
        if !entry.at_s.is_nan() {
            self.first_s = self.first_s.min(entry.at_s);
            self.last_s = self.last_s.max(entry.at_s);
        }
        let span = Span::of(entry, request, ground.question.service_s);
        self.timed += u64::from(!entry.took_s.is_nan());
        self.hear(entry);
        let assumed = entry.why.map(|why| self.assumed.note(entry.pool, why, ground.router));
        let Some(pair) = plays.get_mut(usize::from(entry.pool)) else {
            let is_answered = entry.pool == ANSWERED;
            self.answered += u64::from(is_answered);
            self.unrouted += u64::from(!is_answered);
            let reason = if is_answered { Reason::Answered } else { Reason::Unknown };
            let line = entry.number;
            return each(&Predicted { line, pool: None, server: None, reason, assumed });
        };
        let by_cookie = matches!(pair.now.pool.persistence, Persistence::Cookie { .. });
        self.alike += u64::from(by_cookie && entry.is_like && entry.binding.is_none());
        let step = pair.step(entry, request, span, was);
        let (server, reason) = match ground.question.clients {
            Clients::Kept => (step.kept, step.kept_reason),
            Clients::New => (step.fresh, step.fresh_reason),
        };
        let pool = &pair.now.pool;
        let server = server.and_then(|place| pool.members.get(place));
        let server = server.map(|member| member.name.as_str());
        let (line, pool) = (entry.number, Some(pool.name.as_str()));
        each(&Predicted { line, pool, server, reason, assumed });
    }

    /// Takes in what the log itself says of a request's way.
    fn hear(&mut self, entry: &Entry) {
        match entry.said {
            Said::Nothing => {}
            Said::Unserved => self.silent.note(entry.number),
            Said::OtherPool => self.elsewhere.note(entry.number),
        }
        if entry.is_instant {
            let (count, longest_s) = self.instant;
            self.instant = (count + 1, longest_s.max(f64::from(entry.took_s)));
        }
        if let Some((why, state)) = entry.unserved {
            let is_answered = why == Unserved::Answered;
            *self.unserved.entry((is_answered, state)).or_default() += 1;
        }
    }

    /// Of so many requests, those that no server has, and those that the log has elsewhere.
    pub(super) fn unplayed(&self, requests: u64) -> Vec<String> {
        let mut said = Vec::new();
        if self.answered > 0 {
            let count = self.answered;
            said.push(format!(
                "{count} of {requests} requests are answered by the balancer itself"
            ));
        }
        if self.silent.count > 0 {
            let Told { count, first } = self.silent;
            said.push(format!(
                "{count} of these reached no server, as the log says, the first on line {first}: \
                 they are not played"
            ));
        }
        if self.elsewhere.count > 0 {
            let Told { count, first } = self.elsewhere;
            said.push(format!(
                "the log has {count} requests in another pool than the rules lead to, the first \
                 on line {first}: the rules are played"
            ));
        }
        if self.unrouted > 0 {
            let count = self.unrouted;
            said.push(format!(
                "{count} of {requests} requests lead to no pool that is known: name the pool to \
                 play them"
            ));
        }
        said
    }

    /// What the log says of requests that no server got, and of those that took no time.
    pub(super) fn said(&self) -> Vec<String> {
        let of = |answered: bool| {
            let states = self.unserved.iter().filter(move |((is, _), _)| *is == answered);
            let (mut count, mut told) = (0, Vec::new());
            for ((_, state), requests) in states {
                count += requests;
                told.push(format!("`{}` {requests}", String::from_utf8_lossy(state)));
            }
            (count, told.join(", "))
        };
        let (answered, states) = of(true);
        let mut said = Vec::new();
        if answered > 0 {
            said.push(format!(
                "{answered} requests were answered by HAProxy itself when the log was written, or \
                 never sent as a whole ({states}): they are not played"
            ));
        }
        let (nobody, states) = of(false);
        if nobody > 0 {
            said.push(format!(
                "{nobody} requests found no server when the log was written ({states}): they asked \
                 for one, and are played"
            ));
        }
        if self.alike > 0 {
            said.push(format!(
                "{} requests of pools that keep sessions by a cookie come with none that names \
                 their users: these are told apart by address and program, and those behind one \
                 address are one session",
                self.alike
            ));
        }
        if self.seats.dealt > 0 {
            said.push(format!(
                "{} requests of kept sessions are dealt out in turn to the sessions that the log \
                 has at their server: which of these sent one it does not say, so shares of new \
                 sessions take all to ask for as much",
                self.seats.dealt
            ));
        }
        let (instant, longest_s) = self.instant;
        if instant > 0 {
            let ms = (longest_s * 1e6).round() / 1e3;
            said.push(format!(
                "{instant} requests took less time than the log can tell: each is taken to last \
                 half of the shortest that it can ({ms} ms)"
            ));
        }
        said
    }
}
