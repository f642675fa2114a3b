//! Healthy capacity is missing.

use std::sync::Arc;

use evenness::{Cause, Severity, Signal, SignalKind};

use crate::judge::view::View;

/// Part of the capacity that is missing from which on it is told.
const MISSING_MIN: f64 = 0.15;
const PAGE_MIN: f64 = 0.5;

pub(super) fn read(view: &View<'_>) -> Option<Signal> {
    let sum = |of: fn(&evenness::EndpointWindow) -> f64| -> f64 {
        view.ten.endpoints.iter().map(|(_, endpoint)| of(endpoint)).sum()
    };
    let built = sum(|endpoint| endpoint.capacity_s);
    let missing = 1.0 - sum(|endpoint| endpoint.usable_s) / built;
    if built <= 0.0 || missing < MISSING_MIN {
        return None;
    }
    let gone = view.ten.endpoints.iter().filter(|(_, e)| e.usable_s < 0.5 * e.capacity_s);
    let gone: Vec<&str> = gone.map(|(name, _): &(Arc<str>, _)| &**name).collect();
    let severe = missing >= PAGE_MIN || view.is_harmful();
    Some(Signal {
        kind: SignalKind::CapacityLost,
        pool: view.pool.to_owned(),
        severity: if severe { Severity::Page } else { Severity::Ticket },
        cause: Some(Cause::CapacityLoss),
        summary: format!(
            "{:.0} % of the capacity cannot be used: {}",
            missing * 100.0,
            if gone.is_empty() { "endpoints came and went".to_owned() } else { gone.join(", ") }
        ),
    })
}
