//! The balancer is near one of its own limits: a pool's queue, or what all pools share.

use evenness::diagnosis::Limits;
use evenness::{Cause, Severity, Signal, SignalKind};

use crate::judge::view::View;

const NEAR: f64 = 0.9;
const AT: f64 = 0.98;

/// The pool's own limit.
pub(super) fn read(view: &View<'_>) -> Option<Signal> {
    let own = Limits { queue: view.limits.queue, ..Limits::default() };
    signal(view.pool, own, Severity::Page)
}

/// The limits that all pools share: one alarm of the process, however many pools it has. Workers
/// that are busy all the time and still serve everybody in time wake nobody.
pub(in crate::judge) fn shared(limits: Limits, is_harmful: bool) -> Option<Signal> {
    let at_most = if is_harmful { Severity::Page } else { Severity::Ticket };
    signal("", Limits { queue: 0.0, ..limits }, at_most)
}

/// Whether one of the limits that all pools share is near.
pub(in crate::judge) fn is_near(limits: Limits) -> bool {
    Limits { queue: 0.0, ..limits }.nearest().1 >= NEAR
}

fn signal(pool: &str, limits: Limits, at_most: Severity) -> Option<Signal> {
    let (what, used) = limits.nearest();
    (used >= NEAR).then(|| Signal {
        kind: SignalKind::BalancerLimit,
        pool: pool.to_owned(),
        severity: if used >= AT { at_most } else { Severity::Ticket },
        cause: Some(Cause::BalancerLimit),
        summary: format!("{:.0} % of the balancer's {what} are used", used * 100.0),
    })
}
