//! Runs a prediction: from a log or a made-up population, through all pools, to the figures.

use evenness::Distinct;
use foreign::logs::Line;
use foreign::pick::Request;

use super::batch::{Batch, Entry};
use super::conclude::conclude;
use super::failure::Failure;
use super::identity;
use super::logs::{self, Log};
use super::play::{Play, Span, Step};
use super::pool::{Persistence, Pool, Wants};
use super::prediction::{PoolChange, Predicted, Prediction, Traffic};
use super::route::Router;
use super::sessions::NOBODY;
use super::synthetic;
use super::views;
use crate::subject::Subject;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// The one pool that gets all of the log.
    pub pool: Option<&'a str>,
    /// Servers that are down.
    pub down: &'a [String],
    /// Which sessions `--each` follows.
    pub clients: Clients,
    /// How long a request takes where the log does not say, in seconds.
    pub service_s: f64,
    /// The cookie that names users; without it, what servers commonly use, addresses and programs.
    pub session: Option<&'a str>,
    /// The configuration from before.
    pub against: Option<&'a Subject>,
}

/// Whose sessions are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clients {
    /// Those that keep the server they had.
    Kept,
    /// Those that all begin anew.
    New,
}

/// Threads that read a log.
const THREADS: usize = 2;

/// Plays logs, which are one traffic: those of several balancers, or what rotation has made of
/// one. `each` is told of every request.
///
/// # Errors
/// Where the configuration has no such pool or server, or none that can be imitated.
pub fn predict_logs(
    subject: &Subject,
    logs: Vec<Log>,
    question: &Question<'_>,
    each: &mut dyn FnMut(&Predicted<'_>),
) -> Result<Prediction, Failure> {
    let mut stage = Stage::new(subject, question)?;
    let what = logs::told(&logs);
    let (router, wants) = (&stage.router, stage.wants.clone());
    let members = stage.names();
    let visit = |batch: &mut Batch, number: u64, line: &Line<'_>| {
        let client = identity::client(line, question.session);
        read(batch, Entry::new(number, client, 0), line, router, &wants, &members);
    };
    let (plays, counts) = (&mut stage.plays, &mut stage.counts);
    let mut take = |batch: &Batch, entry: &Entry| {
        batch.with(entry, &wants.headers, |request| {
            counts.take(plays, entry, request, question, each);
        });
    };
    let (names, mut readers): (Vec<_>, Vec<_>) =
        logs.into_iter().map(|log| (log.name, log.reader)).unzip();
    let summaries = match (readers.len(), readers.pop()) {
        // One log has both threads for itself.
        (1, Some(reader)) => {
            vec![reader.each_in_threads(THREADS, Batch::default, visit, |batch| {
                batch.lines.iter().for_each(|entry| take(&batch, entry));
            })]
        }
        (_, last) => logs::by_time(readers.into_iter().chain(last).collect(), &visit, take),
    };
    let (traffic, broke) = logs::traffic(what, &names, summaries);
    stage.notes.extend(broke);
    Ok(stage.conclude(traffic, None, question))
}

/// Plays a made-up population, for want of a log.
///
/// # Errors
/// As [`predict_logs`].
pub fn predict_population(
    subject: &Subject,
    question: &Question<'_>,
    each: &mut dyn FnMut(&Predicted<'_>),
) -> Result<Prediction, Failure> {
    let mut stage = Stage::new(subject, question)?;
    let pools = u16::try_from(stage.plays.len()).unwrap_or(u16::MAX);
    let count = synthetic::play(|number, visit| {
        for pool in 0..pools {
            let mut entry = Entry::new(number, visit.client, pool);
            (entry.at_s, entry.source) = (visit.at_s, Some(visit.source));
            let request =
                Request { source: entry.source, uri: &visit.uri, headers: &[], at_s: visit.at_s };
            stage.counts.take(&mut stage.plays, &entry, &request, question, each);
        }
    });
    let traffic = Traffic {
        synthetic: true,
        what: synthetic::TOLD.to_owned(),
        lines: count,
        requests: count,
        ..Traffic::default()
    };
    let note = Some(format!("no log: played was {}", synthetic::TOLD));
    Ok(stage.conclude(traffic, note, question))
}

/// A pool, and what it was before.
struct Pair {
    now: Play,
    before: Option<Before>,
}

struct Before {
    play: Play,
    /// The server of now that each one of before is.
    same: Vec<Option<usize>>,
    moved: u64,
    begun: u64,
}

struct Stage {
    plays: Vec<Pair>,
    router: Router,
    wants: Wants,
    notes: Vec<String>,
    counts: Counts,
}

/// What is counted of all requests.
struct Counts {
    sessions: Distinct,
    addresses: Distinct,
    unrouted: u64,
    first_s: f64,
    last_s: f64,
    timed: u64,
}

impl Stage {
    fn new(subject: &Subject, question: &Question<'_>) -> Result<Stage, Failure> {
        let mut notes = Vec::new();
        let pools = chosen(subject, question, &mut notes)?;
        let names: Vec<String> = pools.iter().map(|pool| pool.name.clone()).collect();
        let router = Router::new(&subject.parsed, names, question.pool.is_some());
        let mut before = match question.against {
            Some(old) => views::pools(old).into_iter().filter_map(|(_, pool)| pool.ok()).collect(),
            None => Vec::new(),
        };
        let (mut wants, mut plays) = (Wants::uri(), Vec::new());
        let (is_only, mut found_down) = (pools.len() == 1, false);
        for pool in pools {
            wants.add(&pool.wants);
            let down: Vec<usize> =
                question.down.iter().filter_map(|name| pool.named(name.as_bytes())).collect();
            found_down |= !down.is_empty();
            let old = take(&mut before, &pool.name, is_only);
            if let Some(old) = &old {
                wants.add(&old.wants);
            }
            let before = old.map(|old| Before::new(old, &pool));
            plays.push(Pair { now: Play::new(pool, &down), before });
        }
        if !question.down.is_empty() && !found_down {
            return Err(Failure::UnknownServer(question.down.join(", ")));
        }
        let counts = Counts {
            sessions: Distinct::default(),
            addresses: Distinct::default(),
            unrouted: 0,
            first_s: f64::INFINITY,
            last_s: f64::NEG_INFINITY,
            timed: 0,
        };
        Ok(Stage { plays, router, wants, notes, counts })
    }

    /// Names and addresses of each pool's servers, as the threads that read need them.
    fn names(&self) -> Vec<Vec<(String, String)>> {
        let of = |pair: &Pair| {
            let members = pair.now.pool.members.iter();
            members.map(|member| (member.name.clone(), member.address.clone())).collect()
        };
        self.plays.iter().map(of).collect()
    }

    fn conclude(
        mut self,
        traffic: Traffic,
        note: Option<String>,
        question: &Question<'_>,
    ) -> Prediction {
        self.notes.extend(note);
        let counts = &self.counts;
        let has_durations = counts.timed > 0;
        if !has_durations {
            self.notes.push(format!(
                "no durations: each request is taken to last {} s",
                question.service_s
            ));
        }
        let traffic = Traffic {
            unrouted: counts.unrouted,
            sessions: counts.sessions.estimate().round() as u64,
            addresses: counts.addresses.estimate().round() as u64,
            span_s: (counts.last_s - counts.first_s).max(0.0),
            has_durations,
            ..traffic
        };
        if counts.unrouted > 0 {
            self.notes.push(format!(
                "{} of {} requests lead to no pool that is known: name the pool to play them",
                counts.unrouted, traffic.requests
            ));
        }
        let played = self.plays.into_iter();
        let pools = played.map(|pair| {
            let before = pair.before;
            let mut pool = conclude(pair.now);
            pool.change = before.map(|before| before.conclude(&pool));
            pool
        });
        Prediction { traffic, pools: pools.collect(), notes: self.notes }
    }
}

fn chosen(
    subject: &Subject,
    question: &Question<'_>,
    notes: &mut Vec<String>,
) -> Result<Vec<Pool>, Failure> {
    let all = views::pools(subject);
    let known: Vec<String> = all.iter().map(|(name, _)| name.clone()).collect();
    let asked = |name: &str| question.pool.is_none_or(|asked| asked == name);
    let (mut pools, mut refused) = (Vec::new(), Vec::new());
    for (name, pool) in all.into_iter().filter(|(name, _)| asked(name)) {
        match pool {
            Ok(pool) => pools.push(pool),
            Err(why) => refused.push(format!("`{name}` is not played: {}", why.0)),
        }
    }
    if let (Some(asked), true, true) = (question.pool, pools.is_empty(), refused.is_empty()) {
        return Err(Failure::UnknownPool(asked.to_owned(), known));
    }
    if pools.is_empty() {
        return Err(Failure::Nothing(refused));
    }
    notes.extend(refused);
    Ok(pools)
}

/// The pool of that name; where both have one alone, that.
fn take(pools: &mut Vec<Pool>, name: &str, is_only: bool) -> Option<Pool> {
    let place = pools.iter().position(|pool| pool.name == name);
    let place = place.or((is_only && pools.len() == 1).then_some(0))?;
    Some(pools.remove(place))
}

fn read(
    batch: &mut Batch,
    mut entry: Entry,
    line: &Line<'_>,
    router: &Router,
    wants: &Wants,
    members: &[Vec<(String, String)>],
) {
    let pool = router.pool(line).unwrap_or(u16::MAX);
    entry.pool = pool;
    entry.at_s = line.at.unwrap_or(f64::NAN);
    entry.source = line.client;
    entry.took_s = line.duration_s.map_or(f32::NAN, |took_s| took_s as f32);
    if let (Some(server), Some(members)) = (line.server, members.get(usize::from(pool))) {
        let is = |(name, address): &(String, String)| {
            name.as_bytes() == server || address.as_bytes() == server
        };
        let found = members.iter().position(is);
        entry.server = found.and_then(|at| u16::try_from(at).ok()).unwrap_or(NOBODY);
    }
    let target = line.target.unwrap_or(b"");
    let headers = wants.headers.iter().map(|name| line.header(name.as_bytes()).unwrap_or(b""));
    let needed = if wants.uri { target } else { b"" };
    batch.push(entry, std::iter::once(needed).chain(headers));
}

impl Counts {
    fn take(
        &mut self,
        plays: &mut [Pair],
        entry: &Entry,
        request: &Request<'_>,
        question: &Question<'_>,
        each: &mut dyn FnMut(&Predicted<'_>),
    ) {
        self.sessions.note(balance::hash_bytes(&entry.client.to_le_bytes(), 3));
        if let Some(address) = entry.source {
            let key = evenness::client_key(address).to_le_bytes();
            self.addresses.note(balance::hash_bytes(&key, 4));
        }
        if !entry.at_s.is_nan() {
            self.first_s = self.first_s.min(entry.at_s);
            self.last_s = self.last_s.max(entry.at_s);
        }
        let took_s = if entry.took_s.is_nan() {
            question.service_s
        } else {
            self.timed += 1;
            f64::from(entry.took_s)
        };
        let Some(pair) = plays.get_mut(usize::from(entry.pool)) else {
            self.unrouted += 1;
            return;
        };
        let span = Span { minute: (request.at_s / 60.0).floor() as i64, took_s };
        let step = pair.step(entry, request, span);
        let (server, reason) = match question.clients {
            Clients::Kept => (step.kept, step.kept_reason),
            Clients::New => (step.fresh, step.fresh_reason),
        };
        let pool = &pair.now.pool;
        let server = server.and_then(|place| pool.members.get(place));
        let server = server.map(|member| member.name.as_str());
        each(&Predicted { line: entry.number, pool: &pool.name, server, reason });
    }
}

impl Pair {
    fn step(&mut self, entry: &Entry, request: &Request<'_>, span: Span) -> Step {
        let Some(before) = &mut self.before else {
            let logged = (entry.server != NOBODY).then_some(usize::from(entry.server));
            let pool = &self.now.pool;
            let named = match &pool.persistence {
                Persistence::Cookie { name, .. } => {
                    request.cookie(name).find_map(|value| pool.of_cookie(value))
                }
                _ => None,
            };
            return self.now.step(entry, request, span, named.or(logged));
        };
        let old = before.play.step(entry, request, span, None);
        let prior = old.fresh.and_then(|place| before.same.get(place).copied().flatten());
        let step = self.now.step(entry, request, span, prior);
        if step.begins {
            before.begun += 1;
            before.moved += u64::from(step.fresh != prior);
        }
        step
    }
}

impl Before {
    fn new(old: Pool, now: &Pool) -> Before {
        let same = old.members.iter().map(|member| now.named(member.name.as_bytes())).collect();
        Before { play: Play::before(old), same, moved: 0, begun: 0 }
    }

    fn conclude(self, now: &super::prediction::PoolPrediction) -> PoolChange {
        let shares = self.play.meters.fresh.shares();
        let old = self.play.pool.members.iter().zip(&shares);
        let mut servers: Vec<(String, f64, f64)> =
            old.map(|(member, share)| (member.name.clone(), *share, 0.0)).collect();
        for server in &now.servers {
            match servers.iter_mut().find(|(name, ..)| *name == server.name) {
                Some(known) => known.2 = server.share_new,
                None => servers.push((server.name.clone(), 0.0, server.share_new)),
            }
        }
        let moved_share = self.moved as f64 / self.begun.max(1) as f64;
        PoolChange { moved_share, moved_sessions: self.moved, servers }
    }
}
