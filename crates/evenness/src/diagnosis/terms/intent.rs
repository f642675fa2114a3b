//! Whether the settings in force are the approved ones.

use std::sync::Arc;

use crate::diagnosis::case::Case;
use crate::diagnosis::term::{Reading, Term};
use crate::endpoints::{beside, listed};
use crate::window::{EndpointWindow, PoolWindow};

/// Difference of shares from which on it is one: half the sum of all differences.
const DIFFERENCE_MIN: f64 = 0.02;

pub(super) fn read(case: &Case<'_>) -> Option<Reading> {
    let all = Shares::of(case.now, case.now)?;
    // A stretch that began before a change has the mean of both. One that ended before its end was
    // wrong all the same.
    let latest = Shares::of(case.latest, case.now);
    let latest = latest.filter(|latest| latest.difference >= all.difference);
    let (shares, give) = match latest {
        Some(latest) => (latest, "give"),
        None => (all, "gave"),
    };
    if shares.difference < DIFFERENCE_MIN {
        let text = "the shares in force are the approved ones".to_owned();
        return Some(Reading::new(Term::Intent, "same", text));
    }
    Some(Reading::new(Term::Intent, "differs", shares.told(give)))
}

/// The shares of a stretch.
struct Shares {
    /// Of what was whole all the time: the shares of what comes and goes change within a second,
    /// and those in force a moment after the approved ones.
    window: PoolWindow,
    approved: f64,
    effective: f64,
    difference: f64,
}

impl Shares {
    /// Those of a part of a stretch, or of all of it.
    fn of(window: &PoolWindow, stretch: &PoolWindow) -> Option<Shares> {
        let broken: Vec<&Arc<str>> =
            stretch.endpoints.iter().filter(|(_, e)| !is_whole(e)).map(|(name, _)| name).collect();
        let whole =
            |(name, e): &&(Arc<str>, EndpointWindow)| is_whole(e) && !broken.contains(&name);
        let endpoints = window.endpoints.iter().filter(whole).cloned().collect();
        let window = PoolWindow { endpoints, ..window.clone() };
        let sum = |value: fn(&EndpointWindow) -> f64| -> f64 {
            window.endpoints.iter().map(|(_, e)| value(e)).sum()
        };
        let (approved, effective) = (sum(|e| e.approved_s), sum(|e| e.effective_s));
        if approved <= 0.0 || effective <= 0.0 {
            return None;
        }
        let parts = window.endpoints.iter();
        let parts = parts.map(|(_, e)| (e.effective_s / effective - e.approved_s / approved).abs());
        let difference = parts.sum::<f64>() / 2.0;
        Some(Shares { window, approved, effective, difference })
    }

    fn told(&self, give: &str) -> String {
        let more: Vec<Arc<str>> = beside(&self.window)
            .into_iter()
            .filter(|e| e.effective_ratio > e.approved_ratio * 1.05)
            .map(|e| e.name)
            .collect();
        let of = |which: fn(&EndpointWindow) -> f64, all: f64| -> f64 {
            let own = self.window.endpoints.iter().filter(|(name, _)| more.contains(name));
            100.0 * own.map(|(_, e)| which(e)).sum::<f64>() / all
        };
        format!(
            "the settings in force {give} {} {:.0} % of the requests, approved are {:.0} %",
            listed(&more),
            of(|e| e.effective_s, self.effective),
            of(|e| e.approved_s, self.approved),
        )
    }
}

fn is_whole(endpoint: &EndpointWindow) -> bool {
    endpoint.usable_s >= 0.999 * endpoint.capacity_s
}
