//! The request's way to the endpoint: head, then the client's body as it comes.

use std::task::{Context, Poll};

use super::body::Passage;
use super::flow;
use super::transaction::Http1;
use crate::exchange::Asked;
use crate::fault::Fault;
use crate::upstream::Upstream;
use crate::wire::Downstream;

/// Requests sent ahead are kept up to this size; then the client is not read until its turn.
const AHEAD_MAX: usize = 64 * 1024;

impl<S: Downstream> Http1<'_, S> {
    /// Prepares the first bytes of an attempt: head, what it adds, and the body that is here.
    pub(super) fn prepare(&mut self, asked: &Asked<'_>) -> Result<(), Fault> {
        self.body = self.start.clone();
        self.up_broken = false;
        self.head.clear();
        self.interim = 0;
        self.dirty = false;
        self.up.clear();
        if self.up.bytes.capacity() == 0 {
            self.up.bytes = self.worker.buffer();
        }
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
    pub(super) fn poll_request(
        &mut self,
        cx: &mut Context<'_>,
        upstream: &mut Upstream,
    ) -> Result<(), Fault> {
        loop {
            if !self.up_broken {
                let left = self.up.left();
                let flushed = self.up.poll_flush(cx, &mut upstream.stream);
                if self.up.left() < left {
                    self.moved();
                }
                match flushed {
                    Poll::Pending => return self.watch_unread_client(),
                    Poll::Ready(Err(_)) => self.up_broken = true,
                    Poll::Ready(Ok(())) => {}
                }
            }
            if self.body.is_done() || self.up_broken {
                // While the endpoint works, the next request has more use for the buffer: it is
                // still in the cache.
                if self.up.is_empty() {
                    self.worker.recycle(std::mem::take(&mut self.up.bytes));
                }
                return self.watch_client(cx);
            }
            let mut scratch = self.worker.scratch();
            let count = match flow::poll_read(cx, &mut self.peer.stream, &mut scratch) {
                Poll::Pending => return Ok(()),
                Poll::Ready(Ok(0) | Err(_)) => return Err(Fault::ClientGone),
                Poll::Ready(Ok(count)) => count,
            };
            self.consumed = true;
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
            self.moved();
        }
    }

    /// Notices a client that leaves, and keeps what it sends ahead.
    pub(super) fn watch_client(&mut self, cx: &mut Context<'_>) -> Result<(), Fault> {
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
        self.watch_unread_client()
    }

    /// Notices a client that leaves while nothing is read from it. What it has sent stands
    /// before its end, so that no read would tell and nothing wakes the task: it looks again
    /// with each tick.
    fn watch_unread_client(&self) -> Result<(), Fault> {
        if self.peer.stream.has_left() {
            return Err(Fault::ClientGone);
        }
        self.peer.deadline.wake_at_next_tick();
        Ok(())
    }
}
