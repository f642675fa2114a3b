//! Plays logs through a configuration, for the rules that need one.

use std::path::PathBuf;

use audit::Subject;
use audit::predict::{Clients, Prediction, Question, predict_logs};

use crate::{logs, output};

/// Seconds that a request takes where the log does not say; rules that need to know ask whether
/// it does.
const SERVICE_S: f64 = 0.1;

/// What the configuration does to the traffic of the logs; `None` without any.
///
/// # Errors
/// Which log cannot be read, or why nothing can be played.
pub(super) fn played(
    paths: &[PathBuf],
    pool: Option<&str>,
    session: Option<&str>,
    subject: &Subject,
) -> Result<Option<Prediction>, String> {
    if paths.is_empty() {
        return Ok(None);
    }
    let logs = logs::open(paths, subject)?;
    let question = Question {
        pool,
        down: &[],
        clients: Clients::New,
        service_s: SERVICE_S,
        session,
        against: None,
    };
    let made = predict_logs(subject, logs, &question, &mut |_| {});
    let told = |failure| format!("the log cannot be played through this configuration: {failure}");
    made.map(Some).map_err(told)
}

/// Tells what the rules could not see: nothing found there is no proof that nothing is there.
pub(super) fn tell(made: &Prediction) {
    let traffic = &made.traffic;
    if traffic.malformed > 0 {
        let (lines, bad) = (traffic.lines, traffic.malformed);
        output::say(format_args!("note: {bad} of {lines} lines of the log cannot be read\n"));
    }
    for note in &made.notes {
        output::say(format_args!("note: {}\n", note.escape_debug()));
    }
}
