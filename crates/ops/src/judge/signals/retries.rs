//! Retries are much of the traffic.

use evenness::{Severity, Signal, SignalKind};

use crate::judge::view::View;

const REQUESTS_MIN: u64 = 50;
const PART_MIN: f64 = 0.2;

pub(super) fn read(view: &View<'_>) -> Option<Signal> {
    let ten = view.ten;
    let repeated = ten.retries + ten.retries_refused + ten.asked_again;
    let part = repeated as f64 / (ten.requests + ten.retries).max(1) as f64;
    (ten.requests >= REQUESTS_MIN && part > PART_MIN).then(|| Signal {
        kind: SignalKind::RetryAmplification,
        pool: view.pool.to_owned(),
        severity: if view.is_harmful() { Severity::Page } else { Severity::Ticket },
        // Something failed first.
        cause: None,
        summary: format!("{:.0} % of the attempts repeat failed ones", part * 100.0),
    })
}
