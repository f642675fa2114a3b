//! Whether some endpoints carry more than their part.

use std::sync::Arc;

use crate::diagnosis::case::Case;
use crate::diagnosis::term::{Reading, Term};
use crate::endpoints::{beside, listed};

/// Requests from which on the peak is more than chance.
const REQUESTS_MIN: u64 = 100;
/// Requests present ÷ capacity from which on all wait, and where they wait says little.
pub(super) const FLOODED: f64 = 3.0;
/// Standard errors that newcomers may put on it by chance.
pub(super) const ERRORS: f64 = 3.0;
/// Pressure ÷ mean of what carries too much.
pub(super) const UNEVEN: f64 = 1.3;

pub(super) fn read(case: &Case<'_>) -> Option<Reading> {
    let endpoints = beside(case.now);
    if case.now.attempts() < REQUESTS_MIN || endpoints.len() < 2 {
        return None;
    }
    if endpoints.iter().all(|e| e.pressure > FLOODED) {
        return None;
    }
    let spread = ERRORS * (case.scatter() * (endpoints.len() - 1) as f64).sqrt();
    let peak = endpoints.iter().map(|e| e.pressure_ratio).fold(0.0, f64::max);
    let hot: Vec<Arc<str>> = endpoints
        .iter()
        .filter(|e| e.pressure_ratio > UNEVEN)
        .map(|e| Arc::clone(&e.name))
        .collect();
    Some(match peak {
        _ if peak > UNEVEN && peak <= UNEVEN + spread => return None,
        _ if peak > UNEVEN => {
            let who = listed(&hot);
            let text = format!("more than their part is at {who}: peak pressure {peak:.2} × mean");
            Reading::new(Term::Pressure, "uneven", text)
        }
        _ => {
            let text = format!("pressure is even: its peak is {peak:.2} × the mean");
            Reading::new(Term::Pressure, "even", text)
        }
    })
}
