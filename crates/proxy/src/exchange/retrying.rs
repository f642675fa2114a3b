//! Whether a request may be tried at another endpoint, and what pays for it.

use ledger::tally::add;

use super::record::Course;
use super::request::Request;
use super::transaction::Transaction;
use crate::fault::Fault;
use crate::worker::Worker;

/// After a failed attempt: goes on with another endpoint, or ends with the answer's fault.
pub(super) fn after(
    fault: Fault,
    worker: &Worker,
    request: &Request,
    tx: &impl Transaction,
    course: &Course,
) -> Result<(), Fault> {
    let safe = tx.is_replayable() && (request.idempotent || sent_nothing(fault));
    if safe && fault != Fault::RequestDeadline && may_retry(worker, request, course) {
        return Ok(());
    }
    // Not one bad server but an outage: 503 and when to come back say so.
    let outage = sent_nothing(fault) && !is_anybody_serving(request);
    Err(if outage { Fault::NoEndpoint } else { fault })
}

/// Whether the request cannot have reached an endpoint.
fn sent_nothing(fault: Fault) -> bool {
    matches!(fault, Fault::ConnectFailed | Fault::ConnectTimeout | Fault::NoResources)
}

fn is_anybody_serving(request: &Request) -> bool {
    request.pool().core.endpoints().iter().any(|e| !e.is_down() && !e.is_ejected())
}

/// Whether another endpoint may be asked; pays for it.
pub(super) fn may_retry(worker: &Worker, request: &Request, course: &Course) -> bool {
    let pool = request.pool();
    let left = (course.tried.len() as u32) < pool.core.spec().retry.attempts;
    if !left || !is_another_worth_it(request, course) {
        return false;
    }
    if !pool.core.may_retry() {
        add(&pool.tally(worker.id).retries_refused, 1);
        return false;
    }
    add(&pool.tally(worker.id).retries, 1);
    true
}

/// An endpoint that was not tried: in service, or ejected, which may be over by now. One that
/// its probe finds down, or that was asked to take nothing new, is not worth a retry.
fn is_another_worth_it(request: &Request, course: &Course) -> bool {
    let endpoints = request.pool().core.endpoints().iter().zip(0..);
    let mut untried = endpoints.filter(|(_, index)| !course.tried.contains(index));
    untried.any(|(endpoint, _)| endpoint.is_open_to_retries())
}
