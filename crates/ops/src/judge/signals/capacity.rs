//! Healthy capacity is missing.

use std::sync::Arc;

use evenness::{Capacity, EndpointWindow, Severity, Signal, SignalKind};

use crate::judge::view::View;

/// Part of the capacity that is missing from which on it is told.
const MISSING_MIN: f64 = 0.15;
const PAGE_MIN: f64 = 0.5;

pub(super) fn read(view: &View<'_>) -> Option<Signal> {
    let now = Capacity::of(view.ten);
    let missing = now.missing()?;
    let told = |severity, summary| Signal {
        kind: SignalKind::CapacityLost,
        pool: view.pool.to_owned(),
        severity,
        // Who is put aside for its errors is there, and sick.
        cause: None,
        summary,
    };
    if missing < MISSING_MIN {
        let name = long_gone(view)?;
        return Some(told(Severity::Ticket, format!("{name} could not be used for 20 s")));
    }
    let severe = missing >= PAGE_MIN || view.is_harmful();
    let who = match now.gone.as_slice() {
        [] => "endpoints came and went".to_owned(),
        gone => gone.join(", "),
    };
    let summary = format!("{:.0} % of the capacity cannot be used: {who}", missing * 100.0);
    Some(told(if severe { Severity::Page } else { Severity::Ticket }, summary))
}

/// An endpoint that could not be used for twenty seconds, however small its part. Who was let in
/// again and has answered nobody since has not come back.
fn long_gone(view: &View<'_>) -> Option<Arc<str>> {
    let before = Capacity::of(view.ten_before?).gone;
    let away = |endpoint: &EndpointWindow| {
        let is_silent = endpoint.statuses.iter().all(|&count| count == 0);
        is_silent && endpoint.usable_s < 0.999 * endpoint.capacity_s
    };
    let mut now = view.ten.endpoints.iter().filter(|(_, endpoint)| away(endpoint));
    let gone = Capacity::of(view.ten).gone;
    let again = gone.into_iter().find(|name| before.contains(name));
    again.or_else(|| now.find(|(name, _)| before.contains(name)).map(|(name, _)| Arc::clone(name)))
}
