//! Starts every request when it is due and accounts for every one.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sim::Retries;
use tokio::task::JoinSet;

use super::client::Client;
use super::exchange::{Answer, Extra, Failure, Template, exchange};
use super::jar::Jar;
use super::plan::{Plan, Planned};
use super::progress::{Progress, add_one};
use super::report::Report;
use super::schedule::{Arrival, Schedule};
use super::spec::LoadSpec;
use crate::error::Error;
use crate::stop::Stop;
use crate::timer::sleep_until;

/// A load that is ready to run.
pub struct Load {
    spec: LoadSpec,
    plan: Plan,
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
        let addresses = (0..spec.users).collect();
        Load::of(spec, plan, addresses)
    }

    /// Sends requests that were planned elsewhere; they decide when, how many and whose. All are
    /// of the first kind of the mix.
    ///
    /// # Errors
    /// A value that cannot mean anything, with a hint.
    pub fn replay(mut spec: LoadSpec, planned: Vec<Planned>) -> Result<Load, Error> {
        spec.users = planned.iter().map(|one| one.user).max().unwrap_or(0).saturating_add(1);
        spec.check()?;
        let mut addresses: Vec<u32> = (0..spec.users).collect();
        planned.iter().for_each(|one| addresses[one.user as usize] = one.address);
        Load::of(spec, Plan::Given(planned.into_iter()), addresses)
    }

    fn of(spec: LoadSpec, plan: Plan, addresses: Vec<u32>) -> Result<Load, Error> {
        let templates = spec.mix.iter().map(|kind| Template::new(kind, &spec.host));
        let templates = templates.collect::<Result<_, _>>()?;
        let users = (0..spec.users).map(|user| Mutex::new(User::new(user, &spec)));
        let users = Arc::new(users.collect());
        Ok(Load { spec, plan, addresses, templates, users, progress: Arc::default() })
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
        let Load { spec, plan, addresses, templates, users, progress } = self;
        let client = Client::new(target, spec.connections, addresses);
        let report = Mutex::new(Report::default());
        let start = Instant::now();
        let run = Arc::new(Run { spec, templates, client, users, progress, report });
        send_all(&run, plan, start, &stop).await;
        run.close(start.elapsed())
    }
}

async fn send_all(run: &Arc<Run>, plan: Plan, start: Instant, stop: &Stop) {
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
            () = &mut stopped => break,
            () = sleep_until(due) => {}
        }
        while requests.try_join_next().is_some() {}
        if requests.len() < run.spec.in_flight_max {
            requests.spawn(Arc::clone(run).send(arrival, due));
        } else {
            add_one(&run.progress.dropped);
        }
    }
    while requests.join_next().await.is_some() {}
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
        let begun = Instant::now();
        add_one(&self.progress.requests);
        if self.counts(arrival) {
            lock(&self.report).requests += 1;
        }
        if begun.saturating_duration_since(due) > self.spec.late_after {
            add_one(&self.progress.late);
        }
        match self.insist(arrival).await {
            Ok(answer) => self.answered(arrival, &answer, due, begun),
            Err(failure) => self.failed(arrival, failure, due),
        }
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
        let exchange = exchange(&self.client, arrival.user, template, extra, &self.progress);
        let outcome = tokio::time::timeout(timeout, exchange).await;
        outcome.unwrap_or(Err(Failure::Timeout))
    }

    /// Whether a request is in the report: the warm-up's are not.
    fn counts(&self, arrival: Arrival) -> bool {
        arrival.at >= self.spec.warm_up
    }

    fn answered(&self, arrival: Arrival, answer: &Answer, due: Instant, begun: Instant) {
        let now = Instant::now();
        add_one(&self.progress.responses);
        let is_error = answer.status >= 400;
        if is_error {
            add_one(&self.progress.failed);
        }
        let origin = answer.headers.get("x-origin").and_then(|name| name.to_str().ok());
        let moved = self.meet(arrival.user, answer, origin);
        if !self.counts(arrival) {
            return;
        }
        let mut report = lock(&self.report);
        report.responses += 1;
        report.moved += u64::from(moved);
        *report.statuses.entry(answer.status).or_default() += 1;
        let latency = now.saturating_duration_since(due);
        report.latency.record(latency);
        report.outcomes.record(latency);
        if let (Some(work), false) = (arrival.work, is_error) {
            report.excess.record(latency.saturating_sub(work));
        }
        report.latency_from_start.record(now.saturating_duration_since(begun));
        if let Some(origin) = origin {
            let of_origin = report.origins.entry(origin.to_owned()).or_default();
            of_origin.responses += 1;
            of_origin.errors += u64::from(is_error);
            of_origin.latency.record(latency);
        }
    }

    /// Lets a user take note of a response; true when it came from another origin than before.
    fn meet(&self, user: u32, answer: &Answer, origin: Option<&str>) -> bool {
        let mut user = lock(&self.users[user as usize]);
        user.jar.take(&answer.headers);
        let Some(origin) = origin.filter(|origin| *origin != user.origin) else { return false };
        let moved = !user.origin.is_empty();
        user.origin = origin.to_owned();
        moved
    }

    fn failed(&self, arrival: Arrival, failure: Failure, due: Instant) {
        add_one(&self.progress.failed);
        if !self.counts(arrival) {
            return;
        }
        let mut report = lock(&self.report);
        report.outcomes.record(due.elapsed());
        let failures = &mut report.failures;
        match failure {
            Failure::Connect => failures.connect += 1,
            Failure::Reset => failures.reset += 1,
            Failure::Timeout => failures.timeout += 1,
            Failure::Protocol => failures.protocol += 1,
        }
    }

    fn close(&self, duration: Duration) -> Report {
        let mut report = lock(&self.report).clone();
        report.reconnects = self.progress.reconnects.load(Relaxed);
        report.late = self.progress.late.load(Relaxed);
        report.dropped = self.progress.dropped.load(Relaxed);
        report.users = self.users.iter().map(|user| u64::from(lock(user).active)).sum();
        report.duration = duration;
        report
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
