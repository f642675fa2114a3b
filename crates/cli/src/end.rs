//! The signals that end a command that has something to clear away.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// From its making on, none of them ends the process by itself.
pub(crate) struct End {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
}

impl End {
    /// Needs a runtime around it.
    pub(crate) fn take() -> io::Result<End> {
        Ok(End {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    /// Waits for one, and answers its name.
    pub(crate) async fn told(&mut self) -> &'static str {
        tokio::select! {
            _ = self.interrupt.recv() => "Ctrl-C",
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.hang_up.recv() => "SIGHUP",
        }
    }
}
