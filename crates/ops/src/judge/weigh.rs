//! Weighs the evidence of a stretch of time, of now or of the past.

use evenness::PoolWindow;
use evenness::diagnosis::{Case, Diagnosis, Firewall, Limits, diagnose};

use super::timeline::Timeline;

/// What is looked at, and what it is compared with.
pub(super) struct Stretch<'a> {
    /// Its last second.
    pub(super) at_s: u64,
    /// When its trouble began, where there is any.
    pub(super) onset_s: Option<u64>,
    pub(super) from_s: u64,
    pub(super) now: &'a PoolWindow,
    pub(super) usual: Option<&'a PoolWindow>,
}

/// What is known of a moment besides, past or not.
pub(super) struct Then {
    pub(super) expected_rate: Option<f64>,
    pub(super) limits: Option<Limits>,
}

pub(super) fn weigh(
    pool: &str,
    timeline: &Timeline,
    stretch: &Stretch<'_>,
    then: &Then,
    firewall: &mut dyn FnMut(u64, u64) -> Firewall,
) -> Diagnosis {
    let Stretch { at_s, onset_s, from_s, now, usual } = *stretch;
    let mut changes = timeline.changes(pool, at_s as f64 + 1.0);
    // An hour into an outage, what began it is an hour ago and still its cause.
    let lasts_s = onset_s.map_or(0.0, |onset_s| (at_s - onset_s) as f64);
    changes.iter_mut().for_each(|change| change.ago_s = (change.ago_s - lasts_s).max(0.0));
    diagnose(&Case {
        now,
        usual,
        expected_rate: then.expected_rate,
        changes: &changes,
        changes_known_s: timeline.known_s(at_s as f64),
        // Logs are written a moment later, and a second or two of silence is none.
        firewall: firewall(from_s.min(at_s.saturating_sub(9)), at_s),
        limits: then.limits,
    })
}
