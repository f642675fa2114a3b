//! An endpoint is slow or fails and the others are not: users hardly notice while it is avoided.

use evenness::{Cause, PoolWindow, Severity, Signal, SignalKind, Symptom, ill};

use crate::judge::view::View;

pub(super) fn read(view: &View<'_>) -> Option<Signal> {
    let ([_, now], Some(past)) = (view.tens, view.past) else { return None };
    // Twenty seconds: a burst is shorter, and what is avoided has few answers.
    let mut found = ill(&PoolWindow::sum(view.tens)?, Some(past));
    // Who has just come is cold.
    found.retain(|one| !view.settles || matches!(one.symptom, Symptom::Fails(_)));
    let few = found.len() * 2 < now.endpoints.len();
    let one = found.first().filter(|_| few)?;
    let what = match one.symptom {
        Symptom::Fails(part) => format!("answers {:.0} % with errors", part * 100.0),
        Symptom::Slow(times) => format!("takes {times:.1} × as long as the others"),
    };
    Some(Signal {
        kind: SignalKind::Unevenness,
        pool: view.pool.to_owned(),
        severity: if view.is_harmful() { Severity::Page } else { Severity::Ticket },
        cause: Some(Cause::SickServer),
        summary: format!("{} {what}", one.name),
    })
}
