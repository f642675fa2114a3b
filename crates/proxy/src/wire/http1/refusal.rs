//! Requests that no pool ever saw: answered, counted, and on record like any other.

use ledger::tally::add;

use super::body::Framing;
use super::connection::{EMPTY_LINE, Peer};
use super::request::RequestHead;
use super::rewrite::{self, Shape};
use crate::exchange::{self, Refused};
use crate::fault::Fault;
use crate::wire::Downstream;
use crate::worker::{ListenerRules, Worker};

/// A request that is refused before it is routed.
pub(super) struct Refusal {
    fault: Fault,
    /// It was a HEAD, as far as can be told.
    head_only: bool,
    /// Bytes of it, where it is known to have ended; the next request follows them. Else 0.
    pub(super) used: usize,
    /// Method, host and path, where its head could be read.
    line: Option<Box<[String; 3]>>,
}

impl Refusal {
    /// `bytes`: what has come of the request.
    pub(super) fn new(fault: Fault, bytes: &[u8]) -> Refusal {
        let line = bytes.strip_prefix(EMPTY_LINE).unwrap_or(bytes);
        Refusal { fault, head_only: line.starts_with(b"HEAD "), used: 0, line: None }
    }

    /// The same with a head that could be read. A host that nobody serves is no reason to lose
    /// the requests behind it: a cache sends those of many hosts on one connection.
    pub(super) fn of(mut self, head: &RequestHead<'_, '_>) -> Refusal {
        self.line = Some(Box::new([head.method, head.host, head.target].map(str::to_owned)));
        let ended = head.framing == Framing::Empty && head.is_1_1 && head.keep_alive;
        if ended && self.fault == Fault::NoRoute {
            self.used = head.len;
        }
        self
    }
}

/// Answers it. Whether the connection may carry another request.
pub(super) async fn answer<S: Downstream>(
    worker: &Worker,
    peer: &mut Peer<S>,
    rules: &ListenerRules,
    refusal: &Refusal,
) -> bool {
    let fault = refusal.fault;
    add(&worker.tally.errors[fault.index()], 1);
    let [method, host, path] =
        refusal.line.as_deref().map_or([""; 3], |line| line.each_ref().map(String::as_str));
    let listener = &rules.name;
    exchange::record_refused(
        worker,
        &Refused { client: peer.address, listener, method, host, path, fault },
    );
    let keep_alive = refusal.used > 0 && !worker.is_draining();
    let mut answer = worker.buffer();
    rewrite::fault(fault, Shape { head_only: refusal.head_only, keep_alive }, &mut answer);
    peer.deadline.set(worker.now_ms().saturating_add(rules.send_ms));
    let sent = peer.send(worker, &answer).await;
    worker.recycle(answer);
    if sent.is_ok() && !keep_alive {
        peer.linger(worker).await;
    }
    sent.is_ok() && keep_alive
}
