//! The thread of the heartbeat: a sign of life while somebody watches, and only then.

use std::sync::Arc;

use config::Heartbeat;

use super::shared::{Phase, Shared, State};
use crate::notify::{Http, beat};

/// Who has not taken a step for this long does not watch any more, or sees nothing, seconds.
const ASLEEP_S: f64 = 30.0;
/// Between two looks at the clock, seconds.
const LOOK_S: f64 = 1.0;

/// Beats until the end.
pub(super) fn run(shared: &Arc<Shared>) {
    let http = Http::new();
    let mut beaten_at: Option<f64> = None;
    let mut state = shared.lock();
    while state.phase == Phase::Running {
        let now = shared.pace.now();
        let Some(heartbeat) = due(&state, now, beaten_at) else {
            state = shared.wait(state, shared.pace.wait(LOOK_S));
            continue;
        };
        beaten_at = Some(now);
        let (receiver, house) = (state.receiver(&heartbeat.receiver), Arc::clone(&state.house));
        let Some(receiver) = receiver else { continue };
        drop(state);
        let result = beat(&heartbeat, &receiver, &house, now, &http);
        state = shared.lock();
        let shown = &mut state.heartbeat;
        shown.receiver.clone_from(&receiver.name);
        match result {
            Ok(()) => {
                shown.sent += 1;
                shown.sent_at = Some(now);
                shown.last_error = String::new();
            }
            Err(failure) => {
                if shown.last_error.is_empty() {
                    let why = failure.why();
                    tracing::warn!(receiver = receiver.name, "a heartbeat got lost: {why}");
                }
                shown.failed += 1;
                failure.why().clone_into(&mut shown.last_error);
            }
        }
    }
}

/// The heartbeat, if it is time for one.
fn due(state: &State, now: f64, beaten_at: Option<f64>) -> Option<Heartbeat> {
    let heartbeat = state.settings.heartbeat.clone()?;
    let every_s = heartbeat.every.0.as_secs_f64();
    let awake = state.stepped_at.is_some_and(|at| now - at < ASLEEP_S);
    let time = beaten_at.is_none_or(|at| !(0.0..every_s).contains(&(now - at)));
    (awake && time).then_some(heartbeat)
}
