//! The balancer is near one of its own limits.

use evenness::{Cause, Severity, Signal, SignalKind};

use crate::judge::view::View;

const NEAR: f64 = 0.9;
const AT: f64 = 0.98;

pub(super) fn read(view: &View<'_>) -> Option<Signal> {
    let (what, used) = view.limits.nearest();
    (used >= NEAR).then(|| Signal {
        kind: SignalKind::BalancerLimit,
        pool: view.pool.to_owned(),
        severity: if used >= AT { Severity::Page } else { Severity::Ticket },
        cause: Some(Cause::BalancerLimit),
        summary: format!("{:.0} % of the balancer's {what} are used", used * 100.0),
    })
}
