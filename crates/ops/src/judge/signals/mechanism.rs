//! Picks or bindings do not follow the probabilities that they should.

use evenness::{Severity, Signal, SignalKind};

use crate::judge::view::View;

pub(super) fn read(view: &View<'_>) -> Option<Signal> {
    let told = |summary: String| Signal {
        kind: SignalKind::Mechanism,
        pool: view.pool.to_owned(),
        severity: if view.is_harmful() { Severity::Page } else { Severity::Ticket },
        cause: None,
        summary,
    };
    if let Some((evidence, excess)) = view.bindings.as_ref()
        && evidence.is_alarm()
    {
        let what = excess.as_ref().map_or_else(
            || "new sessions do not go where approval sends them".to_owned(),
            |e| {
                let (name, got, due) = (&e.endpoint, e.counted, e.expected);
                format!("{name} got {got:.0} new sessions, approval gives it {due:.0}")
            },
        );
        return Some(told(what));
    }
    view.picks.is_alarm().then(|| {
        told("endpoints are picked otherwise than with the probabilities that are told".to_owned())
    })
}
