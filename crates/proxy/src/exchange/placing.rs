//! A place at an endpoint: picked, waited for while all are at their limits, given back.

use std::future::Future;
use std::pin::pin;
use std::task::Poll;

use balance::{Ask, Lease, Outcome, Pick, Refusal};
use ledger::tally::add;

use super::queue::{Queue, Waiting, Wish};
use super::record::Course;
use super::request::Request;
use super::transaction::{Interrupt, Transaction};
use crate::fault::Fault;
use crate::worker::Worker;

/// Picks an endpoint, waiting in the pool's queue while all are at their limits.
pub(super) async fn pick(
    worker: &Worker,
    request: &mut Request,
    tx: &mut impl Transaction,
    course: &mut Course,
) -> Result<Pick, Fault> {
    let wish = wish(worker, request, course);
    // Who waits already comes first, unless what is free is of no use to them.
    let barred = request.pool().queue.bars(wish);
    if !barred {
        // The first question follows the request's arrival at once: one time serves both.
        let is_first = course.tried.is_empty();
        let now_ns = if is_first { request.started_ns } else { worker.now_ns() };
        match ask(worker, request, course, (now_ns, false)) {
            Ok(pick) => return Ok(pick),
            Err(Refusal::Nobody) => return Err(Fault::NoEndpoint),
            Err(Refusal::Full) => {}
        }
    }
    let pool = request.pool();
    let mut waiting = pool.queue.enter(pool.settings.queue.size, wish).ok_or(Fault::QueueFull)?;
    add(&pool.tally(worker.id).queue_waited, 1);
    let since_ns = worker.now_ns();
    tx.allow_ms(pool.times.queue_ms);
    let picked = Box::pin(wait(worker, request, tx, course, (&mut waiting, !barred))).await;
    course.queue_ns += worker.now_ns() - since_ns;
    picked
}

async fn wait(
    worker: &Worker,
    request: &mut Request,
    tx: &mut impl Transaction,
    course: &Course,
    (waiting, mut asked): (&mut Waiting, bool),
) -> Result<Pick, Fault> {
    loop {
        unless_interrupted(tx, waiting.turn()).await.map_err(|interrupt| match interrupt {
            Interrupt::Gone => Fault::ClientGone,
            Interrupt::Deadline => Fault::QueueTimeout,
            Interrupt::Overdue => Fault::RequestDeadline,
        })?;
        // Adding a server is what one does while requests wait. Positions of endpoints tried
        // belong to the plan that they were tried in.
        if course.tried.is_empty() {
            request.renew(worker);
        }
        let at = (worker.now_ns(), std::mem::replace(&mut asked, true));
        match ask(worker, request, course, at) {
            Ok(pick) => return Ok(pick),
            Err(Refusal::Nobody) => return Err(Fault::NoEndpoint),
            // Where any endpoint would do and none has room, nobody behind finds one either.
            Err(Refusal::Full) if !course.tried.is_empty() => waiting.pass_on(),
            Err(Refusal::Full) => waiting.wish(wish(worker, request, course)),
        }
    }
}

/// Asks the core, at a time, and having been refused before or not.
fn ask(
    worker: &Worker,
    request: &Request,
    course: &Course,
    (now_ns, waited): (u64, bool),
) -> Result<Pick, Refusal> {
    let ask = Ask {
        key: request.key.as_deref(),
        session: request.session,
        tried: &course.tried,
        waited,
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
