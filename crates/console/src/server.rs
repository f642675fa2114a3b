//! Accepts admin connections, few and short-lived, and ends them all when asked to.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::Source;
use crate::routes::{self, Peer};

/// What the admin listener spends on its clients at most.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    /// Connections at a time; further ones wait in the kernel's queue.
    pub(crate) connections: usize,
    /// For the head of a request to arrive.
    pub(crate) head: Duration,
    /// For the answer to be made.
    pub(crate) answer: Duration,
    /// For a connection from its first to its last byte.
    pub(crate) connection: Duration,
    /// For open connections to end once the listener stops.
    pub(crate) farewell: Duration,
}

pub(crate) const LIMITS: Limits = Limits {
    connections: 256,
    head: Duration::from_secs(5),
    answer: Duration::from_secs(10),
    connection: Duration::from_secs(20),
    farewell: Duration::from_secs(2),
};

const HEAD_BYTES_MAX: usize = 16 * 1024;

// Out of file descriptors, accepting fails at once and for ever: without a pause, one core
// would be spent on it.
const ACCEPT_PAUSE: Duration = Duration::from_millis(200);

/// Answers on `listener` until `stop` resolves, then lets open requests finish for 2 s.
///
/// A connection carries one request. With that, one deadline bounds everything that a slow
/// client can hold; a scrape each few seconds does not miss the saved handshake.
///
/// # Errors
/// When the listener has no address, so cannot be listening. A failed accept is logged and
/// tried again: being out of file descriptors is when the metrics are needed most.
pub async fn serve(
    listener: TcpListener,
    source: Arc<dyn Source>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    serve_within(LIMITS, listener, source, stop).await
}

pub(crate) async fn serve_within(
    limits: Limits,
    listener: TcpListener,
    source: Arc<dyn Source>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let address = listener.local_addr()?;
    tracing::info!(%address, "admin listener open");
    let router = routes::router(source, limits.answer);
    let slots = Arc::new(Semaphore::new(limits.connections));
    let (closing, _) = watch::channel(false);
    let mut open = JoinSet::new();
    let mut stop = pin!(stop);
    loop {
        let (stream, peer, slot) = tokio::select! {
            biased;
            () = &mut stop => break,
            accepted = accept(&listener, &slots) => accepted,
        };
        while open.try_join_next().is_some() {}
        let (router, closing) = (router.clone(), closing.subscribe());
        open.spawn(async move {
            converse(limits, stream, peer, router, closing).await;
            drop(slot);
        });
    }
    drop(listener);
    closing.send_replace(true);
    let all_ended = async { while open.join_next().await.is_some() {} };
    if timeout(limits.farewell, all_ended).await.is_err() {
        tracing::warn!(connections = open.len(), "admin connections cut off");
    }
    Ok(())
}

async fn accept(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
    loop {
        let slot = Arc::clone(slots).acquire_owned().await;
        let accepted = listener.accept().await;
        match (slot, accepted) {
            (Ok(slot), Ok((stream, peer))) => return (stream, peer, slot),
            (_, Err(error)) => {
                tracing::warn!(%error, "admin connection not accepted");
                sleep(ACCEPT_PAUSE).await;
            }
            // Nobody closes the semaphore; without a slot the connection is not wanted.
            (Err(_), Ok(_)) => sleep(ACCEPT_PAUSE).await,
        }
    }
}

async fn converse(
    limits: Limits,
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    mut closing: watch::Receiver<bool>,
) {
    let service = router.layer(Extension(Peer(peer)));
    let conversation = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(HEAD_BYTES_MAX)
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    let mut conversation = pin!(conversation);
    let until_done = async {
        tokio::select! {
            ended = conversation.as_mut() => return ended,
            _ = closing.wait_for(|closing| *closing) => {}
        }
        conversation.as_mut().graceful_shutdown();
        conversation.await
    };
    match timeout(limits.connection, until_done).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%peer, %error, "admin connection ended early"),
        Err(_) => tracing::debug!(%peer, "admin connection took too long"),
    }
}
