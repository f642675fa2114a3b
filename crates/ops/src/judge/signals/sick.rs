//! An endpoint is slow or fails and the others are not: users hardly notice while it is avoided.

use evenness::{Beside, Cause, PoolWindow, Severity, Signal, SignalKind, beside};

use crate::judge::view::View;

/// Cost per answer ÷ the median, now and against what it was before.
const SLOWER: f64 = 2.0;
const GROWN: f64 = 1.6;
/// Part of the attempts that are answered with errors, and attempts that it takes to say so.
const FAILED: f64 = 0.1;
const ATTEMPTS_MIN: u64 = 10;

pub(super) fn read(view: &View<'_>) -> Option<Signal> {
    let [before, now] = view.tens else { return None };
    // Twice in a row: a server that has just started may be slow for some seconds.
    let then = ill(before, view.past);
    let (name, what) = ill(now, view.past)
        .into_iter()
        .find(|(name, _)| then.iter().any(|(before, _)| before == name))?;
    Some(Signal {
        kind: SignalKind::Unevenness,
        pool: view.pool.to_owned(),
        severity: if view.is_harmful() { Severity::Page } else { Severity::Ticket },
        cause: Some(Cause::SickServer),
        summary: format!("{name} {what}"),
    })
}

fn ill(window: &PoolWindow, past: Option<&PoolWindow>) -> Vec<(String, String)> {
    let Some(past) = past.map(beside) else { return Vec::new() };
    let endpoints = beside(window);
    let few = |count: usize| count * 2 < endpoints.len();
    let usual = |e: &Beside| past.iter().find(|one| one.name == e.name).map(|one| one.cost_ratio);
    let slow = |e: &&Beside| {
        let grown = usual(e).is_some_and(|usual| e.cost_ratio > GROWN * usual);
        e.attempts >= ATTEMPTS_MIN && e.cost_ratio > SLOWER && e.load_ratio < 1.15 && grown
    };
    let slow: Vec<&Beside> = endpoints.iter().filter(slow).collect();
    let fails = |e: &&Beside| {
        let often = e.attempts >= ATTEMPTS_MIN && e.error_ratio > FAILED;
        // What was put aside is only tried now and then.
        often || (e.attempts >= 2 && e.error_ratio > 0.5)
    };
    let fails: Vec<&Beside> = endpoints.iter().filter(fails).collect();
    let mut all = Vec::new();
    if few(fails.len()) {
        all.extend(fails.iter().map(|e| {
            (e.name.to_string(), format!("answers {:.0} % with errors", e.error_ratio * 100.0))
        }));
    }
    if few(slow.len()) {
        all.extend(slow.iter().map(|e| {
            (e.name.to_string(), format!("takes {:.1} × as long as the others", e.cost_ratio))
        }));
    }
    all
}
