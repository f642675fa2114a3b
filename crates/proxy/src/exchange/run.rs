//! Takes one request through pick, admission, attempts and delivery.
//!
//! A retry happens only before the first byte of a response, only when sending twice is safe
//! (idempotent, or nothing was sent), to another endpoint, inside the pool's budget.

use std::future::Future;
use std::pin::pin;
use std::task::Poll;

use balance::{Ask, Lease, Outcome, Pick, Refusal};
use config::StateName;
use ledger::tally::add;

use super::record::{Binding, Course};
use super::request::Request;
use super::transaction::{Asked, AttemptError, Attempted, Decision, Interrupt, Transaction};
use crate::fault::Fault;
use crate::upstream::{self, Upstream};
use crate::worker::Worker;

/// Runs the request to its end and records it.
pub(crate) async fn run(worker: &Worker, request: &Request, tx: &mut impl Transaction) {
    let mut course = Course::default();
    add(&request.pool().tally(worker.id).requests, 1);
    let result = attempt_all(worker, request, tx, &mut course).await;
    if let Err(fault) = result {
        course.fault = Some(fault);
        if course.status == 0 {
            add(&request.pool().tally(worker.id).errors[fault.index()], 1);
            course.status = fault.status().0;
            tx.refuse(fault).await;
        } else if fault != Fault::ClientGone {
            add(&request.pool().tally(worker.id).errors[fault.index()], 1);
        }
    }
    super::record::finish(worker, request, tx, &course);
}

async fn attempt_all(
    worker: &Worker,
    request: &Request,
    tx: &mut impl Transaction,
    course: &mut Course,
) -> Result<(), Fault> {
    loop {
        let pick = match place(worker, request, tx, course).await {
            Ok(pick) => pick,
            // The others have been tried or cannot serve: the failure before is the answer.
            Err(Fault::NoEndpoint) => return Err(course.fault.unwrap_or(Fault::NoEndpoint)),
            Err(fault) => return Err(fault),
        };
        let binding = course.picked(worker, request, &pick);
        let queue = &*request.pool().queue;
        let place = Place { worker, queue, lease: Some(pick.lease) };
        let fault = match attempt(worker, request, tx, course, &place, &binding).await? {
            Next::Delivered => return Ok(()),
            Next::Retry => continue,
            Next::Failed(fault) => fault,
        };
        course.fault = Some(fault);
        drop(place);
        let safe = tx.is_replayable() && (request.idempotent || fault_sent_nothing(fault));
        if !safe || !may_retry(worker, request, course) {
            // Not one bad server but an outage: 503 and when to come back say so.
            let outage = fault_sent_nothing(fault) && !serving(request).any(|_| true);
            return Err(if outage { Fault::NoEndpoint } else { fault });
        }
    }
}

/// Whether the request cannot have reached an endpoint.
fn fault_sent_nothing(fault: Fault) -> bool {
    matches!(fault, Fault::ConnectFailed | Fault::ConnectTimeout)
}

/// Positions of the endpoints that are neither down nor ejected.
fn serving(request: &Request) -> impl Iterator<Item = u16> {
    let endpoints = request.pool().core.endpoints().iter().zip(0..);
    endpoints.filter(|(e, _)| !e.is_down() && !e.is_ejected()).map(|(_, index)| index)
}

/// Whether another endpoint may be asked; pays for it.
fn may_retry(worker: &Worker, request: &Request, course: &Course) -> bool {
    let pool = request.pool();
    let left = (course.tried.len() as u32) < pool.core.spec().retry.attempts;
    if !left || !serving(request).any(|index| !course.tried.contains(&index)) {
        return false;
    }
    if !pool.core.may_retry() {
        add(&pool.tally(worker.id).retries_refused, 1);
        return false;
    }
    add(&pool.tally(worker.id).retries, 1);
    true
}

/// Picks an endpoint, waiting in the pool's queue while all are at their limits.
async fn place(
    worker: &Worker,
    request: &Request,
    tx: &mut impl Transaction,
    course: &mut Course,
) -> Result<Pick, Fault> {
    let pool = request.pool();
    let ask = |tried| Ask {
        key: request.key.as_deref(),
        session: request.session,
        tried,
        now_ns: worker.now_ns(),
        now_s: worker.now_s(),
    };
    let pick = || pool.core.pick(&ask(&course.tried), &mut worker.rng());
    // Who waits already comes first.
    let first = if pool.queue.waiting() == 0 { pick() } else { Err(Refusal::Full) };
    match first {
        Ok(pick) => return Ok(pick),
        Err(Refusal::Nobody) => return Err(Fault::NoEndpoint),
        Err(Refusal::Full) => {}
    }
    let waiting = pool.queue.enter(pool.settings.queue.size).ok_or(Fault::QueueFull)?;
    add(&pool.tally(worker.id).queue_waited, 1);
    let since_ns = worker.now_ns();
    tx.allow_ms(pool.times.queue_ms);
    loop {
        unless_interrupted(tx, waiting.turn()).await.map_err(|interrupt| match interrupt {
            Interrupt::Gone => Fault::ClientGone,
            Interrupt::Deadline => Fault::QueueTimeout,
        })?;
        match pick() {
            Ok(pick) => {
                course.queue_ns += worker.now_ns() - since_ns;
                return Ok(pick);
            }
            Err(Refusal::Nobody) => return Err(Fault::NoEndpoint),
            // Where any endpoint would do and none has room, nobody behind finds one either.
            Err(Refusal::Full) if is_choosy(request, course) => waiting.pass_on(),
            Err(Refusal::Full) => {}
        }
    }
}

/// Whether some endpoint with room may be of no use to this request.
fn is_choosy(request: &Request, course: &Course) -> bool {
    let affinity = request.pool().settings.affinity.as_ref();
    let is_hard = affinity.is_some_and(|affinity| affinity.state == StateName::Hard);
    is_hard && request.session.is_some() || !course.tried.is_empty()
}

/// A place at an endpoint, with the waiting room it opens when it is left.
struct Place<'q> {
    worker: &'q Worker,
    queue: &'q super::Queue,
    lease: Option<Lease>,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if let Some(lease) = self.lease.take() {
            lease.finish(self.worker.now_ns());
        }
        self.queue.release();
    }
}

impl Place<'_> {
    fn judge(&self, outcome: Outcome, now_ns: u64) {
        if let Some(lease) = &self.lease {
            lease.judge(outcome, now_ns);
        }
    }
}

enum Next {
    Delivered,
    Retry,
    Failed(Fault),
}

/// One attempt at the picked endpoint. `Err` is the client's doing, or comes too late to retry.
async fn attempt(
    worker: &Worker,
    request: &Request,
    tx: &mut impl Transaction,
    course: &mut Course,
    place: &Place<'_>,
    binding: &Binding,
) -> Result<Next, Fault> {
    let pool = request.pool();
    let endpoint = &pool.endpoints[course.endpoint()];
    let mut fresh = false;
    loop {
        let mut upstream = match connection(worker, request, tx, course, fresh).await {
            Ok(upstream) => upstream,
            Err(Fault::ClientGone) => return Err(Fault::ClientGone),
            Err(fault) => {
                place.judge(Outcome::Failure, worker.now_ns());
                add(&endpoint.tally(worker.id).failures, 1);
                return Ok(Next::Failed(fault));
            }
        };
        let sent_ns = worker.now_ns();
        let asked = Asked {
            previous_endpoint: binding.previous_endpoint.as_deref(),
            set_cookie: binding.set_cookie.as_deref(),
            response_head_ms: pool.times.response_head_ms,
            idle_ms: pool.times.response_idle_ms,
            tunnel_ms: pool.times.tunnel_ms,
        };
        let replayable = tx.is_replayable();
        let mut decide = |status: u16| {
            let now_ns = worker.now_ns();
            judge_status(place, endpoint.tally(worker.id), status, now_ns - sent_ns, now_ns);
            let retry = request.idempotent
                && replayable
                && pool.settings.retry.statuses.contains(&status)
                && may_retry(worker, request, course);
            if retry { Decision::Retry } else { course.answered(request, status, now_ns) }
        };
        let result = tx.attempt(&mut upstream, &asked, &mut decide).await;
        match result {
            Ok(Attempted::Delivering) => {
                deliver(worker, request, tx, course, upstream, &asked).await?;
                return Ok(Next::Delivered);
            }
            Ok(Attempted::Dropped { reusable }) => {
                if reusable {
                    worker.idle().put(endpoint, &pool.settings.keep_alive, upstream, worker);
                }
                return Ok(Next::Retry);
            }
            // Nothing came of a kept connection: the endpoint may have closed it while it
            // was idle. A new one costs no budget, as long as sending twice is safe.
            Err(AttemptError::Stale) if request.idempotent && tx.is_replayable() => fresh = true,
            Err(AttemptError::Downstream(fault)) => return Err(fault),
            Err(AttemptError::Stale) => return Ok(Next::Failed(Fault::UpstreamReset)),
            Err(AttemptError::Upstream(fault)) => {
                place.judge(Outcome::Failure, worker.now_ns());
                add(&endpoint.tally(worker.id).failures, 1);
                return Ok(Next::Failed(fault));
            }
        }
    }
}

/// A kept connection, or a new one when there is none or `fresh` is asked for.
async fn connection(
    worker: &Worker,
    request: &Request,
    tx: &mut impl Transaction,
    course: &Course,
    fresh: bool,
) -> Result<Upstream, Fault> {
    let pool = request.pool();
    let endpoint = &pool.endpoints[course.endpoint()];
    if !fresh && let Some(kept) = worker.idle().take(endpoint, !request.idempotent) {
        return Ok(kept);
    }
    tx.allow_ms(pool.times.connect_ms);
    match unless_interrupted(tx, upstream::connect(endpoint.address)).await {
        Ok(Ok(upstream)) => Ok(upstream),
        Ok(Err(error)) => {
            tracing::debug!(endpoint = %endpoint.name, %error, "connect failed");
            Err(Fault::ConnectFailed)
        }
        Err(Interrupt::Gone) => Err(Fault::ClientGone),
        Err(Interrupt::Deadline) => Err(Fault::ConnectTimeout),
    }
}

async fn deliver(
    worker: &Worker,
    request: &Request,
    tx: &mut impl Transaction,
    course: &Course,
    mut upstream: Upstream,
    asked: &Asked<'_>,
) -> Result<(), Fault> {
    let pool = request.pool();
    let endpoint = &pool.endpoints[course.endpoint()];
    let reusable = tx.relay(&mut upstream, asked).await.inspect_err(|fault| {
        if *fault == Fault::Truncated {
            add(&endpoint.tally(worker.id).failures, 1);
        }
    })?;
    if reusable {
        worker.idle().put(endpoint, &pool.settings.keep_alive, upstream, worker);
    }
    Ok(())
}

/// A server error is the endpoint's failure, unless it says "never" (501, 505).
fn judge_status(
    place: &Place<'_>,
    tally: &ledger::EndpointTally,
    status: u16,
    first_byte_ns: u64,
    now_ns: u64,
) {
    let failed = status >= 500 && status != 501 && status != 505;
    let outcome = if failed { Outcome::Failure } else { Outcome::Success { first_byte_ns } };
    place.judge(outcome, now_ns);
    add(&tally.statuses[usize::from(status / 100).clamp(1, 5) - 1], 1);
    tally.latency.record(first_byte_ns);
}

/// Waits for `future`, unless the client leaves or the deadline comes first.
async fn unless_interrupted<F: Future>(
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
