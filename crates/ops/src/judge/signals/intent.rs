//! What is in force was not approved.

use config::Part;
use evenness::{Cause, Severity, Signal, SignalKind};

use crate::judge::view::View;

pub(super) fn read(view: &View<'_>) -> Option<Signal> {
    let own = view.unapproved.iter().filter(|difference| difference.pool == view.pool);
    let texts: Vec<&str> = own.clone().map(|difference| difference.text.as_str()).collect();
    let cause = own.clone().find_map(|difference| match difference.part {
        Part::Weights => Some(Cause::Weights),
        Part::Persistence => Some(Cause::Persistence),
        _ => None,
    });
    let severity = if view.is_harmful() { Severity::Page } else { Severity::Ticket };
    (!texts.is_empty()).then(|| Signal {
        kind: SignalKind::Intent,
        pool: view.pool.to_owned(),
        severity,
        cause,
        summary: format!("in force without approval: {}", texts.join("; ")),
    })
}
