//! Takes one request through pick, admission, attempts and delivery.
//!
//! A retry happens only before the first byte of a response, only when sending twice is safe
//! (idempotent, or nothing was sent), to another endpoint, inside the pool's budget.

use balance::Outcome;
use ledger::tally::add;

use super::placing::{self, Place, unless_interrupted};
use super::record::{Binding, Course};
use super::request::Request;
use super::retrying;
use super::transaction::{Asked, AttemptError, Attempted, Decision, Interrupt, Transaction};
use crate::fault::Fault;
use crate::plan::PlannedPool;
use crate::upstream::{self, Check, Upstream};
use crate::worker::Worker;

/// Runs the request to its end and records it.
pub(crate) async fn run(worker: &Worker, request: &mut Request, tx: &mut impl Transaction) {
    let mut course = Course::default();
    add(&request.pool().tally(worker.id).requests, 1);
    let result = attempt_all(worker, request, tx, &mut course).await;
    if let Err(fault) = result {
        course.fault = Some(fault);
        if course.status == 0 {
            add(&request.pool().tally(worker.id).errors[fault.index()], 1);
            course.status = fault.status().0;
            Box::pin(tx.refuse(fault)).await;
        } else if fault != Fault::ClientGone {
            add(&request.pool().tally(worker.id).errors[fault.index()], 1);
        }
    }
    super::record::finish(worker, request, tx, &course);
}

async fn attempt_all(
    worker: &Worker,
    request: &mut Request,
    tx: &mut impl Transaction,
    course: &mut Course,
) -> Result<(), Fault> {
    loop {
        // In a block of its own, so that the pick is not kept while the attempt goes on.
        let (binding, place) = {
            let pick = match placing::pick(worker, request, tx, course).await {
                Ok(pick) => pick,
                // The others have been tried or cannot serve: the failure before is the answer.
                Err(Fault::NoEndpoint) => return Err(course.fault.unwrap_or(Fault::NoEndpoint)),
                Err(fault) => return Err(fault),
            };
            let binding = course.picked(worker, request, &pick);
            (binding, Place::new(worker, &request.pool().queue, pick.lease))
        };
        let fault = match attempt(worker, request, tx, course, &place, &binding).await? {
            Next::Delivered => return Ok(()),
            Next::Retry => continue,
            Next::Failed(fault) => fault,
        };
        course.fault = Some(fault);
        drop(place);
        retrying::after(fault, worker, request, tx, course)?;
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
    let tally = endpoint.tally(worker.id);
    let mut wanted = Wanted::KeptOrNew;
    loop {
        let mut upstream = match kept(worker, request, course, wanted) {
            Some(kept) => kept,
            None => match Box::pin(connect(worker, request, tx, course)).await {
                Ok(upstream) => upstream,
                Err((Fault::ClientGone, _)) => return Err(Fault::ClientGone),
                Err((fault, since_ns)) => {
                    fail(worker, request, place, tally, (fault, since_ns));
                    return Ok(Next::Failed(fault));
                }
            },
        };
        let sent_ns = worker.now_ns();
        let asked = asked(pool, binding);
        let mut decide = |status: u16, replayable: bool| {
            let now_ns = worker.now_ns();
            judge_status(place, tally, status, (sent_ns, now_ns));
            let retry = request.idempotent
                && replayable
                && pool.settings.retry.statuses.contains(&status)
                && retrying::may_retry(worker, request, course);
            if retry { Decision::Retry } else { course.answered(worker, request, (status, now_ns)) }
        };
        let result = tx.attempt(&mut upstream, &asked, &mut decide).await;
        match result {
            Ok(Attempted::Delivering) => {
                let relayed = tx.relay(&mut upstream, &asked).await;
                delivered(worker, request, (place, tally), upstream, relayed)?;
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
            Err(AttemptError::Stale) if request.idempotent && tx.is_replayable() => {
                wanted = Wanted::New;
            }
            Err(AttemptError::Downstream(fault)) => return Err(fault),
            Err(AttemptError::Stale) => {
                fail(worker, request, place, tally, (Fault::UpstreamReset, sent_ns));
                return Ok(Next::Failed(Fault::UpstreamReset));
            }
            Err(AttemptError::Upstream(fault)) => {
                fail(worker, request, place, tally, (fault, sent_ns));
                return Ok(Next::Failed(fault));
            }
        }
    }
}

fn asked<'a>(pool: &PlannedPool, binding: &'a Binding) -> Asked<'a> {
    Asked {
        previous_endpoint: binding.previous_endpoint.as_deref(),
        set_cookie: binding.set_cookie.as_deref(),
        response_head_ms: pool.times.response_head_ms,
        idle_ms: pool.times.response_idle_ms,
        tunnel_ms: pool.times.tunnel_ms,
    }
}

/// Counts a failed attempt that began at `since_ns`, and judges the endpoint if it is to blame.
fn fail(
    worker: &Worker,
    request: &Request,
    place: &Place<'_>,
    tally: &ledger::EndpointTally,
    (fault, since_ns): (Fault, u64),
) {
    add(&tally.failures, 1);
    let to_blame = match fault {
        Fault::NoResources => false,
        // The time was up for queue, attempts and client together; an endpoint that had most
        // of it is the one that used it up.
        Fault::RequestDeadline => {
            let had_ms = (worker.now_ns() - since_ns) / 1_000_000;
            had_ms.saturating_mul(2) >= request.pool().times.request_ms
        }
        _ => true,
    };
    if to_blame {
        place.judge(Outcome::Failure, worker.now_ns());
    }
}

/// Which connection an attempt may use.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// A kept one, or a new one where there is none.
    KeptOrNew,
    New,
}

/// A kept connection to the endpoint, if one is wanted and there is one.
fn kept(worker: &Worker, request: &Request, course: &Course, wanted: Wanted) -> Option<Upstream> {
    let endpoint = &request.pool().endpoints[course.endpoint()];
    let check = if request.idempotent { Check::Readiness } else { Check::Socket };
    if wanted == Wanted::New { None } else { worker.idle().take(endpoint, check) }
}

/// A new connection to the endpoint. A failure comes with the time since when it was tried.
async fn connect(
    worker: &Worker,
    request: &Request,
    tx: &mut impl Transaction,
    course: &Course,
) -> Result<Upstream, (Fault, u64)> {
    let pool = request.pool();
    let endpoint = &pool.endpoints[course.endpoint()];
    let since_ns = worker.now_ns();
    tx.allow_ms(pool.times.connect_ms);
    let fault = match unless_interrupted(tx, upstream::connect(endpoint.address)).await {
        Ok(Ok(upstream)) => return Ok(upstream),
        Ok(Err(error)) if upstream::is_ours(&error) => Fault::NoResources,
        Ok(Err(error)) => {
            tracing::debug!(endpoint = %endpoint.name, %error, "connect failed");
            Fault::ConnectFailed
        }
        Err(Interrupt::Gone) => Fault::ClientGone,
        Err(Interrupt::Deadline) => Fault::ConnectTimeout,
        Err(Interrupt::Overdue) => Fault::RequestDeadline,
    };
    Err((fault, since_ns))
}

/// After a response was passed on, whole or not: keeps its connection, or says who is to blame.
fn delivered(
    worker: &Worker,
    request: &Request,
    (place, tally): (&Place<'_>, &ledger::EndpointTally),
    upstream: Upstream,
    relayed: Result<bool, Fault>,
) -> Result<(), Fault> {
    let pool = request.pool();
    let reusable = relayed.inspect_err(|fault| {
        // An endpoint whose every answer breaks off must not pass for a fast one.
        if *fault == Fault::Truncated {
            add(&tally.failures, 1);
            place.judge(Outcome::Failure, worker.now_ns());
        }
    })?;
    if reusable {
        let endpoint = &pool.endpoints[place.index()];
        worker.idle().put(endpoint, &pool.settings.keep_alive, upstream, worker);
    }
    Ok(())
}

/// A server error is the endpoint's failure, unless it says "never" (501, 505).
fn judge_status(
    place: &Place<'_>,
    tally: &ledger::EndpointTally,
    status: u16,
    (sent_ns, now_ns): (u64, u64),
) {
    let first_byte_ns = now_ns - sent_ns;
    let failed = status >= 500 && status != 501 && status != 505;
    let outcome = if failed { Outcome::Failure } else { Outcome::Success { first_byte_ns } };
    place.judge(outcome, now_ns);
    add(&tally.statuses[usize::from(status / 100).clamp(1, 5) - 1], 1);
    tally.latency.record(first_byte_ns);
}
