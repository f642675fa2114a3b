//! Weighs the evidence of a stretch of time, of now or of the past.

use evenness::PoolWindow;
use evenness::diagnosis::{Case, Diagnosis, Firewall, Limits, diagnose};

use super::onset::Onset;
use super::timeline::Timeline;

/// What is looked at, and what it is compared with.
pub(super) struct Stretch<'a> {
    /// Its last second.
    pub(super) at_s: u64,
    /// The trouble that it lies in, where there is any.
    pub(super) onset: Option<&'a Onset>,
    pub(super) from_s: u64,
    pub(super) now: &'a PoolWindow,
    /// Its end, as it was measured.
    pub(super) latest: &'a PoolWindow,
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
    let Stretch { at_s, onset, from_s, now, latest, usual } = *stretch;
    let mut changes = timeline.changes(pool, at_s as f64 + 1.0);
    if let Some(onset) = onset {
        changes.iter_mut().for_each(|change| change.ago_s = before(onset, at_s, change.ago_s));
    }
    diagnose(&Case {
        now,
        latest,
        usual,
        expected_rate: then.expected_rate,
        changes: &changes,
        changes_known_s: timeline.known_s(at_s as f64),
        // Logs are written a moment later, and a second or two of silence is none.
        firewall: firewall(from_s.min(at_s.saturating_sub(9)), at_s),
        limits: then.limits,
    })
}

/// How long before the trouble a change was, seconds, of how long before the end of a second it
/// was: an hour into an outage, what began it is an hour ago and still its cause. What was changed
/// after everything that went wrong is negative, seconds from the first sign.
fn before(onset: &Onset, at_s: u64, ago_s: f64) -> f64 {
    let before = |sign_s: u64| ago_s - at_s.saturating_sub(sign_s) as f64;
    let (first, latest) = (before(onset.at_s()), before(onset.news_s(at_s)));
    match (first > 0.0, latest > 0.0) {
        (true, _) => first,
        (false, true) => latest,
        (false, false) => first - 1.0,
    }
}
