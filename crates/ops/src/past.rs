//! Diagnoses of moments that only the history knows, whether or not a process runs.

use evenness::PoolWindow;
use evenness::diagnosis::Firewall;
use ledger::{DiagnosisRecord, Store, StoreError};

use crate::judge::{Past, diagnose_past};

/// How far back it is looked for the beginning of trouble, by how fine the moment was measured.
const LOOK_BACK_S: u64 = 6 * 3600;
const LOOK_BACK_LONG_S: u64 = 24 * 3600;
/// Windows that are gone through: what is finer is summed to these.
const STEP_S: u64 = 10;
/// What was changed so long before can be known.
const EVENTS_S: u64 = 24 * 3600;

/// What was probably the matter with a pool at a moment, seconds since the Unix epoch, as finely as
/// the history still has it. What is usual is what was before the trouble that the moment lies in,
/// for trouble that began in the six hours before; where only minutes are left, in the day before.
///
/// `None`: nothing was measured then.
///
/// # Errors
/// When the history cannot be read.
pub fn diagnose_kept(
    store: &Store,
    pool: &str,
    at_s: u64,
    firewall: &mut dyn FnMut(u64, u64) -> Firewall,
) -> Result<Option<DiagnosisRecord>, StoreError> {
    let fine_s = store.step_s(at_s)?;
    let (step_s, back_s) = match fine_s {
        ..=STEP_S => (STEP_S, LOOK_BACK_S),
        coarse_s => (coarse_s, LOOK_BACK_LONG_S),
    };
    let slot = |at_s: u64, step_s: u64| at_s - at_s % step_s;
    let until_s = slot(at_s, fine_s) + fine_s;
    let from_s = slot(at_s.saturating_sub(back_s), step_s);
    let windows = store.summed(pool, from_s, until_s, step_s)?;
    let latest = store.windows(pool, slot(at_s.saturating_sub(60), fine_s), until_s)?;
    let since = at_s.saturating_sub(EVENTS_S) as f64;
    let events = store.events(since, at_s as f64 + 1.0, Some(pool))?;
    let measured_from = windows.first().map_or(at_s, |first| first.from_s) as f64;
    let known_from = events.first().map_or(measured_from, |first| first.at.min(measured_from));
    let expected_rate = store.baseline(pool, at_s)?.map(|baseline| baseline.expected_rate);
    let past = Past {
        pool: pool.to_owned(),
        at_s,
        windows,
        step_s,
        latest,
        fine_s,
        events: (events, known_from),
        expected_rate,
    };
    Ok(diagnose_past(
        past,
        &|window, from_s, until_s| recall(store, pool, window, from_s, until_s),
        firewall,
    ))
}

/// Fills in who asked, where the window itself does not know. What cannot be read is not known.
fn recall(store: &Store, pool: &str, window: &mut PoolWindow, from_s: u64, until_s: u64) {
    if window.turnout.length_s > 0.0 {
        return;
    }
    let Ok(Some(sum)) = store.sum(pool, from_s, until_s) else { return };
    window.turnout = sum.turnout;
    window.turnout.scale(window.length_s / sum.length_s.max(1.0));
    window.clients.top_client = window.turnout.clients.first().map(|(client, _)| *client);
}
