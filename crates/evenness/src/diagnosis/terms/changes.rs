//! Whether something was changed just before: three questions of one kind.

use crate::cause::Cause;
use crate::diagnosis::case::Case;
use crate::diagnosis::term::{Reading, Term};

pub(super) fn weights(case: &Case<'_>) -> Option<Reading> {
    read(case, Term::WeightsChange, Cause::Weights, "weights")
}

pub(super) fn persistence(case: &Case<'_>) -> Option<Reading> {
    read(case, Term::PersistenceChange, Cause::Persistence, "persistence")
}

pub(super) fn endpoints(case: &Case<'_>) -> Option<Reading> {
    read(case, Term::EndpointsChange, Cause::CapacityLoss, "endpoints")
}

fn read(case: &Case<'_>, term: Term, layer: Cause, noun: &str) -> Option<Reading> {
    if let Some(change) = case.change(layer) {
        let by = if change.who.is_empty() { "" } else { " by " };
        let text = format!("{:.0} s before: {}{by}{}", change.ago_s, change.what, change.who);
        return Some(Reading::new(term, "changed", text));
    }
    case.knows_changes().then(|| {
        let text = format!("nobody changed {noun} in the ten minutes before");
        Reading::new(term, "unchanged", text)
    })
}
