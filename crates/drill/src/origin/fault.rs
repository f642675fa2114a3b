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
    /// Does its work, and then answers some of the requests with 503. Probes pass.
    Errors {
        /// Part of them, 0 to 1.
        share: f64,
    },
    /// Every service time is `factor` times as long as at full speed. Probes pass.
    Slow {
        /// Above 0; 1 is full speed.
        factor: f64,
    },
    /// Connections are taken and nothing is answered, probes included, as by a stopped process.
    /// What waited is answered when the lease ends.
    Hang,
    /// The process is gone: connections are reset and new ones refused.
    Refuse,
    /// Probes are answered with 503; everything else is well.
    ProbeFails,
}

/// What of an origin a fault is about: one of each kind can be in force at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// Whether and how it answers.
    Answers,
    /// How fast it works.
    Speed,
    /// How it answers probes.
    Probe,
}

impl Fault {
    /// What it is about.
    pub fn kind(self) -> FaultKind {
        match self {
            Fault::FailFast { .. } | Fault::Errors { .. } | Fault::Hang | Fault::Refuse => {
                FaultKind::Answers
            }
            Fault::Slow { .. } => FaultKind::Speed,
            Fault::ProbeFails => FaultKind::Probe,
        }
    }
}

/// The faults of the moment. They end by the clock: nobody has to be there to take them back.
pub(super) struct Sickness(watch::Sender<Leases>);

/// By their kind.
type Leases = [Option<Lease>; 3];

#[derive(Clone, Copy)]
struct Lease {
    fault: Fault,
    until: Instant,
}

impl Sickness {
    pub(super) fn none() -> Sickness {
        Sickness(watch::Sender::new([None; 3]))
    }

    /// Replaces the fault of the same kind.
    pub(super) fn begin(&self, fault: Fault, lease: Duration) {
        // A lease beyond what the clock can hold is a mistake that must not become "for ever".
        let until = Instant::now().checked_add(lease).unwrap_or_else(Instant::now);
        self.0.send_modify(|leases| leases[fault.kind() as usize] = Some(Lease { fault, until }));
    }

    pub(super) fn end(&self, kind: FaultKind) {
        self.0.send_modify(|leases| leases[kind as usize] = None);
    }

    pub(super) fn end_all(&self) {
        self.0.send_replace([None; 3]);
    }

    /// Everything in force now, and how much longer.
    pub(super) fn all(&self) -> Vec<(Fault, Duration)> {
        let now = Instant::now();
        let leases = *self.0.borrow();
        let left = leases.iter().flatten().map(|one| (one.fault, one.until - now));
        left.filter(|(_, left)| !left.is_zero()).collect()
    }

    /// How it answers.
    pub(super) fn answers(&self) -> Option<Fault> {
        self.lease(FaultKind::Answers).map(|lease| lease.fault)
    }

    /// How many times longer than at full speed its work takes; `None`: as usual.
    pub(super) fn slowness(&self) -> Option<f64> {
        match self.lease(FaultKind::Speed).map(|lease| lease.fault) {
            Some(Fault::Slow { factor }) => Some(factor),
            _ => None,
        }
    }

    pub(super) fn fails_probes(&self) -> bool {
        self.lease(FaultKind::Probe).is_some()
    }

    fn lease(&self, kind: FaultKind) -> Option<Lease> {
        self.0.borrow()[kind as usize].filter(|lease| Instant::now() < lease.until)
    }

    /// Ends as soon as the origin does not hang.
    pub(super) async fn unhung(&self) {
        let mut changes = self.0.subscribe();
        while let Some(Lease { fault: Fault::Hang, until }) = self.lease(FaultKind::Answers) {
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

    const HOUR: Duration = Duration::from_secs(3600);

    /// Goal: a fault ends by itself. Method: an expired lease, then one that is waited out.
    #[tokio::test]
    async fn a_lease_expires_by_itself() {
        let sickness = Sickness::none();
        sickness.begin(Fault::Slow { factor: 2.0 }, Duration::ZERO);
        assert_eq!((sickness.slowness(), sickness.all()), (None, Vec::new()));
        sickness.begin(Fault::Hang, Duration::from_millis(5));
        assert_eq!(sickness.answers(), Some(Fault::Hang));
        sickness.unhung().await;
        assert_eq!(sickness.answers(), None);
    }

    /// Goal: a hang can be cut short. Method: an hour's lease, ended while somebody waits.
    #[tokio::test]
    async fn a_lease_can_be_ended() {
        let sickness = Sickness::none();
        sickness.begin(Fault::Hang, HOUR);
        tokio::join!(sickness.unhung(), async { sickness.end_all() });
        assert_eq!(sickness.answers(), None);
    }

    /// Goal: a fault takes the place of its own kind alone. Method: two of one kind, one of each
    /// other, then one of them ended.
    #[test]
    fn faults_of_a_kind_replace_each_other() {
        let sickness = Sickness::none();
        let faults = [
            Fault::Hang,
            Fault::Errors { share: 0.5 },
            Fault::Slow { factor: 3.0 },
            Fault::ProbeFails,
        ];
        faults.iter().for_each(|&fault| sickness.begin(fault, HOUR));
        let now: Vec<Fault> = sickness.all().into_iter().map(|(fault, _)| fault).collect();
        assert_eq!(now, faults[1..]);
        sickness.end(FaultKind::Answers);
        assert_eq!((sickness.answers(), sickness.slowness()), (None, Some(3.0)));
        assert!(sickness.fails_probes());
    }
}
