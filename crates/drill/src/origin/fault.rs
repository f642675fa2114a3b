//! What can be wrong with an origin, for how long, and nothing longer.

use std::time::{Duration, Instant};

use hyper::StatusCode;
use tokio::sync::watch;

use crate::timer::sleep_until;

/// A way for an origin to be sick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fault {
    /// Answers with an error after `delay`, without work and without a slot. Probes pass.
    FailFast {
        /// The error.
        status: StatusCode,
        /// How long that takes, e.g. 0.2 ms.
        delay: Duration,
    },
    /// Every service time is `factor` times as long. Probes pass.
    Slow {
        /// Above 0; 1 changes nothing.
        factor: f64,
    },
    /// Connections are taken and nothing is answered, probes included, as by a stopped process.
    /// What waited is answered when the lease ends.
    Hang,
    /// The process is gone: connections are reset and new ones refused.
    Refuse,
}

/// The fault of the moment. It ends by the clock: nobody has to be there to take it back.
pub(super) struct Sickness(watch::Sender<Option<Lease>>);

#[derive(Clone, Copy)]
struct Lease {
    fault: Fault,
    until: Instant,
}

impl Sickness {
    pub(super) fn none() -> Sickness {
        Sickness(watch::Sender::new(None))
    }

    /// Replaces the fault of the moment.
    pub(super) fn begin(&self, fault: Fault, lease: Duration) {
        // A lease beyond what the clock can hold is a mistake that must not become "for ever".
        let until = Instant::now().checked_add(lease).unwrap_or_else(Instant::now);
        self.0.send_replace(Some(Lease { fault, until }));
    }

    pub(super) fn end(&self) {
        self.0.send_replace(None);
    }

    /// The fault in force now.
    pub(super) fn now(&self) -> Option<Fault> {
        self.lease().map(|lease| lease.fault)
    }

    fn lease(&self) -> Option<Lease> {
        self.0.borrow().filter(|lease| Instant::now() < lease.until)
    }

    /// Ends as soon as the origin does not hang.
    pub(super) async fn unhung(&self) {
        let mut changes = self.0.subscribe();
        while let Some(Lease { fault: Fault::Hang, until }) = self.lease() {
            tokio::select! {
                _ = changes.changed() => {}
                () = sleep_until(until) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goal: a fault ends by itself. Method: an expired lease, then one that is waited out.
    #[tokio::test]
    async fn a_lease_expires_by_itself() {
        let sickness = Sickness::none();
        sickness.begin(Fault::Slow { factor: 2.0 }, Duration::ZERO);
        assert_eq!(sickness.now(), None);
        sickness.begin(Fault::Hang, Duration::from_millis(5));
        assert_eq!(sickness.now(), Some(Fault::Hang));
        sickness.unhung().await;
        assert_eq!(sickness.now(), None);
    }

    /// Goal: a hang can be cut short. Method: an hour's lease, ended while somebody waits.
    #[tokio::test]
    async fn a_lease_can_be_ended() {
        let sickness = Sickness::none();
        sickness.begin(Fault::Hang, Duration::from_secs(3600));
        tokio::join!(sickness.unhung(), async { sickness.end() });
        assert_eq!(sickness.now(), None);
    }
}
