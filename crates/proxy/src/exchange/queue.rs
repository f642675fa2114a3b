//! Waiting for an endpoint below its limit: bounded in number, and in time by the caller.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use tokio::sync::Notify;

/// One pool's waiting room, shared by all workers and kept over reloads.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    waiting: AtomicU32,
    freed: Notify,
}

impl Queue {
    /// Takes a place in the room; `None` when `size` are taken.
    pub(crate) fn enter(self: &Arc<Self>, size: u32) -> Option<Waiting> {
        let room = |n: u32| (n < size).then(|| n + 1);
        self.waiting.fetch_update(Relaxed, Relaxed, room).ok()?;
        Some(Waiting(Arc::clone(self)))
    }

    /// Requests waiting. Newcomers wait behind them.
    pub(crate) fn waiting(&self) -> u32 {
        self.waiting.load(Relaxed)
    }

    /// An endpoint has room again: the one who waits longest may ask.
    pub(crate) fn release(&self) {
        if self.waiting() > 0 {
            self.freed.notify_one();
        }
    }
}

/// A place in the waiting room.
pub(crate) struct Waiting(Arc<Queue>);

impl Waiting {
    /// Until somebody left. A wake-up that is not used passes on to the next.
    pub(crate) async fn turn(&self) {
        self.0.freed.notified().await;
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Relaxed);
        // The turn may have come and gone unused: hand it on.
        self.0.release();
    }
}
