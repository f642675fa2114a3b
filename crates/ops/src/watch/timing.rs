//! How long a condition must hold before it counts, and be gone before it is over.

use evenness::{Severity, SignalKind};

/// Times of one kind, seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Timing {
    /// It must hold for this long before an alarm fires.
    pub(crate) hold_s: f64,
    /// It must be gone for this long before the alarm is over.
    pub(crate) gone_s: f64,
}

/// Somebody who has to be woken is woken within this, whatever the kind.
const PAGE_HOLD_S: f64 = 5.0;

impl Timing {
    /// The times of a kind.
    pub(crate) fn of(kind: SignalKind) -> Timing {
        let (hold_s, gone_s) = match kind {
            // A comparison of two texts: there is nothing to wait for.
            SignalKind::Intent | SignalKind::Audit => (0.0, 5.0),
            // These rest on windows or on evidence over time already.
            SignalKind::Mechanism => (0.0, 60.0),
            SignalKind::Unevenness => (0.0, 20.0),
            SignalKind::ErrorBurn | SignalKind::LatencyBurn => (5.0, 60.0),
            // A restart of one server is over within this.
            SignalKind::CapacityLost => (10.0, 30.0),
            SignalKind::RetryAmplification => (10.0, 30.0),
            SignalKind::FloodSuspected => (10.0, 60.0),
            SignalKind::ProbeFlapping => (30.0, 120.0),
            SignalKind::BalancerLimit => (5.0, 30.0),
            SignalKind::TelemetryMissing => (30.0, 30.0),
        };
        Timing { hold_s, gone_s }
    }

    /// How long it must hold at that severity, seconds.
    pub(crate) fn hold_at(self, severity: Severity) -> f64 {
        match severity {
            Severity::Ticket => self.hold_s,
            Severity::Page => self.hold_s.min(PAGE_HOLD_S),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_page_waits_and_nothing_is_over_at_once() {
        for kind in SignalKind::ALL {
            let timing = Timing::of(kind);
            assert!(timing.hold_at(Severity::Page) <= 5.0, "{kind}");
            assert!(timing.gone_s >= 5.0, "{kind}");
        }
    }
}
