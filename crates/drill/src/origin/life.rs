//! One life of an origin's process, from listening to being killed.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use super::answer::Desk;
use super::shift::Shift;
use crate::timer::sleep_until;

/// A listening origin. Dropping it closes everything, without resets.
pub(super) struct Life {
    killed: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Life {
    /// Starts to accept; within a tokio runtime.
    pub(super) fn begin(listener: TcpListener, desk: Arc<Desk>) -> Life {
        let killed = watch::Sender::new(false);
        let task = tokio::spawn(accept_all(listener, desk, killed.subscribe()));
        Life { killed, task }
    }

    /// Ends as a killed process does; afterwards no socket of it is open.
    pub(super) async fn kill(mut self) {
        self.killed.send_replace(true);
        // The task ends in no other way than this one; a panic in it has been printed.
        let _ = (&mut self.task).await;
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept_all(listener: TcpListener, desk: Arc<Desk>, mut killed: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    let told = killed.clone();
    let (shift, closing) = Shift::begin(killed.clone());
    loop {
        tokio::select! {
            biased;
            _ = killed.wait_for(|killed| *killed) => break,
            Some(_) = connections.join_next() => {}
            stream = accept(&listener) => {
                connections.spawn(converse(stream, Arc::clone(&desk), shift.clone(), told.clone()));
            }
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
    drop(shift);
    closing.wait().await;
}

async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            // Out of files, or a client that left already. The pause spares the core.
            Err(_) => sleep_until(Instant::now() + Duration::from_millis(5)).await,
        }
    }
}

async fn converse(
    stream: TcpStream,
    desk: Arc<Desk>,
    shift: Shift,
    mut killed: watch::Receiver<bool>,
) {
    // Without it a small answer waits for the client's delayed acknowledgement.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let (desk, shift) = (Arc::clone(&desk), shift.clone());
        async move { desk.answer(request, &shift).await }
    });
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        biased;
        _ = killed.wait_for(|killed| *killed) => {
            let stream = connection.into_parts().io.into_inner();
            // Closing with zero linger sends a reset, as the kernel does for a killed process.
            let _ = stream.set_zero_linger();
        }
        // A broken connection is the client's affair; its request counts as aborted.
        _ = &mut connection => {}
    }
}
