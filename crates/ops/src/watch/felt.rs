//! Which of several conditions is told first.

use std::cmp::Reverse;

use evenness::SignalKind;
use ledger::alarm::Symptom;

/// How near a condition is to what users feel: of several that are as bad, the nearest speaks.
pub(crate) fn nearness(kind: SignalKind) -> u8 {
    match kind {
        SignalKind::CapacityLost | SignalKind::ErrorBurn | SignalKind::LatencyBurn => 2,
        // What was not approved or not meant explains an outage, and does not say how bad it is.
        SignalKind::Intent
        | SignalKind::Mechanism
        | SignalKind::TelemetryMissing
        | SignalKind::Audit => 0,
        SignalKind::Unevenness
        | SignalKind::RetryAmplification
        | SignalKind::FloodSuspected
        | SignalKind::ProbeFlapping
        | SignalKind::BalancerLimit => 1,
    }
}

/// Of symptoms that are as bad, the one to be told; of several as near, the oldest.
pub(crate) fn first<'s>(symptoms: impl Iterator<Item = &'s Symptom>) -> Option<&'s Symptom> {
    symptoms.min_by_key(|symptom| Reverse(nearness(symptom.kind)))
}
