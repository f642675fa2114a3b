//! The response's way to the client: its head decides, its body follows as it comes.

use std::task::{Context, Poll};

use super::body::{Body, Form, Framing, Passage};
use super::flow;
use super::request::FieldSpace;
use super::response::{self, ResponseHead};
use super::rewrite::{self, Toward};
use super::transaction::Http1;
use crate::exchange::{Asked, AttemptError, Attempted, Decision, Transaction};
use crate::fault::Fault;
use crate::upstream::Upstream;
use crate::wire::Downstream;

/// Interim responses (1xx) that are passed on before an endpoint counts as broken.
const INTERIM_MAX: u32 = 16;

/// Where an attempt stands after some bytes of a response.
enum Step {
    More,
    Done(Attempted),
}

impl<S: Downstream> Http1<'_, S> {
    /// Reads the response's head and decides by it.
    pub(super) fn poll_response_head(
        &mut self,
        cx: &mut Context<'_>,
        upstream: &mut Upstream,
        asked: &Asked<'_>,
        decide: &mut dyn FnMut(u16, bool) -> Decision,
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
        decide: &mut dyn FnMut(u16, bool) -> Decision,
    ) -> Result<Step, Fault> {
        loop {
            let mut space = FieldSpace::new();
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
            if head.status == 101 && !(self.body.is_done() && self.up.is_empty()) {
                // The rest of the body would be read as the new protocol.
                return Err(Fault::BadResponse);
            }
            if head.status == 101 {
                return Ok(self.switch(cx, &head, after, asked, decide));
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

    fn pass_interim(
        &mut self,
        cx: &mut Context<'_>,
        head: &ResponseHead<'_, '_>,
    ) -> Result<(), Fault> {
        self.interim += 1;
        self.dirty |= !head.keep_alive;
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
        asked: &Asked<'_>,
        decide: &mut dyn FnMut(u16, bool) -> Decision,
    ) -> Step {
        // There is no other answer to a 101 than to go on.
        let _ = decide(101, false);
        self.answered = true;
        self.tunnel = true;
        let mut out = self.worker.buffer();
        rewrite::switching(head, asked.set_cookie, &mut out);
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
        decide: &mut dyn FnMut(u16, bool) -> Decision,
    ) -> Result<Step, Fault> {
        // The body's first bytes are looked at before anything is decided: a response that is
        // wrong from its start can still be refused whole, or tried elsewhere.
        let form = if self.message.is_1_1 { Form::Chunks } else { Form::Bare };
        let mut body = Body::new(head.framing, form);
        let mut rewritten = self.worker.buffer();
        let passage = body.take(after, &mut rewritten).map_err(|_| Fault::BadResponse)?;
        let (payload, taken) = match passage {
            Passage::AsIs(taken) => (&after[..taken], taken),
            Passage::Rewritten(taken) => (&rewritten[..], taken),
        };
        if decide(head.status, self.is_replayable()) == Decision::Retry {
            let whole = body.is_done() && taken == after.len();
            let clean = whole && head.keep_alive && !self.dirty;
            let reusable = clean && self.body.is_done() && self.up.is_empty();
            self.worker.recycle(rewritten);
            return Ok(Step::Done(Attempted::Dropped { reusable }));
        }
        self.answered = true;
        self.kept = head.keep_alive && head.framing != Framing::UntilClose;
        self.tunnel = self.message.connect && (200..300).contains(&head.status);
        let chunked_to_1_0 = head.framing == Framing::Chunked && !self.message.is_1_1;
        self.ends_by_close = head.framing == Framing::UntilClose || chunked_to_1_0;
        self.keep_alive &= !self.ends_by_close && !self.worker.is_draining() && self.body.is_done();
        let toward = Toward {
            keep_alive: self.keep_alive,
            is_1_1: self.message.is_1_1,
            set_cookie: asked.set_cookie,
        };
        self.response = body;
        let mut out = self.worker.buffer();
        rewrite::response(head, &toward, &mut out);
        let fresh = if self.tunnel { after } else { payload };
        self.dirty |= taken < after.len();
        // A client that is gone is noticed where it is read.
        let _ = self.down.send_both(cx, &mut self.peer.stream, &mut out, fresh);
        self.worker.recycle(rewritten);
        self.worker.recycle(out);
        Ok(Step::Done(Attempted::Delivering))
    }

    /// Moves the response on. Ready when it is over, with whether it is whole.
    pub(super) fn poll_response(
        &mut self,
        cx: &mut Context<'_>,
        upstream: &mut Upstream,
    ) -> Poll<Result<(), Fault>> {
        loop {
            let left = self.down.left();
            let flushed = self.down.poll_flush(cx, &mut self.peer.stream);
            if self.down.left() < left {
                self.moved();
            }
            match flushed {
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
            self.moved();
            self.worker.recycle(rewritten);
        }
    }
}
