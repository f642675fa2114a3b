//! Whether an endpoint is slow or fails though it does not carry more than others.

use crate::diagnosis::case::Case;
use crate::diagnosis::term::{Reading, Term};
use crate::ill::{Symptom, ill};

const ATTEMPTS_MIN: u64 = 20;

pub(super) fn read(case: &Case<'_>) -> Option<Reading> {
    if case.now.attempts() < ATTEMPTS_MIN || case.now.endpoints.len() < 2 {
        return None;
    }
    let Some(first) = ill(case.now, case.usual).into_iter().next() else {
        let text = "nobody is slow or fails without carrying more than its part".to_owned();
        return Some(Reading::new(Term::Sick, "none", text));
    };
    let (name, load) = (&first.name, first.load_ratio);
    Some(match first.symptom {
        Symptom::Fails(part) => {
            let part = part * 100.0;
            let text =
                format!("{name} fails {part:.0} % of its attempts with {load:.2} × its part");
            Reading::new(Term::Sick, "fails", text)
        }
        Symptom::Slow(times) => {
            let text = format!(
                "{name} takes {times:.1} × as long as the others with {load:.2} × its part of the \
                 requests"
            );
            Reading::new(Term::Sick, "slow", text)
        }
    })
}
