//! The signals that `evenkeel serve` obeys.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// What somebody wants of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// SIGTERM or SIGINT.
    Stop,
    /// SIGHUP.
    Reload,
    /// SIGUSR1.
    Rotate,
}

/// From its making on, none of them ends the process by itself.
pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
    rotate: Signal,
}

impl Signals {
    /// Needs a runtime around it.
    pub(super) fn take() -> io::Result<Signals> {
        Ok(Signals {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hang_up: signal(SignalKind::hangup())?,
            rotate: signal(SignalKind::user_defined1())?,
        })
    }

    /// The next one. Waiting may be given up at any time: none gets lost.
    pub(super) async fn next(&mut self) -> Told {
        tokio::select! {
            _ = self.terminate.recv() => Told::Stop,
            _ = self.interrupt.recv() => Told::Stop,
            _ = self.hang_up.recv() => Told::Reload,
            _ = self.rotate.recv() => Told::Rotate,
        }
    }
}
