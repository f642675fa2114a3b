//! HTTP/2 through h2: many requests at once on a connection, further connections when the server
//! takes no more on those that there are.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use bytes::Bytes;
use h2::Reason;
use h2::client::{self, SendRequest};

use super::answer::Answer;
use super::dial::Dial;
use super::failure::{Failure, FailureKind};
use super::progress::{Progress, add_one};
use super::template::{Extra, Template};

/// Longest head of a response, as HTTP/2 counts it.
const HEAD_BYTES_MAX: u32 = 256 * 1024;
/// What a server may send ahead, on one stream and on all of a connection.
const STREAM_WINDOW: u32 = 1024 * 1024;
const CONNECTION_WINDOW: u32 = 4 * 1024 * 1024;
/// Attempts that a request gets when servers hand it back unseen.
const ATTEMPTS_MAX: u32 = 3;

/// Sets of connections: one for all users, or one for each.
pub(super) struct Http2 {
    dial: Dial,
    sets: Vec<Set>,
    connections_max: usize,
}

#[derive(Default)]
struct Set {
    open: Mutex<Vec<Connection>>,
    /// Held by the one who opens a connection, so that others wait for it and open none.
    opening: tokio::sync::Mutex<()>,
}

#[derive(Clone)]
struct Connection {
    sender: SendRequest<Bytes>,
    streams: Arc<AtomicUsize>,
    ended: Arc<AtomicBool>,
}

/// A request's place on a connection, given back when dropped.
struct Lease {
    connection: Connection,
    is_new: bool,
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.connection.streams.fetch_sub(1, Relaxed);
    }
}

/// How far a request came.
enum Broken {
    /// The server says that it did nothing with it (RFC 9113, 8.7).
    Refused(Failure),
    /// The connection ended before the response began.
    Unanswered(Failure),
    Answering(Failure),
}

impl Http2 {
    pub(super) fn new(dial: Dial, sets: usize, connections_max: Option<u32>) -> Http2 {
        let connections_max = connections_max.map_or(usize::MAX, |max| max as usize);
        Http2 { dial, sets: (0..sets).map(|_| Set::default()).collect(), connections_max }
    }

    pub(super) async fn exchange(
        &self,
        user: u32,
        template: &Template,
        extra: Extra,
        progress: &Progress,
    ) -> Result<Answer, Failure> {
        let mut begun = None;
        let mut attempt = 1;
        loop {
            let lease = self.lease(user).await?;
            let was_kept = !lease.is_new;
            match lease.attempt(template, &extra, &mut begun).await {
                Ok(answer) => return Ok(answer),
                Err(Broken::Refused(_)) if attempt < ATTEMPTS_MAX => {}
                Err(Broken::Unanswered(_))
                    if attempt < ATTEMPTS_MAX && was_kept && template.is_idempotent() =>
                {
                    add_one(&progress.reconnects);
                }
                Err(
                    Broken::Refused(failure)
                    | Broken::Unanswered(failure)
                    | Broken::Answering(failure),
                ) => return Err(failure),
            }
            attempt += 1;
        }
    }

    async fn lease(&self, user: u32) -> Result<Lease, Failure> {
        let set = &self.sets[user as usize % self.sets.len()];
        if let Some(lease) = set.free() {
            return Ok(lease);
        }
        let _opening = set.opening.lock().await;
        if let Some(lease) = set.free() {
            return Ok(lease);
        }
        if let Some(lease) = set.crowded(self.connections_max) {
            return Ok(lease);
        }
        let connection = self.open(user).await?;
        set.all().push(connection.clone());
        Ok(connection.lease(true))
    }

    async fn open(&self, user: u32) -> Result<Connection, Failure> {
        let stream = self.dial.open(user).await?;
        let mut builder = client::Builder::new();
        builder
            .enable_push(false)
            .max_header_list_size(HEAD_BYTES_MAX)
            .initial_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW);
        let shaken = builder.handshake(stream).await;
        let (sender, connection) = shaken.map_err(|error| failure(&error))?;
        let ended = Arc::new(AtomicBool::new(false));
        let of_task = Arc::clone(&ended);
        tokio::spawn(async move {
            // Requests under way are told of the cause themselves.
            drop(connection.await);
            of_task.store(true, Relaxed);
        });
        Ok(Connection { sender, streams: Arc::default(), ended })
    }
}

impl Set {
    /// A place on a connection whose server takes one more request.
    fn free(&self) -> Option<Lease> {
        let mut all = self.all();
        all.retain(|connection| !connection.ended.load(Relaxed));
        let has_room = |one: &&Connection| {
            one.streams.load(Relaxed) < one.sender.current_max_send_streams().max(1)
        };
        all.iter().find(has_room).map(|connection| connection.lease(false))
    }

    /// A place on the emptiest of all connections, where there may be no more of them.
    fn crowded(&self, connections_max: usize) -> Option<Lease> {
        let all = self.all();
        if all.len() < connections_max {
            return None;
        }
        let emptiest = all.iter().min_by_key(|connection| connection.streams.load(Relaxed));
        emptiest.map(|connection| connection.lease(false))
    }

    fn all(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Connection {
    fn lease(&self, is_new: bool) -> Lease {
        self.streams.fetch_add(1, Relaxed);
        Lease { connection: self.clone(), is_new }
    }
}

impl Lease {
    async fn attempt(
        self,
        template: &Template,
        extra: &Extra,
        begun: &mut Option<Instant>,
    ) -> Result<Answer, Broken> {
        let broken = |error: h2::Error| self.broken(&error);
        let ready = self.connection.sender.clone().ready().await;
        let mut sender = ready.map_err(|error| Broken::Refused(self.lost(&error)))?;
        let begun = *begun.get_or_insert_with(Instant::now);
        let is_whole = template.body.is_empty();
        let (response, mut sending) =
            sender.send_request(template.head(extra), is_whole).map_err(broken)?;
        if !is_whole {
            sending.send_data(template.body.clone(), true).map_err(broken)?;
        }
        let (head, mut body) = response.await.map_err(broken)?.into_parts();
        let mut body_bytes = 0;
        while let Some(data) = body.data().await {
            let answering = |error: h2::Error| Broken::Answering(self.lost(&error));
            let data = data.map_err(answering)?;
            body_bytes += data.len() as u64;
            body.flow_control().release_capacity(data.len()).map_err(answering)?;
        }
        Ok(Answer { status: head.status.as_u16(), headers: head.headers, body_bytes, begun })
    }

    fn broken(&self, error: &h2::Error) -> Broken {
        let unseen = error.is_remote()
            && (error.is_go_away() || error.reason() == Some(Reason::REFUSED_STREAM));
        let failure = self.lost(error);
        match () {
            () if unseen => Broken::Refused(failure),
            () if failure.kind == FailureKind::Reset && error.is_io() => {
                Broken::Unanswered(failure)
            }
            () => Broken::Answering(failure),
        }
    }

    /// Takes the connection out of use where the error is the connection's.
    fn lost(&self, error: &h2::Error) -> Failure {
        if error.is_io() || error.is_go_away() {
            self.connection.ended.store(true, Relaxed);
        }
        failure(error)
    }
}

fn failure(error: &h2::Error) -> Failure {
    // What this side complains of is no HTTP/2; what the other side says or does is a reset.
    let kind = match error.is_io() || error.is_remote() {
        true => FailureKind::Reset,
        false => FailureKind::Protocol,
    };
    Failure::new(kind, error)
}
