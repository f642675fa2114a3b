//! Where it hurts: only where it is crowded, everywhere, or somewhere else.

use std::sync::Arc;

use super::pressure::UNEVEN;
use crate::diagnosis::case::Case;
use crate::diagnosis::term::{Reading, Term};
use crate::endpoints::{Beside, beside, listed};
use crate::slow::is_slow;
use crate::window::PoolWindow;

/// Part of the attempts that fail, from which on it hurts.
const FAILED: f64 = 0.02;
/// Slowest hundredth ÷ usual, from which on it hurts.
const SLOWER: f64 = 2.0;
/// Requests present ÷ capacity from which on they wait for each other.
const CROWDED: f64 = 1.3;
const ANSWERS_MIN: u64 = 20;

pub(super) fn read(case: &Case<'_>) -> Option<Reading> {
    if case.now.attempts() < ANSWERS_MIN {
        return None;
    }
    let usual_s = case.usual.map(slowest_s).filter(|&s| s > 0.0);
    let hurts = |endpoint: &Beside| {
        let of = case.now.endpoints.iter().find(|(name, _)| *name == endpoint.name);
        let slow = of.zip(usual_s).is_some_and(|((_, e), s)| is_slow(&e.latencies, s, SLOWER));
        endpoint.failed_ratio > FAILED || slow
    };
    let endpoints = beside(case.now);
    if !endpoints.is_empty() && endpoints.iter().all(|e| e.pressure > CROWDED) {
        let text = "more requests are under way everywhere than can be served at once".to_owned();
        return Some(Reading::new(Term::Harm, "everywhere", text));
    }
    let (hurt, well): (Vec<&Beside>, Vec<&Beside>) = endpoints.iter().partition(|e| hurts(e));
    let own = case.now.own_errors as f64 / case.now.requests.max(1) as f64;
    if hurt.is_empty() {
        return Some(match own > FAILED {
            true => {
                let text = format!("{:.0} % of the answers are the balancer's own", own * 100.0);
                Reading::new(Term::Harm, "before", text)
            }
            false => Reading::new(Term::Harm, "none", "nobody is slow or fails".to_owned()),
        });
    }
    let names: Vec<Arc<str>> = hurt.iter().map(|e| Arc::clone(&e.name)).collect();
    let who = listed(&names);
    let crowded = hurt.iter().all(|e| e.pressure_ratio > UNEVEN);
    Some(match () {
        () if well.is_empty() => {
            Reading::new(Term::Harm, "everywhere", "all endpoints are slow or fail".to_owned())
        }
        () if crowded => {
            let text = format!("requests are slow or fail at the crowded {who} only");
            Reading::new(Term::Harm, "crowded", text)
        }
        () => {
            let text =
                format!("requests are slow or fail at {who}, which is no more crowded than others");
            Reading::new(Term::Harm, "elsewhere", text)
        }
    })
}

/// The slowest endpoint's slowest hundredth, s.
fn slowest_s(window: &PoolWindow) -> f64 {
    let enough = window.endpoints.iter().filter(|(_, e)| e.latencies.count() >= ANSWERS_MIN);
    enough.map(|(_, e)| e.latencies.quantile_spread_s(0.99)).fold(0.0, f64::max)
}
