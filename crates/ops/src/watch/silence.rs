//! Whether a silence keeps an alarm quiet.

use ledger::alarm::{AlarmRecord, Matchers, Silence, Symptom};

/// The silence that is in force for an alarm, by its id; empty without one.
pub(crate) fn over(silences: &[Silence], alarm: &AlarmRecord, now: f64) -> String {
    let in_force =
        |silence: &&Silence| now < silence.expires_at && matches(&silence.matchers, alarm);
    silences.iter().find(in_force).map(|silence| silence.id.clone()).unwrap_or_default()
}

/// Whether all of an alarm is what the silence is about. One that is only partly so is heard:
/// a silence for a flapping probe must not hide the outage that it joins.
fn matches(matchers: &Matchers, alarm: &AlarmRecord) -> bool {
    let pool = matchers.pool.as_ref().is_none_or(|pool| *pool == alarm.pool);
    let severity = matchers.severity.is_none_or(|severity| severity == alarm.severity);
    let kind = matchers.kind.is_none_or(|kind| {
        let other = |symptom: &Symptom| symptom.spell.counts && symptom.kind != kind;
        !alarm.symptoms.iter().any(other)
    });
    let cause = matchers.cause.is_none_or(|cause| {
        !alarm.causes.is_empty() && alarm.causes.iter().all(|known| *known == cause)
    });
    pool && severity && kind && cause
}

/// Whether it says what it is about.
pub(crate) fn is_specific(matchers: &Matchers) -> bool {
    *matchers != Matchers::default()
}
