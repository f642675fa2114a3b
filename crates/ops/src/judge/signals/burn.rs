//! The error budget burns.

use evenness::{BurnState, Burning, Severity, Signal, SignalKind};

use crate::judge::view::View;

const REQUESTS_MIN: u64 = 50;

pub(super) fn errors(view: &View<'_>) -> Option<Signal> {
    signal(view, view.burns[0], SignalKind::ErrorBurn, "fail")
}

pub(super) fn latency(view: &View<'_>) -> Option<Signal> {
    signal(view, view.burns[1], SignalKind::LatencyBurn, "are slow").or_else(|| crowded(view))
}

/// More requests are under way than the pool can serve at once: they wait, and ever longer,
/// whatever bound there is for that.
fn crowded(view: &View<'_>) -> Option<Signal> {
    (view.is_overfull && view.ten.requests >= REQUESTS_MIN).then(|| Signal {
        kind: SignalKind::LatencyBurn,
        pool: view.pool.to_owned(),
        severity: Severity::Page,
        cause: None,
        summary: format!(
            "{:.1} × as many requests are under way as the pool is built for",
            view.pressure()
        ),
    })
}

fn signal(
    view: &View<'_>,
    state: Option<BurnState>,
    kind: SignalKind,
    what: &str,
) -> Option<Signal> {
    let Some(BurnState::Burning(Burning { pair, long, bad, all, .. })) = state else { return None };
    let (window_s, _) = pair.windows_s();
    let window = match window_s {
        s if s < 3600 => format!("{} min", s / 60),
        s => format!("{} h", s / 3600),
    };
    Some(Signal {
        kind,
        pool: view.pool.to_owned(),
        severity: pair.severity(),
        cause: None,
        summary: format!(
            "{bad} of {all} requests in {window} {what}: {long:.0} × what the objective allows"
        ),
    })
}
