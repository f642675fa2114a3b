//! Endpoints that are slow or fail though they do not carry more than others.

use std::sync::Arc;

use crate::endpoints::{Beside, beside};
use crate::latencies::Latencies;
use crate::window::{EndpointWindow, PoolWindow};

/// Median answer ÷ the other endpoints' that is too much, and the same ÷ what it was before.
const SLOWER: f64 = 2.0;
const GROWN: f64 = 1.6;
/// The least that the median is with near certainty, ÷ the same: of a few answers it is anything.
const CERTAINLY: f64 = 1.3;
/// Standard errors that near certainty takes; answers below which nothing is certain.
const ERRORS: f64 = 3.6;
const ANSWERS_MIN: u64 = 20;
/// Part of the time that it may be used, below which an endpoint was put aside.
const ASIDE: f64 = 0.9;
/// Part of its attempts that fail, where the others' do not.
const FAILED: f64 = 0.1;
const WELL: f64 = 0.02;
/// Error answers from which on they are no accident.
const FAILED_MIN: f64 = 3.0;
/// What carries up to so much of its part is not overloaded.
const OWN_PART: f64 = 1.15;
/// Pressure ÷ the pool's, and claims ÷ its part, from which on crowds are the reason.
const CROWDED: f64 = 1.3;

/// Requests present ÷ capacity of an endpoint whose slots are all taken.
const FULL: f64 = 1.0;

/// An endpoint that is ill.
#[derive(Clone, Debug, PartialEq)]
pub struct Ill {
    /// Its name.
    pub name: Arc<str>,
    /// Its share of the attempts ÷ its share of the capacity in use.
    pub load_ratio: f64,
    /// In what way.
    pub symptom: Symptom,
}

/// In what way an endpoint is ill.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Symptom {
    /// This part of its attempts is answered with errors, 0 to 1.
    Fails(f64),
    /// Its median answer takes so many times as long as the others'.
    Slow(f64),
}

/// All that are ill, those that fail first. `usual` is the same pool when all was well: who has
/// always been slower than others is not ill.
pub fn ill(now: &PoolWindow, usual: Option<&PoolWindow>) -> Vec<Ill> {
    let endpoints = beside(now);
    // Whoever was put aside for its errors is not beside the others any more.
    let load = |name: &Arc<str>| {
        let own = endpoints.iter().find(|e| e.name == *name);
        own.map_or(0.0, |own| own.load_ratio)
    };
    let failing = now.endpoints.iter().filter_map(|(name, e)| {
        let part = e.statuses[4] as f64 / e.attempts.max(1) as f64;
        let crowded = endpoints.iter().any(|e| e.name == *name && e.pressure_ratio > CROWDED);
        (fails(e, crowded) && others_are_well(now, name)).then(|| Ill {
            name: Arc::clone(name),
            load_ratio: load(name),
            symptom: Symptom::Fails(part),
        })
    });
    let before = usual.map(beside).unwrap_or_default();
    // Who has always had less is overloaded by less.
    let part = |e: &Beside| {
        let own = before.iter().find(|one| one.name == e.name);
        OWN_PART * own.map_or(1.0, |one| one.load_ratio.min(1.0))
    };
    // Who is asked for more than others is slow for that reason.
    let wanted = |e: &Beside| e.claims_ratio > CROWDED || e.effective_ratio > OWN_PART;
    // Where all slots are taken, how long answers take them says whose fault it is.
    let own_fault = |e: &&Beside| !wanted(e) && (e.pressure >= FULL || e.load_ratio < part(e));
    let slow = endpoints.iter().filter(own_fault).filter_map(|e| {
        let symptom = Symptom::Slow(slower(now, usual, &e.name)?);
        Some(Ill { name: Arc::clone(&e.name), load_ratio: e.load_ratio, symptom })
    });
    failing.chain(slow).collect()
}

fn fails(e: &EndpointWindow, crowded: bool) -> bool {
    let errors = e.statuses[4] as f64;
    let part = errors / e.attempts.max(1) as f64;
    let aside = e.usable_s < ASIDE * e.capacity_s;
    // What answers nobody is not ill but gone.
    let often = errors >= FAILED_MIN && part > FAILED;
    // What was put aside is only tried now and then.
    let tried = e.attempts >= if aside { 1 } else { 2 } && part > 0.5;
    (often || tried) && (aside || !crowded)
}

fn others_are_well(window: &PoolWindow, name: &str) -> bool {
    let others = window.endpoints.iter().filter(|(other, e)| **other != *name && e.attempts > 0);
    let well = |e: &EndpointWindow| (e.failed() as f64) < WELL * e.attempts as f64;
    others.clone().filter(|(_, e)| well(e)).count() * 2 > others.count()
}

/// How many times the others' median an endpoint's median is, where that is too much.
fn slower(now: &PoolWindow, usual: Option<&PoolWindow>, name: &str) -> Option<f64> {
    let reference_s = median_of_others(now, name)?;
    let own = latencies(now, name).filter(|own| own.count() >= ANSWERS_MIN)?;
    let before = usual.and_then(|usual| {
        Some(latencies(usual, name)?.quantile_spread_s(0.5) / median_of_others(usual, name)?)
    });
    let before = before.unwrap_or(1.0).max(1.0);
    // The sample's quantile that the true median is above, with near certainty, whatever the
    // distribution: its rank is binomial.
    let rank = 0.5 - ERRORS / (2.0 * (own.count() as f64).sqrt());
    let (least, times) = (
        own.quantile_spread_s(rank.max(0.0)) / reference_s,
        own.quantile_spread_s(0.5) / reference_s,
    );
    let is_slow = times > SLOWER && times > GROWN * before && least > CERTAINLY * before;
    // Who waits for a slot is not served more slowly.
    let busy = busier(now, name)?;
    let busy_before = usual.and_then(|usual| busier(usual, name)).unwrap_or(1.0).max(1.0);
    let error = (others(now, name).dispersion() - 1.0).max(0.0) / own.count() as f64;
    let busy_least = busy / (1.0 + ERRORS * error.sqrt());
    let is_busy = busy > GROWN * busy_before && busy_least > CERTAINLY * busy_before;
    (is_slow && is_busy).then_some(times)
}

/// How many times the others' slot time an answer takes of an endpoint.
fn busier(window: &PoolWindow, name: &str) -> Option<f64> {
    let mut own = (0.0, 0);
    let mut others = (0.0, 0);
    for (known, e) in &window.endpoints {
        let sum = if **known == *name { &mut own } else { &mut others };
        sum.0 += e.busy_s();
        sum.1 += e.latencies.count();
    }
    let each = |(busy_s, answers): (f64, u64)| busy_s / answers as f64;
    (own.1 > 0 && others.0 > 0.0).then(|| each(own) / each(others))
}

/// The other endpoints' median answer, s.
fn median_of_others(window: &PoolWindow, name: &str) -> Option<f64> {
    Some(others(window, name).quantile_spread_s(0.5)).filter(|&median| median > 0.0)
}

fn others(window: &PoolWindow, name: &str) -> Latencies {
    let mut all = Latencies::default();
    let others = window.endpoints.iter().filter(|(other, _)| **other != *name);
    others.for_each(|(_, endpoint)| all.add(&endpoint.latencies));
    all
}

fn latencies<'w>(window: &'w PoolWindow, name: &str) -> Option<&'w Latencies> {
    let own = window.endpoints.iter().find(|(own, _)| **own == *name)?;
    Some(&own.1.latencies)
}

#[cfg(test)]
mod tests;
