//! The control listener of a set of origins.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use super::answer::answer;
use crate::error::Error;
use crate::origin::Origin;
use crate::timer::sleep_until;

/// People and scripts: more connections than this are a mistake.
const CONNECTIONS_MAX: usize = 64;
/// Longest time until a call's head is there.
const ASKS_WITHIN: Duration = Duration::from_secs(5);

/// Takes calls that break origins and heal them; dropping it ends it.
///
/// `GET /faults`, `PUT /faults/NAME` with `{"slower": 3.0, "for": "10s"}`, `DELETE /faults/NAME`
/// and `DELETE /faults`. Whoever reaches the address may call: it belongs on a loopback one.
pub struct Control {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Control {
    /// Listens within the current tokio runtime; port 0: a free one.
    ///
    /// # Errors
    /// An address that cannot be listened on.
    pub async fn start(origins: Arc<Vec<Origin>>, address: SocketAddr) -> Result<Control, Error> {
        let refused = |source| Error::Bind { address, source };
        let listener = TcpListener::bind(address).await.map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        Ok(Control { address, task: tokio::spawn(accept_all(listener, origins)) })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept_all(listener: TcpListener, origins: Arc<Vec<Origin>>) {
    let mut calls = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            Some(_) = calls.join_next() => {}
            accepted = listener.accept(), if calls.len() < CONNECTIONS_MAX => match accepted {
                Ok((stream, _)) => drop(calls.spawn(converse(stream, Arc::clone(&origins)))),
                // Out of files, or a caller who left already. The pause spares the core.
                Err(_) => sleep_until(Instant::now() + Duration::from_millis(5)).await,
            },
        }
    }
}

async fn converse(stream: TcpStream, origins: Arc<Vec<Origin>>) {
    let service = service_fn(move |request| {
        let origins = Arc::clone(&origins);
        async move { Ok::<_, hyper::Error>(answer(&origins, request).await) }
    });
    // A broken connection is the caller's affair.
    let mut builder = http1::Builder::new();
    // Who says nothing must not keep others out.
    builder.timer(TokioTimer::new()).header_read_timeout(ASKS_WITHIN);
    let _ = builder.serve_connection(TokioIo::new(stream), service).await;
}
