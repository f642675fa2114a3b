//! A client's connection: request after request until one side has had enough.
//!
//! Between requests it owns no buffer: a read lands in the worker's scratch and a whole head is
//! parsed there. Only what is incomplete is kept.

use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncWriteExt, ReadBuf};

use super::refusal::{self, Refusal};
use super::request::{self, FieldSpace, HeadLimits, RequestHead};
use super::rewrite::{self, Forwarding};
use super::transaction::Http1;
use crate::exchange::{self, Head, Request};
use crate::fault::Fault;
use crate::wire::Downstream;
use crate::worker::{Deadline, Door, ListenerRules, Worker};

/// After a refusal, what a client still sends is read and thrown away for so long and so much:
/// closing at once would destroy the answer on its way.
const LINGER_MS: u64 = 1_000;
const LINGER_BYTES: usize = 1 << 20;

/// The client's side of a connection.
pub(crate) struct Peer<S> {
    pub(crate) stream: S,
    pub(crate) address: IpAddr,
    /// Its number among all connections.
    pub(crate) connection: u64,
    pub(crate) deadline: Deadline,
    /// Bytes received and not used yet: part of a head, or requests sent ahead.
    pub(crate) rest: Vec<u8>,
}

/// Serves one client until the connection ends.
pub(crate) async fn serve<S>(worker: &Worker, stream: S, address: IpAddr, door: &Door)
where
    S: Downstream,
{
    let deadline = worker.deadlines.register();
    let connection = worker.number_connection();
    let mut peer = Peer { stream, address, connection, deadline, rest: Vec::new() };
    loop {
        let arrival = match peer.next_head(worker, door).await {
            Ok(Some(arrival)) => arrival,
            Ok(None) => return,
            Err(refusal) => {
                if refusal::answer(worker, &mut peer, &door.rules(), &refusal).await {
                    continue;
                }
                return;
            }
        };
        // Boxed, so that a connection that waits for its next request stays small.
        let goes_on = Box::pin(request(worker, &mut peer, arrival)).await;
        if !goes_on {
            return;
        }
    }
}

/// Serves one request; answers whether the connection may carry another.
///
/// A crowd of clients waits here, so what is rare (connecting, queueing, tunnels) is boxed where
/// it comes up.
#[expect(
    clippy::manual_async_fn,
    reason = "an async fn holds what it changes twice, as argument and as variable"
)]
fn request<S>(
    worker: &Worker,
    peer: &mut Peer<S>,
    mut arrival: Arrival,
) -> impl Future<Output = bool>
where
    S: Downstream,
{
    async move {
        let Arrival { request, message, rules } = &mut arrival;
        let mut tx = Http1::new(worker, peer, rules, request, message);
        exchange::run(worker, request, &mut tx).await;
        match tx.end() {
            Ending::KeepAlive => true,
            Ending::Linger => {
                peer.linger(worker).await;
                false
            }
            Ending::Close => false,
            Ending::Reset => {
                peer.stream.abort();
                false
            }
        }
    }
}

/// What becomes of the connection after a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    KeepAlive,
    /// Close, but let the client read the answer first.
    Linger,
    Close,
    /// Close so that the client knows that its response is not whole.
    Reset,
}

/// A request that has arrived: routed, and rewritten for an endpoint.
pub(super) struct Arrival {
    request: Request,
    message: Message,
    /// In force when its last byte came.
    rules: Rc<ListenerRules>,
}

/// RFC 9112, section 2.2: one of these before a request means nothing. As long as no more has
/// come, the connection is between two requests.
pub(super) const EMPTY_LINE: &[u8] = b"\r\n";

fn is_between_requests(rest: &[u8]) -> bool {
    // Asked first because it is the usual answer: comparing nothing with the bytes behind a
    // dangling pointer costs some processors hundreds of cycles.
    rest.is_empty() || EMPTY_LINE.starts_with(rest)
}

/// What the wire has to remember of a request's head.
pub(super) struct Message {
    /// The head for the endpoint, all but the empty line.
    pub(super) head: Vec<u8>,
    pub(super) framing: super::body::Framing,
    pub(super) is_1_1: bool,
    pub(super) keep_alive: bool,
    pub(super) head_only: bool,
    pub(super) upgrade: bool,
    pub(super) connect: bool,
}

impl<S: Downstream> Peer<S> {
    /// Waits for the next request. `None`: the connection is over, with nothing to say.
    async fn next_head(
        &mut self,
        worker: &Worker,
        door: &Door,
    ) -> Result<Option<Arrival>, Refusal> {
        let rules = door.rules();
        let wait = if is_between_requests(&self.rest) { rules.idle_ms } else { rules.head_ms };
        self.deadline.set(worker.now_ms().saturating_add(wait));
        if !self.rest.is_empty() {
            let rest = std::mem::take(&mut self.rest);
            let arrival = self.parse(worker, &rules, &rest);
            let used = match &arrival {
                Ok(found) => found.as_ref().map_or(0, |found| found.1),
                Err(refusal) => refusal.used,
            };
            self.rest = rest;
            self.rest.drain(..used);
            self.settle_rest();
            if let Some((arrival, _)) = arrival? {
                return Ok(Some(arrival));
            }
        }
        std::future::poll_fn(|cx| self.poll_head(cx, worker, door)).await
    }

    fn poll_head(
        &mut self,
        cx: &mut Context<'_>,
        worker: &Worker,
        door: &Door,
    ) -> Poll<Result<Option<Arrival>, Refusal>> {
        loop {
            let idle = is_between_requests(&self.rest);
            let mut scratch = worker.scratch();
            let mut buffer = ReadBuf::new(&mut scratch);
            match Pin::new(&mut self.stream).poll_read(cx, &mut buffer) {
                Poll::Pending if idle && worker.is_draining() => return Poll::Ready(Ok(None)),
                Poll::Pending if self.deadline.is_over(cx, worker.now_ms()) => {
                    if idle {
                        return Poll::Ready(Ok(None));
                    }
                    let late = Refusal::new(Fault::RequestTimeout, &self.rest);
                    return Poll::Ready(Err(late));
                }
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Err(_)) => return Poll::Ready(Ok(None)),
                Poll::Ready(Ok(())) if buffer.filled().is_empty() => return Poll::Ready(Ok(None)),
                Poll::Ready(Ok(())) => {}
            }
            // A reload counts from the next bytes on, however long the connection was idle.
            let rules = door.rules();
            let fresh = buffer.filled();
            let found = if self.rest.is_empty() {
                self.take(worker, &rules, fresh)
            } else {
                let mut whole = std::mem::take(&mut self.rest);
                whole.extend_from_slice(fresh);
                let found = self.take(worker, &rules, &whole);
                worker.recycle(whole);
                found
            };
            if let Some(arrival) = found.transpose() {
                return Poll::Ready(arrival.map(Some));
            }
            if idle && !is_between_requests(&self.rest) {
                self.deadline.set(worker.now_ms().saturating_add(rules.head_ms));
            }
        }
    }

    /// Parses a head from `bytes` and keeps what is left of them.
    fn take(
        &mut self,
        worker: &Worker,
        rules: &Rc<ListenerRules>,
        bytes: &[u8],
    ) -> Result<Option<Arrival>, Refusal> {
        let (arrival, used) = match self.parse(worker, rules, bytes) {
            Ok(Some((arrival, used))) => (Ok(Some(arrival)), used),
            Ok(None) => (Ok(None), 0),
            Err(refusal) => {
                let used = refusal.used;
                (Err(refusal), used)
            }
        };
        let left = &bytes[used..];
        if !is_between_requests(left) && self.rest.capacity() == 0 {
            self.rest = worker.buffer();
        }
        self.rest.extend_from_slice(left);
        arrival
    }

    /// An idle connection owns no buffer, but for an empty line that means nothing.
    fn settle_rest(&mut self) {
        if is_between_requests(&self.rest) {
            self.rest = self.rest.as_slice().into();
        }
    }

    fn parse(
        &self,
        worker: &Worker,
        rules: &Rc<ListenerRules>,
        bytes: &[u8],
    ) -> Result<Option<(Arrival, usize)>, Refusal> {
        let refuse = |fault| Refusal::new(fault, bytes);
        let mut space = FieldSpace::new();
        let limits = HeadLimits {
            bytes: rules.head_bytes,
            fields: rules.head_fields,
            allow_connect: rules.allow_connect,
        };
        let parsed = request::parse(bytes, &mut space, &limits).map_err(refuse)?;
        let Some(head) = parsed else { return Ok(None) };
        if let super::body::Framing::Length(length) = head.framing
            && length > rules.body_bytes
        {
            return Err(refuse(Fault::BodyTooLarge).of(&head));
        }
        let request = exchange::admit(worker, &head, self.address, self.connection)
            .map_err(|fault| refuse(fault).of(&head))?;
        let forwarding = Forwarding {
            peer: self.address,
            trusted: exchange::is_trusted(self.address, &request.plan.trusted),
            scheme: "http",
            standard: rules.forwarded,
            told: request.told.as_deref(),
        };
        let mut out = worker.buffer();
        rewrite::request(&head, &forwarding, &mut out);
        let message = Message {
            head: out,
            framing: head.framing,
            is_1_1: head.is_1_1,
            keep_alive: head.keep_alive,
            head_only: head.method == "HEAD",
            upgrade: head.upgrade.is_some(),
            connect: head.method == "CONNECT",
        };
        let arrival = Arrival { request, message, rules: Rc::clone(rules) };
        Ok(Some((arrival, head.len)))
    }

    /// Sends all of `bytes`, within the deadline.
    pub(super) async fn send(&mut self, worker: &Worker, bytes: &[u8]) -> io::Result<()> {
        let mut sent = 0;
        std::future::poll_fn(|cx| {
            while sent < bytes.len() {
                match Pin::new(&mut self.stream).poll_write(cx, &bytes[sent..]) {
                    Poll::Ready(Ok(0)) => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                    Poll::Ready(Ok(count)) => sent += count,
                    Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                    Poll::Pending if self.deadline.is_over(cx, worker.now_ms()) => {
                        return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
                    }
                    Poll::Pending => return Poll::Pending,
                }
            }
            Poll::Ready(Ok(()))
        })
        .await
    }

    /// Ends our side and reads what the client still sends, for a while.
    pub(super) async fn linger(&mut self, worker: &Worker) {
        self.deadline.set(worker.now_ms().saturating_add(LINGER_MS));
        if self.stream.shutdown().await.is_err() {
            return;
        }
        let mut seen = 0;
        std::future::poll_fn(|cx| {
            loop {
                let mut scratch = worker.scratch();
                let mut buffer = ReadBuf::new(&mut scratch);
                match Pin::new(&mut self.stream).poll_read(cx, &mut buffer) {
                    Poll::Pending if self.deadline.is_over(cx, worker.now_ms()) => {
                        return Poll::Ready(());
                    }
                    pending_or_read => {
                        let failed = ready!(pending_or_read).is_err();
                        seen += buffer.filled().len();
                        if failed || buffer.filled().is_empty() || seen > LINGER_BYTES {
                            return Poll::Ready(());
                        }
                    }
                }
            }
        })
        .await;
    }
}

impl Head for RequestHead<'_, '_> {
    fn method(&self) -> &str {
        self.method
    }

    fn host(&self) -> &str {
        self.host
    }

    fn target(&self) -> &str {
        self.target
    }

    fn values<'s>(&'s self, name: &'s str) -> impl DoubleEndedIterator<Item = &'s [u8]> {
        let named = move |field: &&httparse::Header<'_>| field.name.eq_ignore_ascii_case(name);
        self.fields.iter().filter(named).map(|field| field.value)
    }
}
