//! Tells a running load to send nothing more.

use std::sync::Arc;

use tokio::sync::watch;

/// A signal that is given once and stays given; clones share it.
#[derive(Clone, Debug)]
pub struct Stop(Arc<watch::Sender<bool>>);

impl Stop {
    /// A signal that was not given yet.
    pub fn new() -> Stop {
        Stop(Arc::new(watch::Sender::new(false)))
    }

    /// Gives the signal; a second time changes nothing.
    pub fn trip(&self) {
        self.0.send_replace(true);
    }

    /// Whether it was given.
    pub fn tripped(&self) -> bool {
        *self.0.borrow()
    }

    /// Ends when the signal is given, at once if it was.
    pub async fn wait(&self) {
        // The sender lives as long as `self`: waiting cannot fail.
        let _ = self.0.subscribe().wait_for(|tripped| *tripped).await;
    }
}

impl Default for Stop {
    fn default() -> Stop {
        Stop::new()
    }
}
