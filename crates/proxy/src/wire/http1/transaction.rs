//! One HTTP/1 request: sent to an endpoint, its response passed back, both at the same time.

use std::future::poll_fn;
use std::mem::MaybeUninit;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite};

use super::body::{Body, Form, Framing, Passage};
use super::connection::{Ending, Message, Peer};
use super::flow::{self, Pending};
use super::request::{FIELDS_MAX, FieldSpace};
use super::response::{self, ResponseHead};
use super::rewrite::{self, Toward};
use super::tunnel;
use crate::exchange::{Asked, AttemptError, Attempted, Decision, Interrupt, Request, Transaction};
use crate::fault::Fault;
use crate::upstream::Upstream;
use crate::worker::{ListenerRules, Worker};

/// Interim responses (1xx) that are passed on before an endpoint counts as broken.
const INTERIM_MAX: u32 = 16;
/// Requests sent ahead are kept up to this size; then the client is not read until its turn.
const AHEAD_MAX: usize = 64 * 1024;

/// One request of an HTTP/1 client.
pub(super) struct Http1<'c, S> {
    worker: &'c Worker,
    peer: &'c mut Peer<S>,
    rules: &'c ListenerRules,
    message: Message,
    /// The body as it stands; `start` is how it began, for another attempt.
    body: Body,
    start: Body,
    /// Body bytes were read from the client after the first attempt began: they are gone.
    consumed: bool,
    /// Bytes of `peer.rest` that belong to this request's body.
    used: usize,
    /// On its way to the endpoint.
    up: Pending,
    /// The endpoint takes no more of the request; its response may still come.
    up_broken: bool,
    /// Response head bytes that are not whole yet.
    head: Vec<u8>,
    /// On its way to the client.
    down: Pending,
    response: Body,
    /// The response's connection may be used again, as far as its head says.
    kept: bool,
    /// Bytes came that belong to no response.
    dirty: bool,
    interim: u32,
    tunnel: bool,
    keep_alive: bool,
    answered: bool,
    failed: bool,
    tunnel_bytes: (u64, u64),
    /// End of the time for the whole request.
    request_until_ms: u64,
}

/// Where an attempt stands after some bytes of a response.
enum Step {
    More,
    Done(Attempted),
}

impl<'c, S: AsyncRead + AsyncWrite + Unpin> Http1<'c, S> {
    pub(super) fn new(
        worker: &'c Worker,
        peer: &'c mut Peer<S>,
        rules: &'c ListenerRules,
        request: &Request,
        message: Message,
    ) -> Self {
        let body = Body::new(message.framing, Form::Chunks);
        let limit_ms = request.pool().times.request_ms;
        Http1 {
            request_until_ms: worker.now_ms().saturating_add(limit_ms),
            worker,
            peer,
            rules,
            start: body.clone(),
            body,
            consumed: false,
            used: 0,
            up: Pending::new(worker.buffer()),
            up_broken: false,
            head: Vec::new(),
            down: Pending::new(worker.buffer()),
            response: Body::new(Framing::Empty, Form::Chunks),
            kept: false,
            dirty: false,
            interim: 0,
            tunnel: false,
            keep_alive: message.keep_alive,
            answered: false,
            failed: false,
            tunnel_bytes: (0, 0),
            message,
        }
    }

    /// What becomes of the connection. Gives the buffers back.
    pub(super) fn end(self) -> Ending {
        self.peer.rest.drain(..self.used);
        if self.peer.rest.is_empty() {
            self.worker.recycle(std::mem::take(&mut self.peer.rest));
        }
        for buffer in [self.up.bytes, self.down.bytes, self.message.head, self.head] {
            self.worker.recycle(buffer);
        }
        match () {
            () if self.tunnel || self.failed || !self.answered => Ending::Close,
            () if !self.body.is_done() => Ending::Linger,
            () if !self.keep_alive => Ending::Linger,
            () => Ending::KeepAlive,
        }
    }

    /// Prepares the first bytes of an attempt: head, what it adds, and the body that is here.
    fn prepare(&mut self, asked: &Asked<'_>) -> Result<(), Fault> {
        self.body = self.start.clone();
        self.up_broken = false;
        self.head.clear();
        self.interim = 0;
        self.up.clear();
        self.up.bytes.extend_from_slice(&self.message.head);
        if let Some(name) = asked.previous_endpoint {
            for part in ["x-previous-endpoint: ", name, "\r\n"] {
                self.up.bytes.extend_from_slice(part.as_bytes());
            }
        }
        self.up.bytes.extend_from_slice(b"\r\n");
        self.used = 0;
        if !self.body.is_done() && !self.peer.rest.is_empty() {
            let taken = self.body.take(&self.peer.rest, &mut self.up.bytes);
            match taken.map_err(|_| Fault::BadRequest)? {
                Passage::AsIs(taken) => {
                    self.up.bytes.extend_from_slice(&self.peer.rest[..taken]);
                    self.used = taken;
                }
                Passage::Rewritten(taken) => self.used = taken,
            }
            self.check_body_size()?;
        }
        Ok(())
    }

    fn check_body_size(&self) -> Result<(), Fault> {
        if self.body.passed > self.rules.body_bytes { Err(Fault::BodyTooLarge) } else { Ok(()) }
    }

    /// Moves the request on: pending bytes, then the client's body as it comes.
    ///
    /// `Ready(Err)` is the client's doing. An endpoint that takes no more is only noted: it
    /// may have answered already, and that answer counts.
    fn poll_request(
        &mut self,
        cx: &mut Context<'_>,
        upstream: &mut Upstream,
    ) -> Result<(), Fault> {
        loop {
            if !self.up_broken {
                match self.up.poll_flush(cx, &mut upstream.stream) {
                    Poll::Pending => return Ok(()),
                    Poll::Ready(Err(_)) => self.up_broken = true,
                    Poll::Ready(Ok(())) => {}
                }
            }
            if self.body.is_done() || self.up_broken {
                return self.watch_client(cx);
            }
            let mut scratch = self.worker.scratch();
            let count = match flow::poll_read(cx, &mut self.peer.stream, &mut scratch) {
                Poll::Pending => return Ok(()),
                Poll::Ready(Ok(0) | Err(_)) => return Err(Fault::ClientGone),
                Poll::Ready(Ok(count)) => count,
            };
            self.consumed = true;
            self.peer.deadline.set(self.until(self.rules.body_ms));
            let mut rewritten = self.worker.buffer();
            let fresh = &scratch[..count];
            let taken = self.body.take(fresh, &mut rewritten).map_err(|_| Fault::BadRequest)?;
            self.check_body_size()?;
            let (bytes, taken) = match taken {
                Passage::AsIs(taken) => (&fresh[..taken], taken),
                Passage::Rewritten(taken) => (&rewritten[..], taken),
            };
            if self.up.send(cx, &mut upstream.stream, bytes).is_err() {
                self.up_broken = true;
            }
            self.peer.rest.extend_from_slice(&fresh[taken..]);
            self.worker.recycle(rewritten);
        }
    }

    /// Notices a client that leaves, and keeps what it sends ahead.
    fn watch_client(&mut self, cx: &mut Context<'_>) -> Result<(), Fault> {
        while self.peer.rest.len() < AHEAD_MAX {
            let mut scratch = self.worker.scratch();
            match flow::poll_read(cx, &mut self.peer.stream, &mut scratch) {
                Poll::Pending => return Ok(()),
                Poll::Ready(Ok(0) | Err(_)) => return Err(Fault::ClientGone),
                Poll::Ready(Ok(count)) => {
                    self.peer.rest.extend_from_slice(&scratch[..count]);
                    if self.up_broken && !self.body.is_done() {
                        // Body bytes that nobody takes: they are not the next request.
                        self.consumed = true;
                        self.peer.rest.clear();
                        self.used = 0;
                    }
                }
            }
        }
        Ok(())
    }

    /// Reads the response's head and decides by it.
    fn poll_response_head(
        &mut self,
        cx: &mut Context<'_>,
        upstream: &mut Upstream,
        asked: &Asked<'_>,
        decide: &mut dyn FnMut(u16) -> Decision,
    ) -> Poll<Result<Attempted, AttemptError>> {
        loop {
            let mut scratch = self.worker.scratch();
            let count = match flow::poll_read(cx, &mut upstream.stream, &mut scratch) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Ok(0) | Err(_)) => return Poll::Ready(Err(self.broken(upstream))),
                Poll::Ready(Ok(count)) => count,
            };
            let step = if self.head.is_empty() {
                self.answer(cx, &scratch[..count], asked, decide)
            } else {
                let mut whole = std::mem::take(&mut self.head);
                whole.extend_from_slice(&scratch[..count]);
                let step = self.answer(cx, &whole, asked, decide);
                self.worker.recycle(whole);
                step
            };
            match step {
                Ok(Step::More) => {}
                Ok(Step::Done(attempted)) => return Poll::Ready(Ok(attempted)),
                Err(fault) => return Poll::Ready(Err(AttemptError::Upstream(fault))),
            }
        }
    }

    fn broken(&self, upstream: &Upstream) -> AttemptError {
        let nothing_came = self.head.is_empty() && self.interim == 0;
        if upstream.reused && nothing_came {
            AttemptError::Stale
        } else {
            AttemptError::Upstream(Fault::UpstreamReset)
        }
    }

    /// Takes response bytes that begin with a head, perhaps an interim one.
    fn answer(
        &mut self,
        cx: &mut Context<'_>,
        mut bytes: &[u8],
        asked: &Asked<'_>,
        decide: &mut dyn FnMut(u16) -> Decision,
    ) -> Result<Step, Fault> {
        loop {
            let mut space: FieldSpace<'_> = [MaybeUninit::uninit(); FIELDS_MAX];
            let of = response::Asked {
                head_only: self.message.head_only,
                upgrade: self.message.upgrade,
                connect: self.message.connect,
            };
            let parsed = response::parse(bytes, &mut space, of).map_err(|_| Fault::BadResponse)?;
            let Some(head) = parsed else {
                self.head.extend_from_slice(bytes);
                return Ok(Step::More);
            };
            let after = &bytes[head.len..];
            if head.status == 101 {
                return Ok(self.switch(cx, &head, after, decide));
            }
            if head.status < 200 {
                self.pass_interim(cx, &head)?;
                bytes = after;
                if bytes.is_empty() {
                    return Ok(Step::More);
                }
                continue;
            }
            return self.begin(cx, &head, after, asked, decide);
        }
    }

    fn pass_interim(&mut self, cx: &mut Context<'_>, head: &ResponseHead<'_, '_>) -> Result<(), Fault> {
        self.interim += 1;
        if self.interim > INTERIM_MAX {
            return Err(Fault::BadResponse);
        }
        if self.message.is_1_1 {
            let mut out = self.worker.buffer();
            let toward = Toward { keep_alive: true, is_1_1: true, set_cookie: None };
            rewrite::response(head, &toward, &mut out);
            // A client that is gone is noticed where it is read.
            let _ = self.down.send(cx, &mut self.peer.stream, &out);
            self.worker.recycle(out);
        }
        Ok(())
    }

    fn switch(
        &mut self,
        cx: &mut Context<'_>,
        head: &ResponseHead<'_, '_>,
        after: &[u8],
        decide: &mut dyn FnMut(u16) -> Decision,
    ) -> Step {
        // There is no other answer to a 101 than to go on.
        let _ = decide(101);
        self.answered = true;
        self.tunnel = true;
        let mut out = self.worker.buffer();
        rewrite::switching(head, &mut out);
        out.extend_from_slice(after);
        let _ = self.down.send(cx, &mut self.peer.stream, &out);
        self.worker.recycle(out);
        Step::Done(Attempted::Delivering)
    }

    /// A final head: dropped, or passed on together with the body that came with it.
    fn begin(
        &mut self,
        cx: &mut Context<'_>,
        head: &ResponseHead<'_, '_>,
        after: &[u8],
        asked: &Asked<'_>,
        decide: &mut dyn FnMut(u16) -> Decision,
    ) -> Result<Step, Fault> {
        if decide(head.status) == Decision::Retry {
            let mut body = Body::new(head.framing, Form::Bare);
            let taken = body.take(after, &mut Vec::new());
            let whole = body.is_done()
                && matches!(taken, Ok(Passage::AsIs(n) | Passage::Rewritten(n)) if n == after.len());
            let reusable = whole && head.keep_alive && self.body.is_done() && self.up.is_empty();
            return Ok(Step::Done(Attempted::Dropped { reusable }));
        }
        self.answered = true;
        self.kept = head.keep_alive && head.framing != Framing::UntilClose;
        self.tunnel = self.message.connect && (200..300).contains(&head.status);
        let chunked_to_1_0 = head.framing == Framing::Chunked && !self.message.is_1_1;
        self.keep_alive &= head.framing != Framing::UntilClose
            && !chunked_to_1_0
            && !self.worker.is_draining()
            && (self.body.is_done() || !self.up_broken);
        let toward = Toward {
            keep_alive: self.keep_alive,
            is_1_1: self.message.is_1_1,
            set_cookie: asked.set_cookie,
        };
        self.response = Body::new(head.framing, toward.form());
        let mut out = self.worker.buffer();
        rewrite::response(head, &toward, &mut out);
        let taken = if self.tunnel {
            out.extend_from_slice(after);
            after.len()
        } else {
            match self.response.take(after, &mut out).map_err(|_| Fault::BadResponse)? {
                Passage::AsIs(taken) => {
                    out.extend_from_slice(&after[..taken]);
                    taken
                }
                Passage::Rewritten(taken) => taken,
            }
        };
        self.dirty = taken < after.len();
        // A client that is gone is noticed where it is read.
        let _ = self.down.send(cx, &mut self.peer.stream, &out);
        self.worker.recycle(out);
        Ok(Step::Done(Attempted::Delivering))
    }

    /// Moves the response on. Ready when it is over, with whether it is whole.
    fn poll_response(
        &mut self,
        cx: &mut Context<'_>,
        upstream: &mut Upstream,
        idle_ms: u64,
    ) -> Poll<Result<(), Fault>> {
        loop {
            match self.down.poll_flush(cx, &mut self.peer.stream) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Err(_)) => return Poll::Ready(Err(Fault::ClientGone)),
                Poll::Ready(Ok(())) => {}
            }
            if self.response.is_done() {
                return Poll::Ready(Ok(()));
            }
            let mut scratch = self.worker.scratch();
            let count = match flow::poll_read(cx, &mut upstream.stream, &mut scratch) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Ok(0)) if self.response.close() => return Poll::Ready(Ok(())),
                Poll::Ready(Ok(0) | Err(_)) => return Poll::Ready(Err(Fault::Truncated)),
                Poll::Ready(Ok(count)) => count,
            };
            self.peer.deadline.set(self.until(idle_ms.max(self.rules.send_ms)));
            let fresh = &scratch[..count];
            let mut rewritten = self.worker.buffer();
            let Ok(taken) = self.response.take(fresh, &mut rewritten) else {
                return Poll::Ready(Err(Fault::Truncated));
            };
            let (bytes, taken) = match taken {
                Passage::AsIs(taken) => (&fresh[..taken], taken),
                Passage::Rewritten(taken) => (&rewritten[..], taken),
            };
            self.dirty |= taken < count;
            if self.down.send(cx, &mut self.peer.stream, bytes).is_err() {
                return Poll::Ready(Err(Fault::ClientGone));
            }
            self.worker.recycle(rewritten);
        }
    }

    /// So many milliseconds from now, but not beyond the time for the whole request.
    fn until(&self, ms: u64) -> u64 {
        self.worker.now_ms().saturating_add(ms).min(self.request_until_ms)
    }

    /// Who is to blame when the time for a response's head is over.
    fn head_timeout(&self) -> AttemptError {
        if self.worker.now_ms() >= self.request_until_ms {
            AttemptError::Downstream(Fault::RequestDeadline)
        } else if !self.body.is_done() && self.up.is_empty() {
            AttemptError::Downstream(Fault::RequestTimeout)
        } else {
            AttemptError::Upstream(Fault::ResponseTimeout)
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Transaction for Http1<'_, S> {
    fn is_replayable(&self) -> bool {
        !self.consumed && !self.answered && self.interim == 0
    }

    fn poll_interrupted(&mut self, cx: &mut Context<'_>) -> Poll<Interrupt> {
        if self.watch_client(cx).is_err() {
            self.failed = true;
            return Poll::Ready(Interrupt::Gone);
        }
        if self.peer.deadline.is_over(cx, self.worker.now_ms()) {
            return Poll::Ready(Interrupt::Deadline);
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
        decide: &mut dyn FnMut(u16) -> Decision,
    ) -> Result<Attempted, AttemptError> {
        self.prepare(asked).map_err(AttemptError::Downstream)?;
        let body_ms = if self.body.is_done() { 0 } else { self.rules.body_ms };
        self.allow_ms(asked.response_head_ms.max(body_ms));
        let result = poll_fn(|cx| {
            self.poll_request(cx, upstream).map_err(AttemptError::Downstream)?;
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
        result
    }

    async fn relay(&mut self, upstream: &mut Upstream, asked: &Asked<'_>) -> Result<bool, Fault> {
        if self.tunnel {
            self.tunnel_bytes =
                tunnel::run(self.worker, self.peer, upstream, &mut self.down, asked.tunnel_ms).await;
            return Ok(false);
        }
        self.allow_ms(asked.idle_ms.max(self.rules.send_ms));
        let result = poll_fn(|cx| {
            if let Poll::Ready(result) = self.poll_response(cx, upstream, asked.idle_ms) {
                return Poll::Ready(result);
            }
            self.poll_request(cx, upstream)?;
            if self.peer.deadline.is_over(cx, self.worker.now_ms()) {
                let slow_client = !self.down.is_empty();
                let fault = if slow_client { Fault::ClientGone } else { Fault::Truncated };
                return Poll::Ready(Err(fault));
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
        self.keep_alive &= self.body.is_done() && !self.worker.is_draining();
        let mut answer = self.worker.buffer();
        rewrite::fault(fault, self.message.head_only, self.keep_alive, &mut answer);
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
