//! A place at an endpoint: picked, waited for while all are at their limits, given back.

use std::future::Future;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use balance::{Ask, Hold, Lease, Outcome, Pick, Refusal, Want};
use ledger::tally::add;

use super::queue::{Queue, Waiting, Wish};
use super::record::Course;
use super::request::Request;
use super::transaction::{Interrupt, Transaction};
use crate::fault::Fault;
use crate::worker::Worker;

/// Picks an endpoint. The request waits while all are at their limits, and for a moment where
/// the core holds it until a slot is free.
pub(super) async fn pick(
    worker: &Worker,
    request: &mut Request,
    tx: &mut impl Transaction,
    course: &mut Course,
) -> Result<Pick, Fault> {
    let wish = wish(worker, request, course);
    let may_wait = course.tried.is_empty();
    // The first question follows the request's arrival at once: one time serves both.
    let since_ns = if may_wait { request.started_ns } else { worker.now_ns() };
    let mut patience = Patience { since_ns, waited: false, asked: false, hold: None, may_wait };
    // Who waits already comes first, unless what is free is of no use to them.
    if !request.pool().queue.bars(wish) {
        match ask(worker, request, course, &mut patience, since_ns) {
            Ok(pick) => return Ok(pick),
            Err(Refusal::Nobody) => return Err(Fault::NoEndpoint),
            Err(Refusal::Held(hold)) => patience.hold = Some(hold),
            Err(Refusal::Full) => {}
        }
    }
    patience.waited = true;
    let pool = request.pool();
    let tally = pool.tally(worker.id);
    let is_held = patience.hold.is_some();
    let line = patience.hold.as_ref().map_or(wish, line);
    // Those who could be served at once leave room for those who could not.
    let size = pool.settings.queue.size;
    let size = if is_held { size.div_ceil(2) } else { size };
    let Some(mut waiting) = pool.queue.enter(size, line, is_held) else {
        return without_waiting(worker, request, course, patience);
    };
    add(if is_held { &tally.held } else { &tally.queue_waited }, 1);
    let since_ns = worker.now_ns();
    tx.allow_ms(pool.times.queue_ms);
    let picked = Box::pin(wait(worker, request, tx, course, (&mut waiting, patience))).await;
    course.queue_ns += worker.now_ns() - since_ns;
    picked
}

/// How far a request's waiting has come.
struct Patience {
    /// When it came.
    since_ns: u64,
    /// Whether it has waited, and whether it has asked.
    waited: bool,
    asked: bool,
    /// Its place before an endpoint, while it is held.
    hold: Option<Hold>,
    /// Whether it may be held.
    may_wait: bool,
}

/// The waiting room is full: a request that was to be held goes on without.
fn without_waiting(
    worker: &Worker,
    request: &Request,
    course: &Course,
    mut patience: Patience,
) -> Result<Pick, Fault> {
    if patience.hold.take().is_none() {
        return Err(Fault::QueueFull);
    }
    patience.may_wait = false;
    ask(worker, request, course, &mut patience, worker.now_ns()).map_err(|refusal| match refusal {
        Refusal::Nobody => Fault::NoEndpoint,
        Refusal::Full | Refusal::Held(_) => Fault::QueueFull,
    })
}

async fn wait(
    worker: &Worker,
    request: &mut Request,
    tx: &mut impl Transaction,
    course: &Course,
    (waiting, mut patience): (&mut Waiting, Patience),
) -> Result<Pick, Fault> {
    loop {
        let turn = turn(worker, waiting, patience.hold.as_ref());
        match unless_interrupted(tx, turn).await {
            Ok(()) => {}
            Err(Interrupt::Gone) => return Err(Fault::ClientGone),
            Err(Interrupt::Overdue) => return Err(Fault::RequestDeadline),
            // The queue's time is short: shorter than it would have been held.
            Err(Interrupt::Deadline) if patience.hold.is_some() => patience.may_wait = false,
            Err(Interrupt::Deadline) => return Err(Fault::QueueTimeout),
        }
        // Adding a server is what one does while requests wait. Positions of endpoints tried
        // belong to the plan that they were tried in.
        if course.tried.is_empty() {
            request.renew(worker);
        }
        // While it asks, it is not among those who wait there.
        patience.hold = None;
        match ask(worker, request, course, &mut patience, worker.now_ns()) {
            Ok(pick) => return Ok(pick),
            Err(Refusal::Nobody) => return Err(Fault::NoEndpoint),
            Err(Refusal::Held(hold)) => {
                waiting.wish(line(&hold), true);
                if hold.want() == Want::Elsewhere {
                    waiting.pass_on();
                }
                patience.hold = Some(hold);
            }
            // What it has tried already may be of use to those behind it.
            Err(Refusal::Full) if !course.tried.is_empty() => waiting.pass_on(),
            Err(Refusal::Full) => waiting.wish(wish(worker, request, course), false),
        }
    }
}

/// The line of one who is held.
fn line(hold: &Hold) -> Wish {
    (hold.want() == Want::Home).then(|| hold.endpoint())
}

/// Until it is called, or has been held for long enough.
async fn turn(worker: &Worker, waiting: &Waiting, hold: Option<&Hold>) {
    match hold {
        None => waiting.turn().await,
        Some(hold) => {
            let left = Duration::from_nanos(hold.until_ns().saturating_sub(worker.now_ns()));
            // Called or not, it asks again.
            let _ = tokio::time::timeout(left, waiting.turn()).await;
        }
    }
}

/// Asks the core at a time.
fn ask(
    worker: &Worker,
    request: &Request,
    course: &Course,
    patience: &mut Patience,
    now_ns: u64,
) -> Result<Pick, Refusal> {
    let ask = Ask {
        key: request.key.as_deref(),
        session: request.session,
        tried: &course.tried,
        since_ns: patience.waited.then_some(patience.since_ns),
        again: std::mem::replace(&mut patience.asked, true),
        may_wait: patience.may_wait,
        now_ns,
        now_s: worker.now_s(),
    };
    request.pool().core.pick(&ask, &mut worker.rng())
}

/// The one endpoint that is of use to this request, where there is only one.
fn wish(worker: &Worker, request: &Request, course: &Course) -> Wish {
    let session = request.session.as_ref().filter(|_| course.tried.is_empty())?;
    request.pool().core.only_endpoint(session, worker.now_s())
}

/// A place at an endpoint, with the waiting room it opens when it is left.
pub(super) struct Place<'q> {
    worker: &'q Worker,
    queue: &'q Queue,
    lease: Option<Lease>,
}

impl<'q> Place<'q> {
    pub(super) fn new(worker: &'q Worker, queue: &'q Queue, lease: Lease) -> Self {
        Place { worker, queue, lease: Some(lease) }
    }

    /// Position of its endpoint.
    pub(super) fn index(&self) -> usize {
        self.lease.as_ref().map_or(0, Lease::index)
    }

    pub(super) fn judge(&self, outcome: Outcome, now_ns: u64) {
        if let Some(lease) = &self.lease {
            lease.judge(outcome, now_ns);
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let Some(lease) = self.lease.take() else { return };
        let endpoint = lease.endpoint().id();
        if lease.has_session() {
            lease.finish(self.worker.now_ns());
        } else {
            drop(lease);
        }
        self.queue.release(endpoint);
    }
}

/// Waits for `future`, unless the client leaves or the deadline comes first.
pub(super) async fn unless_interrupted<F: Future>(
    tx: &mut impl Transaction,
    future: F,
) -> Result<F::Output, Interrupt> {
    let mut future = pin!(future);
    std::future::poll_fn(|cx| {
        if let Poll::Ready(output) = future.as_mut().poll(cx) {
            return Poll::Ready(Ok(output));
        }
        tx.poll_interrupted(cx).map(Err)
    })
    .await
}
