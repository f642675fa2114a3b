//! Work that goes on when nobody waits for it any more, as on most servers: they do not look
//! whether the client is still there.

use std::convert::Infallible;

use tokio::sync::{mpsc, watch};

/// One life of an origin's process, as its work sees it.
#[derive(Clone)]
pub(super) struct Shift {
    killed: watch::Receiver<bool>,
    // Nothing is sent: the other side hears when the last one is gone.
    _at_work: mpsc::Sender<Infallible>,
}

/// Hears when all work of a shift has ended.
pub(super) struct Closing(mpsc::Receiver<Infallible>);

impl Shift {
    pub(super) fn begin(killed: watch::Receiver<bool>) -> (Shift, Closing) {
        let (at_work, ended) = mpsc::channel(1);
        (Shift { killed, _at_work: at_work }, Closing(ended))
    }

    /// Works to the end, or until the process is killed, also when the caller is gone by then.
    pub(super) async fn see_through<W>(&self, work: W)
    where
        W: Future<Output = ()> + Send + 'static,
    {
        let mut shift = self.clone();
        let done = tokio::spawn(async move {
            tokio::select! {
                biased;
                _ = shift.killed.wait_for(|killed| *killed) => {}
                () = work => {}
            }
        });
        // A panic in it has been printed, and there is nobody to hand it to.
        let _ = done.await;
    }
}

impl Closing {
    /// Ends when nobody works any more.
    pub(super) async fn wait(mut self) {
        while self.0.recv().await.is_some() {}
    }
}
