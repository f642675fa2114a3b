//! A probe changes its mind again and again.

use evenness::{Cause, Severity, Signal, SignalKind};

use crate::judge::view::View;

/// Changes in five minutes.
const CHANGES_MIN: usize = 4;

pub(super) fn read(view: &View<'_>) -> Option<Signal> {
    let (endpoint, changes) = view.flaps?;
    (changes >= CHANGES_MIN).then(|| Signal {
        kind: SignalKind::ProbeFlapping,
        pool: view.pool.to_owned(),
        severity: Severity::Ticket,
        cause: Some(Cause::SickServer),
        summary: format!("the probe of {endpoint} changed its mind {changes} times in 5 minutes"),
    })
}
