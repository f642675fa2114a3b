//! Plays logs through a configuration, for the rules that need one.

use audit::Subject;
use audit::predict::{Clients, Log, Prediction, Question, predict_logs};

use crate::output;

/// Seconds that a request takes where the log does not say; rules that need to know ask whether
/// it does.
const SERVICE_S: f64 = 0.1;

/// What the configuration does to the traffic of the logs.
///
/// # Errors
/// Why nothing can be played.
pub(crate) fn played(
    logs: Vec<Log>,
    pool: Option<&str>,
    session: Option<&str>,
    subject: &Subject,
) -> Result<Prediction, String> {
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
    made.map_err(told)
}

/// Tells what the rules could not see: nothing found there is no proof that nothing is there.
pub(crate) fn tell(made: &Prediction) {
    let traffic = &made.traffic;
    if traffic.malformed > 0 {
        let (lines, bad) = (traffic.lines, traffic.malformed);
        output::say(format_args!("note: {bad} of {lines} lines of the log cannot be read\n"));
    }
    for note in &made.notes {
        output::say(format_args!("note: {}\n", note.escape_debug()));
    }
}
