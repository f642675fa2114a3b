//! What a request's way adds up to: counters as it goes, one access record at its end.

use std::net::IpAddr;
use std::time::{Duration, SystemTime};

use balance::{Pick, Reason};
use ledger::AccessRecord;
use ledger::tally::add;
use smallvec::SmallVec;

use super::affinity::SentOver;
use super::request::Request;
use super::transaction::{Decision, Transaction};
use crate::fault::Fault;
use crate::worker::Worker;

/// Fractions are counted in millionths.
const MILLION: f64 = 1e6;
/// A pick that nobody would have thought possible is as surprising as this.
const PROPENSITY_MIN: f64 = 1e-9;

/// The way of one request so far.
#[derive(Default)]
pub(crate) struct Course {
    /// Positions of the endpoints tried, the one being tried last.
    pub(crate) tried: SmallVec<[u16; 8]>,
    pub(crate) reason: Option<Reason>,
    /// `new` or `moved` when a session was bound.
    bound: Option<&'static str>,
    pub(crate) queue_ns: u64,
    first_byte_ns: u64,
    /// Status delivered; 0 as long as there is none.
    pub(crate) status: u16,
    pub(crate) fault: Option<Fault>,
}

/// What a new binding of a session adds to the attempt.
#[derive(Default)]
pub(crate) struct Binding {
    pub(crate) set_cookie: Option<String>,
    pub(crate) previous_endpoint: Option<String>,
}

impl Course {
    /// Position of the endpoint being tried.
    pub(crate) fn endpoint(&self) -> usize {
        self.tried.last().map_or(0, |&index| usize::from(index))
    }

    /// Notes and counts a pick.
    pub(crate) fn picked(&mut self, worker: &Worker, request: &Request, pick: &Pick) -> Binding {
        let pool = request.pool();
        let index = pick.lease.index();
        self.tried.push(index as u16);
        self.reason = Some(pick.reason);
        let tally = pool.endpoints[index].tally(worker.id);
        add(&tally.requests, 1);
        add(&tally.picks[pick.reason.index()], 1);
        add(&tally.retries, u64::from(pick.reason == Reason::Retry));
        add(&tally.propensity, (pick.propensity * MILLION) as u64);
        if pick.propensity < 1.0 {
            add(&tally.surprise, (-pick.propensity.max(PROPENSITY_MIN).ln() * MILLION) as u64);
        }
        if let Some(claimed) = claimed(request, pick).filter(|_| self.tried.len() == 1) {
            add(&pool.endpoints[claimed].tally(worker.id).claims, 1);
        }
        let (Some(claims), Some(signer)) = (&pick.bind, &pool.signer) else {
            self.bound = None;
            return Binding::default();
        };
        let goes_on = request.session.is_some_and(|old| old.session == claims.session);
        self.bound = Some(if goes_on { "moved" } else { "new" });
        let left = pick.left.filter(|_| pool.is_soft);
        Binding {
            set_cookie: Some(signer.set_cookie(claims, worker.now_s(), SentOver::Any)),
            previous_endpoint: left.map(|left| pool.endpoints[left].name.to_string()),
        }
    }

    /// Notes that a response will be delivered.
    pub(crate) fn answered(
        &mut self,
        worker: &Worker,
        request: &Request,
        (status, now_ns): (u16, u64),
    ) -> Decision {
        if self.bound.is_some() {
            // Counted here, where the cookie leaves: a retry may have bound it elsewhere.
            add(&request.pool().endpoints[self.endpoint()].tally(worker.id).bindings, 1);
        }
        self.status = status;
        self.first_byte_ns = now_ns.saturating_sub(request.started_ns);
        self.fault = None;
        Decision::Deliver
    }
}

/// The endpoint that the request's session asked for, where it is still in the pool.
fn claimed(request: &Request, pick: &Pick) -> Option<usize> {
    request.session?;
    // Without a new binding it is where it was.
    if pick.bind.is_none() { Some(pick.lease.index()) } else { pick.left }
}

/// A request that was refused before it was routed; what is not known of it is empty.
pub(crate) struct Refused<'a> {
    pub(crate) client: IpAddr,
    pub(crate) listener: &'a str,
    pub(crate) method: &'a str,
    pub(crate) host: &'a str,
    pub(crate) path: &'a str,
    pub(crate) fault: Fault,
}

/// Writes its access record.
pub(crate) fn record_refused(worker: &Worker, refused: &Refused<'_>) {
    if !worker.logs() {
        return;
    }
    worker.log(&AccessRecord {
        time: SystemTime::now(),
        client: refused.client,
        listener: refused.listener,
        method: refused.method.as_bytes(),
        host: refused.host.as_bytes(),
        path: refused.path.as_bytes(),
        status: refused.fault.status().0,
        bytes_in: 0,
        bytes_out: 0,
        duration_ns: 0,
        first_byte_ns: 0,
        queue_ns: 0,
        pool: "",
        endpoint: "",
        attempts: 0,
        reason: "",
        affinity: "none",
        error: refused.fault.name(),
    });
}

/// Counts the bytes and writes the access record.
pub(crate) fn finish(worker: &Worker, request: &Request, tx: &impl Transaction, course: &Course) {
    let pool = request.pool();
    let (bytes_in, bytes_out) = tx.bytes();
    let endpoint = course.tried.last().map(|&index| &pool.endpoints[usize::from(index)]);
    if let Some(endpoint) = endpoint {
        add(&endpoint.tally(worker.id).bytes_in, bytes_in);
        add(&endpoint.tally(worker.id).bytes_out, bytes_out);
    }
    // Who got no answer, or had no more patience, will ask again.
    let may_repeat = course.status >= 500 || course.fault == Some(Fault::ClientGone);
    if may_repeat && worker.shared.watched {
        worker.listening.failed(&pool.name, request.client, tx.line().2, worker.now_ms());
    }
    if !worker.logs() {
        return;
    }
    let (method, host, path) = tx.line();
    let kept = if request.session.is_some() { "kept" } else { "none" };
    let duration_ns = worker.now_ns().saturating_sub(request.started_ns);
    worker.log(&AccessRecord {
        time: SystemTime::now() - Duration::from_nanos(duration_ns),
        client: request.client,
        listener: tx.listener(),
        method,
        host,
        path,
        status: course.status,
        bytes_in,
        bytes_out,
        duration_ns,
        first_byte_ns: course.first_byte_ns,
        queue_ns: course.queue_ns,
        pool: &pool.name,
        endpoint: endpoint.map_or("", |endpoint| &endpoint.name),
        attempts: course.tried.len() as u32,
        reason: course.reason.map_or("", Reason::name),
        affinity: course.bound.unwrap_or(if pool.signer.is_some() { kept } else { "none" }),
        error: course.fault.map_or("", Fault::name),
    });
}
