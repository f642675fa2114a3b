//! One HTTP/1 request: sent to an endpoint, its response passed back, both at the same time.

use std::future::poll_fn;
use std::task::{Context, Poll};

use super::body::{Body, Form, Framing};
use super::connection::{Ending, Message, Peer};
use super::flow::Pending;
use super::rewrite::{self, Shape};
use super::tunnel;
use crate::exchange::{Asked, AttemptError, Attempted, Decision, Interrupt, Request, Transaction};
use crate::fault::Fault;
use crate::upstream::Upstream;
use crate::wire::Downstream;
use crate::worker::{ListenerRules, Worker};

/// One request of an HTTP/1 client.
pub(super) struct Http1<'c, S> {
    pub(super) worker: &'c Worker,
    pub(super) peer: &'c mut Peer<S>,
    pub(super) rules: &'c ListenerRules,
    pub(super) message: &'c mut Message,
    /// The body as it stands; `start` is how it began, for another attempt.
    pub(super) body: Body,
    pub(super) start: Body,
    /// Body bytes were read from the client after the first attempt began: they are gone.
    pub(super) consumed: bool,
    /// Bytes of `peer.rest` that belong to this request's body.
    pub(super) used: usize,
    /// On its way to the endpoint.
    pub(super) up: Pending,
    /// The endpoint takes no more of the request; its response may still come.
    pub(super) up_broken: bool,
    /// Response head bytes that are not whole yet.
    pub(super) head: Vec<u8>,
    /// On its way to the client.
    pub(super) down: Pending,
    pub(super) response: Body,
    /// The response's connection may be used again, as far as its head says.
    pub(super) kept: bool,
    /// Bytes came that belong to no response, or may still come.
    pub(super) dirty: bool,
    pub(super) interim: u32,
    pub(super) tunnel: bool,
    pub(super) keep_alive: bool,
    /// The client learns the response's end from the connection's alone.
    pub(super) ends_by_close: bool,
    pub(super) answered: bool,
    pub(super) failed: bool,
    pub(super) tunnel_bytes: (u64, u64),
    /// End of the time for the whole request.
    pub(super) request_until_ms: u64,
    /// Longest wait for the endpoint once the request is sent.
    pub(super) patience_ms: u64,
}

impl<'c, S: Downstream> Http1<'c, S> {
    pub(super) fn new(
        worker: &'c Worker,
        peer: &'c mut Peer<S>,
        rules: &'c ListenerRules,
        request: &Request,
        message: &'c mut Message,
    ) -> Self {
        let body = Body::new(message.framing, Form::Chunks);
        let limit_ms = request.pool().times.request_ms;
        let started_ms = request.started_ns.div_ceil(1_000_000);
        Http1 {
            request_until_ms: started_ms.saturating_add(limit_ms),
            worker,
            peer,
            rules,
            start: body.clone(),
            body,
            consumed: false,
            used: 0,
            up: Pending::default(),
            up_broken: false,
            head: Vec::new(),
            down: Pending::default(),
            response: Body::new(Framing::Empty, Form::Chunks),
            kept: false,
            dirty: false,
            interim: 0,
            tunnel: false,
            keep_alive: message.keep_alive,
            ends_by_close: false,
            answered: false,
            failed: false,
            tunnel_bytes: (0, 0),
            patience_ms: 0,
            message,
        }
    }

    /// What becomes of the connection. Gives the buffers back.
    pub(super) fn end(self) -> Ending {
        self.peer.rest.drain(..self.used);
        if self.peer.rest.is_empty() {
            self.worker.recycle(std::mem::take(&mut self.peer.rest));
        }
        let head = std::mem::take(&mut self.message.head);
        for buffer in [self.up.bytes, self.down.bytes, head, self.head] {
            self.worker.recycle(buffer);
        }
        match () {
            // A close would say that what has come is all.
            () if self.failed && self.ends_by_close => Ending::Reset,
            () if self.tunnel || self.failed || !self.answered => Ending::Close,
            // Unread bytes would turn the close into a reset and destroy the answer on its way.
            () if !self.body.is_done() || !self.peer.rest.is_empty() && !self.keep_alive => {
                Ending::Linger
            }
            () if !self.keep_alive => Ending::Close,
            () => Ending::KeepAlive,
        }
    }

    /// So many milliseconds from now, but not beyond the time for the whole request.
    pub(super) fn until(&self, ms: u64) -> u64 {
        self.worker.now_ms().saturating_add(ms).min(self.request_until_ms)
    }

    /// Whose turn it is: who is to blame if nothing happens.
    fn turn(&self) -> Turn {
        match () {
            () if !self.down.is_empty() => Turn::ClientReads,
            () if !self.body.is_done() && self.up.is_empty() && !self.up_broken => {
                Turn::ClientSends
            }
            () => Turn::Endpoint,
        }
    }

    /// Something has moved: the next one gets its time.
    pub(super) fn moved(&mut self) {
        let pause_ms = match self.turn() {
            Turn::ClientReads => self.rules.send_ms,
            Turn::ClientSends => self.rules.body_ms,
            Turn::Endpoint => self.patience_ms,
        };
        self.allow_ms(pause_ms);
    }

    /// Whether the time for the whole request is over.
    fn is_overdue(&self) -> bool {
        self.worker.now_ms() >= self.request_until_ms
    }

    /// Who is to blame when the time for a response's head is over.
    fn head_timeout(&self) -> AttemptError {
        match (self.turn(), self.is_overdue()) {
            (Turn::ClientReads, _) => AttemptError::Downstream(Fault::ClientGone),
            (Turn::ClientSends, true) => AttemptError::Downstream(Fault::RequestDeadline),
            (Turn::ClientSends, false) => AttemptError::Downstream(Fault::RequestTimeout),
            (Turn::Endpoint, true) => AttemptError::Upstream(Fault::RequestDeadline),
            (Turn::Endpoint, false) => AttemptError::Upstream(Fault::ResponseTimeout),
        }
    }

    /// Who is to blame when the time for the rest is over.
    fn relay_timeout(&self) -> Fault {
        match (self.turn(), self.is_overdue()) {
            (Turn::ClientReads, _) => Fault::ClientGone,
            (_, true) => Fault::RequestDeadline,
            (Turn::ClientSends, false) => Fault::RequestTimeout,
            (Turn::Endpoint, false) => Fault::Truncated,
        }
    }
}

/// Who has to do something for the request to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    /// The client has bytes to take.
    ClientReads,
    /// The client owes a part of its body.
    ClientSends,
    /// The endpoint has bytes to take, or a response to send.
    Endpoint,
}

impl<S: Downstream> Transaction for Http1<'_, S> {
    fn is_replayable(&self) -> bool {
        !self.consumed && !self.answered && self.interim == 0
    }

    fn poll_interrupted(&mut self, cx: &mut Context<'_>) -> Poll<Interrupt> {
        if self.watch_client(cx).is_err() {
            self.failed = true;
            return Poll::Ready(Interrupt::Gone);
        }
        if self.peer.deadline.is_over(cx, self.worker.now_ms()) {
            let overdue = self.is_overdue();
            return Poll::Ready(if overdue { Interrupt::Overdue } else { Interrupt::Deadline });
        }
        Poll::Pending
    }

    fn allow_ms(&mut self, ms: u64) {
        self.peer.deadline.set(self.until(ms));
    }

    async fn attempt(
        &mut self,
        upstream: &mut Upstream,
        asked: &Asked<'_>,
        decide: &mut dyn FnMut(u16, bool) -> Decision,
    ) -> Result<Attempted, AttemptError> {
        self.prepare(asked).map_err(AttemptError::Downstream)?;
        self.patience_ms = asked.response_head_ms;
        self.moved();
        let result = poll_fn(|cx| {
            self.poll_request(cx, upstream).map_err(AttemptError::Downstream)?;
            // An interim response may be waiting; a client that is gone is noticed by reading.
            let _ = self.down.poll_flush(cx, &mut self.peer.stream);
            if let Poll::Ready(result) = self.poll_response_head(cx, upstream, asked, decide) {
                return Poll::Ready(result);
            }
            if self.peer.deadline.is_over(cx, self.worker.now_ms()) {
                return Poll::Ready(Err(self.head_timeout()));
            }
            Poll::Pending
        })
        .await;
        if matches!(result, Err(AttemptError::Downstream(Fault::ClientGone))) {
            self.failed = true;
        }
        // What the next endpoint takes has nothing to do with this one.
        self.up_broken &= result.is_ok();
        result
    }

    async fn relay(&mut self, upstream: &mut Upstream, asked: &Asked<'_>) -> Result<bool, Fault> {
        if self.tunnel {
            self.peer.rest.drain(..self.used);
            self.used = 0;
            let tunnel =
                tunnel::run(self.worker, self.peer, upstream, &mut self.down, asked.tunnel_ms);
            self.tunnel_bytes = Box::pin(tunnel).await;
            return Ok(false);
        }
        self.patience_ms = asked.idle_ms;
        self.moved();
        let result = poll_fn(|cx| {
            if let Poll::Ready(result) = self.poll_response(cx, upstream) {
                return Poll::Ready(result);
            }
            self.poll_request(cx, upstream)?;
            if self.peer.deadline.is_over(cx, self.worker.now_ms()) {
                return Poll::Ready(Err(self.relay_timeout()));
            }
            Poll::Pending
        })
        .await;
        self.failed = result.is_err();
        result?;
        Ok(self.kept && !self.dirty && self.body.is_done() && self.up.is_empty() && !self.up_broken)
    }

    async fn refuse(&mut self, fault: Fault) {
        if fault == Fault::ClientGone || self.failed {
            self.failed = true;
            return;
        }
        if !self.down.is_empty() {
            // Half an interim response is on its way: nothing can follow that makes sense.
            self.failed = true;
            return;
        }
        // Of a body that was refused on its way, nobody knows where it would have ended.
        let lost = matches!(fault, Fault::BadRequest | Fault::BodyTooLarge);
        self.keep_alive &= self.body.is_done() && !lost && !self.worker.is_draining();
        let mut answer = self.worker.buffer();
        let shape = Shape { head_only: self.message.head_only, keep_alive: self.keep_alive };
        rewrite::fault(fault, shape, &mut answer);
        self.peer.deadline.set(self.worker.now_ms().saturating_add(self.rules.send_ms));
        self.failed = self.peer.send(self.worker, &answer).await.is_err();
        self.answered = true;
        self.worker.recycle(answer);
    }

    fn bytes(&self) -> (u64, u64) {
        (self.body.passed + self.tunnel_bytes.0, self.response.passed + self.tunnel_bytes.1)
    }

    fn listener(&self) -> &str {
        &self.rules.name
    }

    fn line(&self) -> (&[u8], &[u8], &[u8]) {
        // The head was written by us: "METHOD path HTTP/1.1\r\nhost: name\r\n".
        let head = &self.message.head[..];
        let mut lines = head.split(|&b| b == b'\r');
        let mut words = lines.next().unwrap_or_default().split(|&b| b == b' ');
        let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let host = lines.next().and_then(|line| line.strip_prefix(b"\nhost: ")).unwrap_or_default();
        (method, host, path)
    }
}
