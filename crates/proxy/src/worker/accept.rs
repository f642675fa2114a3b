//! Lets clients in: one loop per listener and worker, within the limits on connections.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use ledger::tally::add;
use socket2::SockRef;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use super::context::Worker;
use crate::wire::http1;

/// Pause after a failed accept: out of file descriptors, the next one fails as well.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// A failure that lasts is logged this often.
const ACCEPT_TOLD_EVERY: Duration = Duration::from_secs(10);

/// One listener's rules as connections need them.
#[derive(Clone, Debug)]
pub(crate) struct ListenerRules {
    pub(crate) name: String,
    pub(crate) head_bytes: usize,
    pub(crate) head_fields: usize,
    pub(crate) body_bytes: u64,
    pub(crate) head_ms: u64,
    pub(crate) idle_ms: u64,
    pub(crate) body_ms: u64,
    pub(crate) send_ms: u64,
    pub(crate) forwarded: bool,
    pub(crate) allow_connect: bool,
}

/// A listener's rules in force; open connections follow a reload at their next request.
#[derive(Clone, Debug)]
pub(crate) struct Door(Rc<RefCell<Rc<ListenerRules>>>);

impl Door {
    pub(crate) fn new(rules: ListenerRules) -> Self {
        Door(Rc::new(RefCell::new(Rc::new(rules))))
    }

    pub(crate) fn rules(&self) -> Rc<ListenerRules> {
        Rc::clone(&self.0.borrow())
    }

    pub(crate) fn replace(&self, rules: ListenerRules) {
        *self.0.borrow_mut() = Rc::new(rules);
    }
}

/// Counts client connections over all workers and refuses those beyond the limits.
#[derive(Debug, Default)]
pub(crate) struct Admission {
    open: AtomicU32,
    most: AtomicU32,
    most_per_client: AtomicU32,
    /// Only kept while there is a limit per client.
    per_client: Mutex<HashMap<IpAddr, u32>>,
}

impl Admission {
    /// Sets the limits; 0 per client means none.
    pub(crate) fn limit(&self, most: u32, most_per_client: u32) {
        self.most.store(most, Relaxed);
        self.most_per_client.store(most_per_client, Relaxed);
    }

    pub(crate) fn open(&self) -> u32 {
        self.open.load(Relaxed)
    }

    /// How many may be open.
    pub(crate) fn most(&self) -> u32 {
        self.most.load(Relaxed)
    }

    /// Lets one in; `None` when a limit is reached. Each that is let in must leave.
    fn enter(&self, client: IpAddr) -> Option<Entered> {
        if self.open.fetch_add(1, Relaxed) >= self.most.load(Relaxed) {
            self.open.fetch_sub(1, Relaxed);
            return None;
        }
        let most = self.most_per_client.load(Relaxed);
        if most > 0 {
            // A panic while holding this lock leaves a count that is at most one off.
            let mut clients = self.per_client.lock().unwrap_or_else(PoisonError::into_inner);
            let count = clients.entry(client).or_insert(0);
            if *count >= most {
                drop(clients);
                self.open.fetch_sub(1, Relaxed);
                return None;
            }
            *count += 1;
        }
        Some(Entered { counted: most > 0 })
    }

    fn leave(&self, client: IpAddr, entered: Entered) {
        self.open.fetch_sub(1, Relaxed);
        if entered.counted {
            let mut clients = self.per_client.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(count) = clients.get_mut(&client) {
                *count -= 1;
                if *count == 0 {
                    clients.remove(&client);
                }
            }
        }
    }
}

/// What a connection is counted in.
#[derive(Clone, Copy, Debug)]
struct Entered {
    counted: bool,
}

/// Accepts clients until `closing` says that it is over; then the listener closes.
pub(crate) async fn accept(
    worker: Rc<Worker>,
    listener: TcpListener,
    door: Door,
    mut closing: oneshot::Receiver<()>,
) {
    let mut told_at: Option<Instant> = None;
    loop {
        let accepted = tokio::select! {
            biased;
            accepted = listener.accept() => accepted,
            _ = &mut closing => break,
        };
        match accepted {
            Ok((stream, address)) => welcome(&worker, stream, address, &door),
            Err(error) => {
                if told_at.is_none_or(|at| at.elapsed() >= ACCEPT_TOLD_EVERY) {
                    told_at = Some(Instant::now());
                    tracing::warn!(listener = %door.rules().name, %error, "accept failed");
                }
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    accept_waiting(&worker, &listener, &door);
}

/// Lets in whom the kernel has connected already: closing the socket would reset them.
///
/// Asks the socket itself: tokio answers from readiness, where who has just come is unknown.
fn accept_waiting(worker: &Rc<Worker>, listener: &TcpListener, door: &Door) {
    loop {
        let (socket, address) = match SockRef::from(listener).accept() {
            Ok(accepted) => accepted,
            Err(error) if error.kind() == ErrorKind::ConnectionAborted => continue,
            Err(_) => return,
        };
        let stream = socket.set_nonblocking(true).and_then(|()| TcpStream::from_std(socket.into()));
        if let (Ok(stream), Some(address)) = (stream, address.as_socket()) {
            welcome(worker, stream, address, door);
        }
    }
}

fn welcome(worker: &Rc<Worker>, stream: TcpStream, address: SocketAddr, door: &Door) {
    add(&worker.tally.accepted, 1);
    let client = address.ip().to_canonical();
    let Some(entered) = worker.shared.admission.enter(client) else {
        add(&worker.tally.refused, 1);
        return;
    };
    let presence = Presence { worker: Rc::clone(worker), client, entered };
    let door = door.clone();
    worker.open().set(worker.open().get() + 1);
    tokio::task::spawn_local(async move {
        http1::serve(&presence.worker, stream, client, &door).await;
    });
}

/// A connection's count, given back when its task ends, however it ends.
struct Presence {
    worker: Rc<Worker>,
    client: IpAddr,
    entered: Entered,
}

impl Drop for Presence {
    fn drop(&mut self) {
        self.worker.shared.admission.leave(self.client, self.entered);
        self.worker.open().set(self.worker.open().get() - 1);
    }
}

#[cfg(test)]
mod tests;
