//! Whether something was changed just before: questions of one kind.

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

/// Of one that nobody remembers nothing follows: connections grow few by themselves, too.
pub(super) fn scale_out(case: &Case<'_>) -> Option<Reading> {
    let change = case.change(Cause::Connections)?;
    Some(Reading::new(Term::ScaleOut, "changed", change.told()))
}

fn read(case: &Case<'_>, term: Term, layer: Cause, noun: &str) -> Option<Reading> {
    if let Some(change) = case.change(layer) {
        return Some(Reading::new(term, "changed", change.told()));
    }
    case.is_unchanged(layer).then(|| {
        let text = format!("nobody changed {noun} in the ten minutes before");
        Reading::new(term, "unchanged", text)
    })
}
