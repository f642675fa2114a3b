//! Whether the settings in force are the approved ones.

use std::sync::Arc;

use crate::diagnosis::case::Case;
use crate::diagnosis::term::{Reading, Term};
use crate::endpoints::{beside, listed};
use crate::window::{EndpointWindow, PoolWindow};

/// Difference of shares from which on it is one: half the sum of all differences.
const DIFFERENCE_MIN: f64 = 0.02;

pub(super) fn read(case: &Case<'_>) -> Option<Reading> {
    // What comes and goes has shares that change within a second.
    let whole = |(_, e): &(Arc<str>, EndpointWindow)| e.usable_s >= 0.999 * e.capacity_s;
    let endpoints = case.now.endpoints.iter().filter(|one| whole(one)).cloned().collect();
    let window = &PoolWindow { endpoints, ..case.now.clone() };
    let sum = |value: fn(&crate::window::EndpointWindow) -> f64| -> f64 {
        window.endpoints.iter().map(|(_, e)| value(e)).sum()
    };
    let (approved, effective) = (sum(|e| e.approved_s), sum(|e| e.effective_s));
    if approved <= 0.0 || effective <= 0.0 {
        return None;
    }
    let parts = window.endpoints.iter();
    let parts = parts.map(|(_, e)| (e.effective_s / effective - e.approved_s / approved).abs());
    let difference = parts.sum::<f64>() / 2.0;
    if difference < DIFFERENCE_MIN {
        let text = "the shares in force are the approved ones".to_owned();
        return Some(Reading::new(Term::Intent, "same", text));
    }
    let more: Vec<Arc<str>> = beside(window)
        .into_iter()
        .filter(|e| e.effective_ratio > e.approved_ratio * 1.05)
        .map(|e| e.name)
        .collect();
    let of = |which: fn(&crate::window::EndpointWindow) -> f64, all: f64| -> f64 {
        let own = window.endpoints.iter().filter(|(name, _)| more.contains(name));
        100.0 * own.map(|(_, e)| which(e)).sum::<f64>() / all
    };
    let text = format!(
        "the settings in force give {} {:.0} % of the requests, approved are {:.0} %",
        listed(&more),
        of(|e| e.effective_s, effective),
        of(|e| e.approved_s, approved),
    );
    Some(Reading::new(Term::Intent, "differs", text))
}
