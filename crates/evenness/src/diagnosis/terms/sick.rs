//! Whether an endpoint is slow or fails though it does not carry more than others.

use crate::diagnosis::case::Case;
use crate::diagnosis::term::{Reading, Term};
use crate::endpoints::{Beside, beside};

const ATTEMPTS_MIN: u64 = 20;
/// Cost per answer ÷ the median that is too much.
const SLOWER: f64 = 2.0;
/// The same ÷ what it was before.
const GROWN: f64 = 1.6;
/// Requests present ÷ capacity from which on they wait for each other.
const OVERLOADED: f64 = 1.3;
/// Part of its attempts that fail, and of the others'.
const FAILED: f64 = 0.1;
const WELL: f64 = 0.02;
/// What carries up to so much of its part is not overloaded.
const OWN_PART: f64 = 1.15;

pub(super) fn read(case: &Case<'_>) -> Option<Reading> {
    let endpoints = beside(case.now);
    if case.now.attempts() < ATTEMPTS_MIN || endpoints.len() < 2 {
        return None;
    }
    let usual = case.usual.map(beside).unwrap_or_default();
    let before = |e: &Beside| usual.iter().find(|u| u.name == e.name).map(|u| u.cost_ratio);
    let fails = |e: &Beside| {
        let others = endpoints.iter().filter(|other| other.name != e.name);
        let well = others.clone().filter(|other| other.failed_ratio < WELL).count();
        let most = well * 2 > others.count();
        // What answers nobody is not sick but gone.
        let often = e.attempts >= 5 && e.error_ratio > FAILED;
        // What was put aside is only tried now and then.
        let tried = e.attempts >= 2 && e.error_ratio > 0.5;
        (often || tried) && most && e.pressure_ratio < 1.3
    };
    // Where everybody waits, who waits longest is chance.
    let overloaded = endpoints.iter().all(|e| e.pressure > OVERLOADED);
    let slow = |e: &Beside| {
        let grown = before(e).is_none_or(|before| e.cost_ratio > before * GROWN);
        // Who is asked for more than others is slow for that reason.
        let wanted = e.claims_ratio > 1.3 || e.effective_ratio > OWN_PART;
        e.cost_ratio > SLOWER && e.load_ratio < OWN_PART && grown && !wanted && !overloaded
    };
    if let Some(e) = endpoints.iter().find(|e| fails(e)) {
        let (failed, load) = (e.error_ratio * 100.0, e.load_ratio);
        let text =
            format!("{} fails {failed:.0} % of its attempts with {load:.2} × its part", e.name);
        return Some(Reading::new(Term::Sick, "fails", text));
    }
    if let Some(e) = endpoints.iter().find(|e| slow(e)) {
        let (cost, load) = (e.cost_ratio, e.load_ratio);
        let text = format!(
            "{} takes {cost:.1} × as long as the median with {load:.2} × its part of the requests",
            e.name
        );
        return Some(Reading::new(Term::Sick, "slow", text));
    }
    let text = "nobody is slow or fails without carrying more than its part".to_owned();
    Some(Reading::new(Term::Sick, "none", text))
}
