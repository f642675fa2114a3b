//! Starts every request when it is due and accounts for every one.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sim::Retries;
use tokio::task::JoinSet;

use super::answer::Answer;
use super::client::Client;
use super::dial::{self, Dial};
use super::failure::{Failure, FailureKind};
use super::jar::Jar;
use super::plan::{Plan, Planned, Recorded};
use super::progress::{Progress, add_one};
use super::report::Report;
use super::schedule::{Arrival, Schedule};
use super::spec::LoadSpec;
use super::template::{Extra, Template};
use super::timeline::Timeline;
use super::tls::Tls;
use crate::error::Error;
use crate::stop::Stop;
use crate::timer::sleep_until;

/// Origins told apart at most, and letters of their names: whatever a server calls itself, a
/// report stays small.
const ORIGINS_MAX: usize = 256;
const NAME_BYTES_MAX: usize = 128;
/// Letters kept of what was said of a failure; servers have a say in it.
const WHY_CHARS_MAX: usize = 300;

/// A load that is ready to run.
pub struct Load {
    spec: LoadSpec,
    plan: Plan,
    tls: Option<Tls>,
    /// Number of each user's address.
    addresses: Vec<u32>,
    templates: Vec<Template>,
    users: Arc<Vec<Mutex<User>>>,
    progress: Arc<Progress>,
}

/// The cookies of a load's users, to be changed while it runs.
#[derive(Clone)]
pub(crate) struct Jars(Arc<Vec<Mutex<User>>>);

impl Jars {
    /// Lets a user hold a cookie, in the place of one of the same name.
    pub(crate) fn hold(&self, user: usize, name: &str, value: &str) {
        if let Some(user) = self.0.get(user) {
            lock(user).jar.hold(name, value);
        }
    }
}

impl Load {
    /// Checks the specification.
    ///
    /// # Errors
    /// A value that cannot mean anything, with a hint.
    pub fn new(spec: LoadSpec) -> Result<Load, Error> {
        spec.check()?;
        let plan = Plan::Drawn(Box::new(Schedule::new(&spec)?));
        let addresses = dial::addresses(&spec);
        Load::of(spec, plan, addresses)
    }

    /// Sends requests that were planned elsewhere; they decide when, how many and whose. All are
    /// of the first kind of the mix.
    ///
    /// # Errors
    /// A value that cannot mean anything, with a hint.
    pub fn replay(mut spec: LoadSpec, planned: Vec<Planned>) -> Result<Load, Error> {
        spec.users = planned.iter().map(|one| one.user).max().unwrap_or(0).saturating_add(1);
        spec.duration = planned.last().map_or(Duration::ZERO, |last| last.at);
        spec.check()?;
        let mut addresses: Vec<u32> = (0..spec.users).collect();
        planned.iter().for_each(|one| addresses[one.user as usize] = one.address);
        Load::of(spec, Plan::Given(planned.into_iter()), addresses)
    }

    /// Sends requests that were recorded, in the order of their times; they decide when, how many,
    /// whose and, by their place in `spec.mix`, what.
    ///
    /// # Errors
    /// A value that cannot mean anything, with a hint.
    pub fn recorded(mut spec: LoadSpec, recorded: Vec<Recorded>) -> Result<Load, Error> {
        spec.users = recorded.iter().map(|one| one.user).max().unwrap_or(0).saturating_add(1);
        spec.duration = recorded.last().map_or(Duration::ZERO, |last| last.at);
        spec.check()?;
        if recorded.iter().any(|one| one.kind as usize >= spec.mix.len()) {
            return Err(Error::spec("a request is of no kind of the mix", "name all of its kinds"));
        }
        let addresses = dial::addresses(&spec);
        Load::of(spec, Plan::Recorded(recorded.into_iter()), addresses)
    }

    fn of(spec: LoadSpec, plan: Plan, addresses: Vec<u32>) -> Result<Load, Error> {
        let templates = Template::all(&spec, "http")?;
        let users = (0..spec.users).map(|user| Mutex::new(User::new(user, &spec)));
        let users = Arc::new(users.collect());
        let progress = Arc::default();
        Ok(Load { spec, plan, tls: None, addresses, templates, users, progress })
    }

    /// The same over TLS.
    ///
    /// # Errors
    /// None that the load without TLS did not have.
    pub fn over(self, tls: Tls) -> Result<Load, Error> {
        let templates = Template::all(&self.spec, "https")?;
        Ok(Load { tls: Some(tls), templates, ..self })
    }

    /// The counts that [`Load::run`] keeps, to be watched while it runs.
    pub fn progress(&self) -> Arc<Progress> {
        Arc::clone(&self.progress)
    }

    /// The users' cookies.
    pub(crate) fn jars(&self) -> Jars {
        Jars(Arc::clone(&self.users))
    }

    /// Runs in the current tokio runtime until the duration is over or `stop` is given, then
    /// waits for what is in flight, each request at most for its time-out.
    pub async fn run(self, target: SocketAddr, stop: Stop) -> Report {
        let Load { spec, plan, tls, addresses, templates, users, progress } = self;
        let client = Client::new(Dial::new(target, &spec, &addresses, tls), &spec);
        let timeline = Timeline::new(spec.timeout);
        let report = Mutex::new(Report { timeline, ..Report::default() });
        let start = Instant::now();
        let run = Arc::new(Run { spec, templates, client, users, progress, report });
        let sent_for = send_all(&run, plan, start, &stop).await;
        run.close(sent_for, start.elapsed())
    }
}

/// Answers how long requests were due.
async fn send_all(run: &Arc<Run>, plan: Plan, start: Instant, stop: &Stop) -> Duration {
    let mut sent_for = run.spec.length();
    let mut stopped = pin!(stop.wait());
    let mut requests = JoinSet::new();
    for arrival in plan {
        let due = start + arrival.at;
        if due <= Instant::now() {
            // A generator that is behind must still let requests and `stop` have their turn.
            tokio::task::yield_now().await;
        }
        tokio::select! {
            biased;
            () = &mut stopped => {
                sent_for = start.elapsed().min(sent_for);
                break;
            }
            () = sleep_until(due) => {}
        }
        while requests.try_join_next().is_some() {}
        if requests.len() < run.spec.in_flight_max {
            requests.spawn(Arc::clone(run).send(arrival, due));
        } else {
            run.leave_out(arrival);
        }
    }
    while requests.join_next().await.is_some() {}
    sent_for
}

/// What the requests of one run share.
struct Run {
    spec: LoadSpec,
    templates: Vec<Template>,
    client: Client,
    users: Arc<Vec<Mutex<User>>>,
    progress: Arc<Progress>,
    report: Mutex<Report>,
}

#[derive(Default)]
struct User {
    jar: Jar,
    /// The origin of the latest response; empty before the first.
    origin: String,
    active: bool,
}

impl User {
    fn new(number: u32, spec: &LoadSpec) -> User {
        let mut user = User::default();
        if !spec.user_cookie.is_empty() {
            user.jar.hold(spec.user_cookie, &number.to_string());
        }
        user
    }
}

impl Run {
    async fn send(self: Arc<Run>, arrival: Arrival, due: Instant) {
        let is_late = due.elapsed() > self.spec.late_after;
        self.begin(arrival, is_late);
        let outcome = self.insist(arrival).await;
        let latency = due.elapsed();
        match outcome {
            Ok(answer) => self.answered(arrival, &answer, latency),
            Err(failure) => self.failed(arrival, failure, latency),
        }
        self.progress.end(latency);
    }

    /// Asks, and asks again as often as users do; the last outcome.
    async fn insist(&self, arrival: Arrival) -> Result<Answer, Failure> {
        let Retries { most, after_ns } = self.spec.retries;
        for _ in 0..most {
            match self.ask(arrival, Duration::from_nanos(after_ns)).await {
                Ok(answer) if answer.status < 400 => return Ok(answer),
                // An error may come with a cookie as well.
                Ok(answer) => lock(&self.users[arrival.user as usize]).jar.take(&answer.headers),
                Err(_) => {}
            }
            if self.counts(arrival) {
                lock(&self.report).retried += 1;
            }
        }
        self.ask(arrival, self.spec.timeout).await
    }

    /// Asks once, and waits so long.
    async fn ask(&self, arrival: Arrival, timeout: Duration) -> Result<Answer, Failure> {
        let cookie = {
            let mut user = lock(&self.users[arrival.user as usize]);
            user.active = true;
            user.jar.header()
        };
        let template = &self.templates[arrival.kind];
        let extra = Extra { cookie, work: arrival.work };
        let exchange = self.client.exchange(arrival.user, template, extra, &self.progress);
        let outcome = tokio::time::timeout(timeout, exchange).await;
        outcome.unwrap_or_else(|_| {
            let why = format!("nothing whole within {timeout:?}");
            Err(Failure::new(FailureKind::Timeout, why))
        })
    }

    fn begin(&self, arrival: Arrival, is_late: bool) {
        add_one(&self.progress.requests);
        if is_late {
            add_one(&self.progress.late);
        }
        let mut report = lock(&self.report);
        report.timeline.requested(arrival.at);
        if self.counts(arrival) {
            report.requests += 1;
            report.late += u64::from(is_late);
        }
    }

    fn leave_out(&self, arrival: Arrival) {
        add_one(&self.progress.dropped);
        if self.counts(arrival) {
            lock(&self.report).dropped += 1;
        }
    }

    /// Whether a request is in the report: the warm-up's are not.
    fn counts(&self, arrival: Arrival) -> bool {
        arrival.at >= self.spec.warm_up
    }

    fn answered(&self, arrival: Arrival, answer: &Answer, latency: Duration) {
        add_one(&self.progress.responses);
        let is_error = answer.status >= 400;
        if is_error {
            add_one(&self.progress.failed);
        }
        let origin = answer.headers.get("x-origin").and_then(|name| name.to_str().ok());
        let origin = origin.map(|name| name.get(..NAME_BYTES_MAX).unwrap_or(name));
        let moved = self.meet(arrival.user, answer, origin);
        let mut report = lock(&self.report);
        report.timeline.responded(arrival.at, latency, is_error);
        if !self.counts(arrival) {
            return;
        }
        report.responses += 1;
        report.moved += u64::from(moved);
        report.bytes_sent += self.templates[arrival.kind].body.len() as u64;
        report.bytes_received += answer.body_bytes;
        *report.statuses.entry(answer.status).or_default() += 1;
        report.latency.record(latency);
        report.outcomes.record(latency);
        if let (Some(work), false) = (arrival.work, is_error) {
            report.excess.record(latency.saturating_sub(work));
        }
        report.latency_from_start.record(answer.begun.elapsed().min(latency));
        if let Some(origin) = origin {
            let known = report.origins.len() < ORIGINS_MAX || report.origins.contains_key(origin);
            let name = if known { origin } else { "others" };
            let of_origin = report.origins.entry(name.to_owned()).or_default();
            of_origin.responses += 1;
            of_origin.errors += u64::from(is_error);
            of_origin.latency.record(latency);
        }
    }

    /// Lets a user take note of a response; true when it came from another origin than before.
    fn meet(&self, user: u32, answer: &Answer, origin: Option<&str>) -> bool {
        let mut user = lock(&self.users[user as usize]);
        if self.spec.cookies {
            user.jar.take(&answer.headers);
        }
        let Some(origin) = origin.filter(|origin| *origin != user.origin) else { return false };
        let moved = !user.origin.is_empty();
        user.origin = origin.to_owned();
        moved
    }

    fn failed(&self, arrival: Arrival, failure: Failure, latency: Duration) {
        add_one(&self.progress.failed);
        let mut report = lock(&self.report);
        report.timeline.failed(arrival.at, latency);
        let why = || failure.why.chars().take(WHY_CHARS_MAX).collect();
        report.first_failures.entry(failure.kind.name()).or_insert_with(why);
        if !self.counts(arrival) {
            return;
        }
        report.outcomes.record(latency);
        let failures = &mut report.failures;
        match failure.kind {
            FailureKind::Connect => failures.connect += 1,
            FailureKind::Local => failures.local += 1,
            FailureKind::Tls => failures.tls += 1,
            FailureKind::Reset => failures.reset += 1,
            FailureKind::Timeout => failures.timeout += 1,
            FailureKind::Protocol => failures.protocol += 1,
        }
    }

    fn close(&self, sent_for: Duration, duration: Duration) -> Report {
        let mut report = std::mem::take(&mut *lock(&self.report));
        report.timeline.close();
        report.reconnects = self.progress.reconnects.load(Relaxed);
        report.users = self.users.iter().map(|user| u64::from(lock(user).active)).sum();
        report.sending = sent_for.saturating_sub(self.spec.warm_up);
        report.answering = duration.saturating_sub(self.spec.warm_up);
        report.duration = duration;
        report
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
