//! How much of the capacity can be used.

use crate::capacity::Capacity;
use crate::diagnosis::case::Case;
use crate::diagnosis::term::{Reading, Term};
use crate::endpoints::listed;
use crate::window::PoolWindow;

/// Part of the attempts that are answered with errors, from which on they are why.
const ERRORS: f64 = 0.1;
/// Capacity ÷ the usual below which much is missing.
const MUCH: f64 = 0.85;

pub(super) fn read(case: &Case<'_>) -> Option<Reading> {
    let now = Capacity::of(case.now);
    let usual = case.usual.map(Capacity::of).filter(|usual| usual.usable > 0.0);
    let before = usual.as_ref().map_or(now.built, |usual| usual.usable);
    if before <= 0.0 {
        return None;
    }
    let ratio = now.usable / before;
    let part = ratio * 100.0;
    let mut gone = now.gone;
    gone.retain(|name| usual.as_ref().is_none_or(|usual| !usual.gone.contains(name)));
    let who = if gone.is_empty() { String::new() } else { format!(": without {}", listed(&gone)) };
    Some(match ratio < MUCH {
        true if is_for_errors(case.now) => {
            let text =
                format!("{part:.0} % of the usual capacity can be used: errors cost the rest");
            Reading::new(Term::Capacity, "ejected", text)
        }
        true => {
            let text = format!("{part:.0} % of the usual capacity can be used{who}");
            Reading::new(Term::Capacity, "missing", text)
        }
        // One of many.
        false if !gone.is_empty() && !is_for_errors(case.now) => {
            let text = format!("{part:.0} % of the usual capacity can be used{who}");
            Reading::new(Term::Capacity, "one_missing", text)
        }
        false => {
            let text = format!("{part:.0} % of the capacity can be used");
            Reading::new(Term::Capacity, "there", text)
        }
    })
}

/// Who answers with errors is there, and put aside for them.
fn is_for_errors(window: &PoolWindow) -> bool {
    let mut aside = window.endpoints.iter().filter(|(_, e)| e.usable_s < e.capacity_s).peekable();
    aside.peek().is_some()
        && aside.all(|(_, e)| {
            e.statuses[4] > e.failures && e.statuses[4] as f64 > ERRORS * e.attempts as f64
        })
}
