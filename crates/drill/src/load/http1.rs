//! HTTP/1.1 through hyper: one request at a time on a connection, kept for the next one. What
//! broke is sent again where a browser would, and only there.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::sync::Semaphore;

use super::answer::Answer;
use super::dial::Dial;
use super::failure::{Failure, FailureKind};
use super::progress::{Progress, add_one};
use super::template::{Extra, Template};

/// Longest head of a response.
const HEAD_BYTES_MAX: usize = 256 * 1024;

/// Sets of kept connections: one for all users, or one for each.
pub(super) struct Http1 {
    dial: Dial,
    sets: Vec<Set>,
}

struct Set {
    kept: Mutex<VecDeque<Wire>>,
    /// Who may have a connection; `None`: everybody.
    room: Option<Semaphore>,
}

/// An open connection. Dropping it closes it.
struct Wire {
    sender: SendRequest<Full<Bytes>>,
    received: Arc<AtomicU64>,
}

/// How far a request came on a connection that broke.
enum Broken {
    Unsent,
    Unanswered(Failure),
    Answering(Failure),
}

impl Http1 {
    pub(super) fn new(dial: Dial, sets: usize, connections_max: Option<u32>) -> Http1 {
        let set = |_| Set {
            kept: Mutex::default(),
            room: connections_max.map(|max| Semaphore::new(max as usize)),
        };
        Http1 { dial, sets: (0..sets).map(set).collect() }
    }

    pub(super) async fn exchange(
        &self,
        user: u32,
        template: &Template,
        extra: Extra,
        progress: &Progress,
    ) -> Result<Answer, Failure> {
        let set = &self.sets[user as usize % self.sets.len()];
        let _room = match &set.room {
            // It is never closed: there is no error to wait for.
            Some(room) => room.acquire().await.ok(),
            None => None,
        };
        let mut begun = None;
        while let Some(wire) = set.kept().await {
            let begun = *begun.get_or_insert_with(Instant::now);
            match wire.attempt(template, &extra, begun).await {
                Ok((answer, wire)) => return Ok(set.keep(wire, answer)),
                // It was closed before the request left: as if it had not been kept.
                Err(Broken::Unsent) => {}
                Err(Broken::Unanswered(_)) if template.is_idempotent() => {
                    add_one(&progress.reconnects);
                    break;
                }
                Err(Broken::Unanswered(failure) | Broken::Answering(failure)) => {
                    return Err(failure);
                }
            }
        }
        let wire = self.open(user).await?;
        let begun = begun.unwrap_or_else(Instant::now);
        match wire.attempt(template, &extra, begun).await {
            Ok((answer, wire)) => Ok(set.keep(wire, answer)),
            Err(Broken::Unanswered(failure) | Broken::Answering(failure)) => Err(failure),
            Err(Broken::Unsent) => {
                Err(Failure::new(FailureKind::Reset, "closed before the request was sent"))
            }
        }
    }

    async fn open(&self, user: u32) -> Result<Wire, Failure> {
        let stream = self.dial.open(user).await?;
        let received = stream.received();
        let mut builder = http1::Builder::new();
        builder.max_buf_size(HEAD_BYTES_MAX);
        let (sender, connection) = builder
            .handshake(TokioIo::new(stream))
            .await
            .map_err(|error| Failure::new(FailureKind::Connect, error))?;
        // Its end is seen through the sender, whatever the cause.
        tokio::spawn(async move { drop(connection.await) });
        Ok(Wire { sender, received })
    }
}

impl Set {
    /// A kept connection that is open as far as is known; `None` when there is none.
    async fn kept(&self) -> Option<Wire> {
        loop {
            // The latest one: it is the least likely to have been closed for idleness.
            let mut wire = self.all().pop_back()?;
            if wire.sender.ready().await.is_ok() {
                return Some(wire);
            }
        }
    }

    /// Keeps a connection whose response was read whole.
    fn keep(&self, wire: Wire, answer: Answer) -> Answer {
        let mut all = self.all();
        // Those that idled longest are closed first; here they are found without a search.
        while all.front().is_some_and(|oldest| oldest.sender.is_closed()) {
            all.pop_front();
        }
        if !wire.sender.is_closed() {
            all.push_back(wire);
        }
        answer
    }

    fn all(&self) -> MutexGuard<'_, VecDeque<Wire>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wire {
    async fn attempt(
        mut self,
        template: &Template,
        extra: &Extra,
        begun: Instant,
    ) -> Result<(Answer, Wire), Broken> {
        let received_before = self.received.load(Relaxed);
        let request = template.head(extra).map(|()| Full::new(template.body.clone()));
        let response = match self.sender.try_send_request(request).await {
            Ok(response) => response,
            Err(unsent) if unsent.message().is_some() => return Err(Broken::Unsent),
            Err(error) if self.received.load(Relaxed) == received_before => {
                return Err(Broken::Unanswered(failure(error.error())));
            }
            Err(error) => return Err(Broken::Answering(failure(error.error()))),
        };
        let (head, mut body) = response.into_parts();
        let mut body_bytes = 0;
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| Broken::Answering(failure(&error)))?;
            body_bytes += frame.data_ref().map_or(0, |data| data.len() as u64);
        }
        let (status, headers) = (head.status.as_u16(), head.headers);
        Ok((Answer { status, headers, body_bytes, begun }, self))
    }
}

fn failure(error: &hyper::Error) -> Failure {
    let kind = if error.is_parse() { FailureKind::Protocol } else { FailureKind::Reset };
    Failure::new(kind, error)
}
