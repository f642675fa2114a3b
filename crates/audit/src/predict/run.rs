//! Runs a prediction: from a log or a made-up population, through all pools, to the figures.

use foreign::logs::Line;
use foreign::pick::Request;

use super::batch::{Batch, Entry};
use super::conclude::conclude;
use super::counts::{Counts, Ground};
use super::failure::Failure;
use super::identity;
use super::logs::{self, Log};
use super::pair::{Before, Pair};
use super::play::Play;
use super::pool::{Pool, Wants};
use super::prediction::{Assumption, Predicted, Prediction, Traffic};
use super::question::Question;
use super::read::{Members, read};
use super::route::Router;
use super::synthetic;
use super::views;
use crate::subject::Subject;

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
    let ground = Ground { question, router };
    let mut take = |batch: &Batch, entry: &Entry| {
        batch.with(entry, &wants.headers, |request| {
            counts.take(plays, entry, request, &ground, each);
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
            let ground = Ground { question, router: &stage.router };
            stage.counts.take(&mut stage.plays, &entry, &request, &ground, each);
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

struct Stage {
    plays: Vec<Pair>,
    router: Router,
    wants: Wants,
    notes: Vec<String>,
    counts: Counts,
}

impl Stage {
    fn new(subject: &Subject, question: &Question<'_>) -> Result<Stage, Failure> {
        let mut notes = Vec::new();
        let pools = chosen(subject, question, &mut notes)?;
        let names: Vec<String> = pools.iter().map(|pool| pool.name.clone()).collect();
        let mut unusable = Vec::new();
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
            unusable.push(out_of_use(&pool, &down));
            plays.push(Pair { now: Play::new(pool, &down), before });
        }
        if !question.down.is_empty() && !found_down {
            return Err(Failure::UnknownServer(question.down.join(", ")));
        }
        let router = Router::new(subject, names, unusable, question.pool.is_some());
        Ok(Stage { plays, router, wants, notes, counts: Counts::default() })
    }

    /// Names and addresses of each pool's servers, as the threads that read need them.
    fn names(&self) -> Vec<Members> {
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
            assumed: counts.assumptions(&names),
            sessions: counts.sessions.estimate().round() as u64,
            addresses: counts.addresses.estimate().round() as u64,
            span_s: (counts.last_s - counts.first_s).max(0.0),
            has_durations,
            ..traffic
        };
        if counts.answered > 0 {
            self.notes.push(format!(
                "{} of {} requests are answered by the balancer itself",
                counts.answered, traffic.requests
            ));
        }
        if counts.unrouted > 0 {
            self.notes.push(format!(
                "{} of {} requests lead to no pool that is known: name the pool to play them",
                counts.unrouted, traffic.requests
            ));
        }
        self.notes.extend(traffic.assumed.iter().map(told));
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

/// The servers of a pool that take no requests.
fn out_of_use(pool: &Pool, down: &[usize]) -> Vec<String> {
    let members = pool.members.iter().enumerate();
    let out = members.filter(|(place, member)| !member.up || down.contains(place));
    out.map(|(_, member)| member.name.clone()).collect()
}

/// An assumption, in a sentence.
fn told(assumption: &Assumption) -> String {
    let Assumption { pool, requests, why } = assumption;
    let to = match pool {
        Some(pool) => format!("are taken to go to `{pool}`"),
        None => "are taken to go to no pool".to_owned(),
    };
    format!("{requests} requests {to}, which the log leaves open. {why}")
}

/// The pool of that name; where both have one alone, that.
fn take(pools: &mut Vec<Pool>, name: &str, is_only: bool) -> Option<Pool> {
    let place = pools.iter().position(|pool| pool.name == name);
    let place = place.or((is_only && pools.len() == 1).then_some(0))?;
    Some(pools.remove(place))
}
