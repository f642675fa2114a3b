//! Runs a prediction: from a log or a made-up population, through all pools, to the figures.

use std::rc::Rc;
use std::thread;

use foreign::Span;
use foreign::logs::Line;
use foreign::pick::Request;

use super::arrivals::Arrivals;
use super::assumed;
use super::batch::{Batch, Entry};
use super::conclude::{Times, conclude};
use super::counts::{Counts, Ground};
use super::down;
use super::failure::Failure;
use super::identity::{self, Identity};
use super::logs::{self, Log};
use super::pair::{Before, Pair};
use super::past::{OldPools, Past};
use super::play::Play;
use super::pool::Pool;
use super::prediction::{Assumption, Open, Predicted, Prediction, Traffic};
use super::question::Question;
use super::read::{Rules, read};
use super::route::Known;
use super::synthetic;
use super::views;
use crate::subject::Subject;

/// Threads that read a log, or that play a population.
const THREADS: usize = 2;

/// Places that were misread and are told.
const MISREAD_SHOWN: usize = 5;

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
    let mut stage = Stage::new(subject, question, |_| true)?;
    let what = logs::told(&logs);
    let (rules, old_rules) = (&stage.rules, stage.old_rules.as_ref());
    let by = stage.identity.clone();
    let visit = |batch: &mut Batch, number: u64, line: &Line<'_>| {
        let client = identity::client(line, &by);
        let entry = Entry::new(number, client.key(), 0);
        let before = old_rules.map(|rules| read(batch, entry, client, line, rules));
        let now = read(batch, entry, client, line, rules);
        batch.push(now, before);
    };
    let (plays, counts, mut past) = (&mut stage.plays, &mut stage.counts, stage.past.as_mut());
    let ground = Ground { question, router: &rules.router };
    let was_loaded = past.as_ref().is_some_and(|past| past.is_loaded());
    let is_loaded = |pair: &Pair| was_loaded || pair.now.pool.is_loaded;
    let is_loaded: Vec<bool> = plays.iter().map(is_loaded).collect();
    let mut play = |batch: &Batch, entry: &Entry| {
        let entry = &counts.told_apart(entry);
        let before = past.as_deref_mut().zip(old_rules);
        let was =
            before.and_then(|(past, rules)| past.take(batch, entry, rules, question.service_s));
        batch.with(entry, &rules.wants, |request| {
            counts.take(plays, entry, request, was, &ground, each);
        });
    };
    let mut arrivals = Arrivals::default();
    let mut take = |batch: &Rc<Batch>, line: usize| {
        let Some(entry) = batch.lines.get(line) else { return };
        match is_loaded.get(usize::from(entry.pool)) {
            None if was_loaded => arrivals.push(batch, line, &mut play),
            Some(true) => arrivals.push(batch, line, &mut play),
            _ => play(batch, entry),
        }
    };
    let (names, mut readers): (Vec<_>, Vec<_>) =
        logs.into_iter().map(|log| (log.name, log.reader)).unzip();
    let summaries = match (readers.len(), readers.pop()) {
        // One log has both threads for itself.
        (1, Some(reader)) => {
            vec![reader.each_in_threads(THREADS, Batch::default, visit, |batch| {
                let batch = Rc::new(batch);
                (0..batch.lines.len()).for_each(|line| take(&batch, line));
            })]
        }
        (_, last) => logs::by_time(readers.into_iter().chain(last).collect(), &visit, &mut take),
    };
    arrivals.end(&mut play);
    stage.times = Some(if arrivals.is_fine() { Times::Fine } else { Times::Seconds });
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
) -> Result<Prediction, Failure> {
    let parts: Vec<Result<Prediction, Failure>> = thread::scope(|scope| {
        let play = |part: usize| scope.spawn(move || population(subject, question, part));
        let threads: Vec<_> = (0..THREADS).map(play).collect();
        let joined = threads.into_iter().map(|thread| thread.join());
        joined.map(|it| it.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    let mut parts = parts.into_iter().collect::<Result<Vec<_>, _>>()?;
    let pools = parts.iter_mut().map(|part| std::mem::take(&mut part.pools).into_iter());
    let mut pools: Vec<_> = pools.collect();
    let count = pools.iter().map(ExactSizeIterator::len).sum();
    // Each has had every other one.
    let all = (0..count).filter_map(|at: usize| pools.get_mut(at % THREADS)?.next());
    let all = all.collect();
    let first = parts.into_iter().next().unwrap_or_default();
    Ok(Prediction { pools: all, ..first })
}

/// Plays it through the pools of one thread.
fn population(
    subject: &Subject,
    question: &Question<'_>,
    part: usize,
) -> Result<Prediction, Failure> {
    let mut stage = Stage::new(subject, question, |pool| pool % THREADS == part)?;
    let pools = u16::try_from(stage.plays.len()).unwrap_or(u16::MAX);
    let visits = synthetic::visits();
    let count = visits.len() as u64;
    // Pool by pool: what one needs stays near the processor.
    for pool in 0..pools {
        for (visit, number) in visits.iter().zip(1..) {
            let mut entry = Entry::new(number, visit.client, pool);
            (entry.at_s, entry.source) = (visit.at_s, Some(visit.source));
            let request = Request {
                source: entry.source,
                uri: &visit.uri,
                at_s: visit.at_s,
                ..Request::default()
            };
            let ground = Ground { question, router: &stage.rules.router };
            let pair = stage.plays.get(usize::from(pool));
            let before = pair.and_then(|pair| pair.before.as_ref()).zip(stage.past.as_mut());
            let was = before.and_then(|(before, past)| {
                let was = Entry { pool: before.place, ..entry };
                past.step(&was, &request, question.service_s)
            });
            stage.counts.take(&mut stage.plays, &entry, &request, was, &ground, &mut |_| {});
        }
    }
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

struct Stage {
    plays: Vec<Pair>,
    rules: Rules,
    /// The configuration from before, where it is asked for.
    past: Option<Past>,
    old_rules: Option<Rules>,
    notes: Vec<String>,
    counts: Counts,
    identity: Identity,
    /// Of the log, where there is one.
    times: Option<Times>,
}

impl Stage {
    /// With those of the pools that are played here, by their places.
    fn new(
        subject: &Subject,
        question: &Question<'_>,
        is_here: impl Fn(usize) -> bool,
    ) -> Result<Stage, Failure> {
        let mut notes = misread(subject);
        let pools = chosen(subject, question, &mut notes)?;
        let is_forced = question.pool.is_some();
        let mut old = question.against.map(|old| (old, OldPools::read(old, question.pool, &pools)));
        let before = old.as_ref().map_or(&[][..], |(_, old)| &old.pools);
        let is_only = pools.len() == 1;
        let (down, about_down) = down::places(&pools, question.down)?;
        notes.extend(about_down);
        let identity = identity(pools.iter().chain(before), question, &mut notes);
        let members = pools.iter().map(|pool| pool.members.len()).sum();
        let here = pools.into_iter().zip(down).enumerate().filter(|(place, _)| is_here(*place));
        let here: Vec<(Pool, Vec<usize>)> = here.map(|(_, pool)| pool).collect();
        let known = here.iter().map(|(pool, down)| Known::of(pool, down)).collect();
        let rules = Rules::new(subject, here.iter().map(|(pool, _)| pool), known, is_forced);
        let partner = |pool: &Pool| {
            let (_, old) = old.as_ref()?;
            let place = old.partner(&pool.name, is_only)?;
            Some(Before::new(place, old.pools.get(usize::from(place))?, pool))
        };
        let pair = |(pool, down): (Pool, Vec<usize>)| {
            let before = partner(&pool);
            Pair { now: Play::new(pool, &down, members), before }
        };
        let plays: Vec<Pair> = here.into_iter().map(pair).collect();
        let compared = plays.iter().filter_map(|pair| Some(pair.before.as_ref()?.place));
        let compared: Vec<u16> = compared.collect();
        let past = old.take().map(|(old, pools)| Past::new(old, pools, &compared, is_forced));
        let (past, old_rules) = past.unzip();
        let counts = Counts::default();
        Ok(Stage { plays, rules, past, old_rules, notes, counts, identity, times: None })
    }

    fn conclude(
        mut self,
        traffic: Traffic,
        note: Option<String>,
        question: &Question<'_>,
    ) -> Prediction {
        self.notes.extend(note);
        let counts = &self.counts;
        let names: Vec<String> = self.plays.iter().map(|pair| pair.now.pool.name.clone()).collect();
        let has_durations = counts.timed > 0;
        if !has_durations {
            self.notes.push(format!(
                "no durations: each request is taken to last {} s",
                question.service_s
            ));
        }
        let traffic = Traffic {
            unrouted: counts.unrouted,
            answered: counts.answered,
            assumed: counts.assumed.all(&names),
            // Both are counted with an error of some percent.
            sessions: (counts.sessions.estimate().round() as u64).min(traffic.requests),
            addresses: (counts.addresses.estimate().round() as u64).min(traffic.requests),
            span_s: (counts.last_s - counts.first_s).max(0.0),
            has_durations,
            ..traffic
        };
        self.notes.extend(counts.unplayed(traffic.requests));
        self.notes.extend(counts.said());
        self.notes.extend(traffic.assumed.iter().map(assumed::told));
        if let Some(past) = &self.past {
            self.notes.extend(past.said(&self.notes));
        }
        let played = self.plays.into_iter();
        let pools = played.map(|pair| {
            let before = pair.before;
            let mut pool = conclude(pair.now, self.times);
            let is_open =
                |it: &Assumption| it.open == Open::Server && it.pool.as_ref() == Some(&pool.name);
            pool.exact &= !traffic.assumed.iter().any(is_open);
            let before = before.zip(self.past.as_ref());
            pool.change = before.map(|(before, past)| before.conclude(past, &pool));
            pool
        });
        let pools = pools.collect();
        Prediction { traffic, pools, notes: self.notes }
    }
}

/// What was read in another way than it is written: names may be others than those in the log.
fn misread(subject: &Subject) -> Vec<String> {
    let told = |(span, what): (Span, String)| {
        let place = subject.sources().place(span);
        format!("{}:{}:{}: {what}", place.file, place.line, place.column)
    };
    subject.misread().into_iter().take(MISREAD_SHOWN).map(told).collect()
}

/// What users are told apart by: a cookie that holds a server's name tells none.
fn identity<'p>(
    pools: impl Iterator<Item = &'p Pool>,
    question: &Question<'_>,
    notes: &mut Vec<String>,
) -> Identity {
    let of_servers: Vec<String> =
        pools.filter_map(Pool::servers_cookie).map(str::to_owned).collect();
    let is_users = |name: &&str| !of_servers.iter().any(|other| other == name);
    let session = question.session.filter(is_users);
    if let (None, Some(name)) = (session, question.session) {
        notes.push(format!(
            "the cookie `{name}` names the server and not the user: it says where sessions were, \
             and users are told apart without it"
        ));
    }
    Identity { session: session.map(str::to_owned), of_servers }
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
