//! Healthy capacity is missing.

use std::sync::Arc;

use evenness::{PoolWindow, Severity, Signal, SignalKind};

use crate::judge::view::View;

/// Part of the capacity that is missing from which on it is told.
const MISSING_MIN: f64 = 0.15;
const PAGE_MIN: f64 = 0.5;

/// An endpoint that could not be used for twenty seconds, however small its part.
fn long_gone(view: &View<'_>) -> Option<Signal> {
    let [before, now] = view.tens else { return None };
    let gone = |window: &PoolWindow, name: &str| {
        let own = window.endpoints.iter().find(|(own, _)| &**own == name);
        own.is_some_and(|(_, e)| e.usable_s < 0.5 * e.capacity_s)
    };
    let (name, _) = now.endpoints.iter().find(|(n, _)| gone(now, n) && gone(before, n))?;
    Some(Signal {
        kind: SignalKind::CapacityLost,
        pool: view.pool.to_owned(),
        severity: Severity::Ticket,
        cause: None,
        summary: format!("{name} could not be used for 20 s"),
    })
}

pub(super) fn read(view: &View<'_>) -> Option<Signal> {
    let sum = |of: fn(&evenness::EndpointWindow) -> f64| -> f64 {
        view.ten.endpoints.iter().map(|(_, endpoint)| of(endpoint)).sum()
    };
    let built = sum(|endpoint| endpoint.capacity_s);
    let missing = 1.0 - sum(|endpoint| endpoint.usable_s) / built;
    if built <= 0.0 || missing < MISSING_MIN {
        return long_gone(view);
    }
    let gone = view.ten.endpoints.iter().filter(|(_, e)| e.usable_s < 0.5 * e.capacity_s);
    let gone: Vec<&str> = gone.map(|(name, _): &(Arc<str>, _)| &**name).collect();
    let severe = missing >= PAGE_MIN || view.is_harmful();
    Some(Signal {
        kind: SignalKind::CapacityLost,
        pool: view.pool.to_owned(),
        severity: if severe { Severity::Page } else { Severity::Ticket },
        // Who is put aside for its errors is there, and sick.
        cause: None,
        summary: format!(
            "{:.0} % of the capacity cannot be used: {}",
            missing * 100.0,
            if gone.is_empty() { "endpoints came and went".to_owned() } else { gone.join(", ") }
        ),
    })
}
