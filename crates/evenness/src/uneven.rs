//! Whether an endpoint carries materially more than its part, as measured, not as inferred.
//!
//! The balancer sees every request, so there is nothing to infer about *what* happened. Statistics
//! only keep chance out: of a handful of requests, one endpoint has most.

use std::sync::Arc;

use crate::latencies::Latencies;
use crate::pace::Pace;
use crate::shape;
use crate::verdict::Verdict;
use crate::window::{EndpointWindow, PoolWindow};

/// When load counts as uneven.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UnevenLimits {
    /// Load per usable capacity ÷ the pool's, above which it fires.
    pub fire: f64,
    /// The same, above which it warns.
    pub warn: f64,
    /// Windows in a row that it takes.
    pub windows: u32,
    /// Without harm it fires only when the hottest endpoint has this pressure: at less, nothing
    /// would be gained by an even load.
    pub pressure: f64,
    /// Standard errors by which a load must be above the pool's to be more than chance. Without
    /// harm, requests of one client count as one.
    pub errors: f64,
}

impl Default for UnevenLimits {
    fn default() -> Self {
        UnevenLimits { fire: 1.3, warn: 1.15, windows: 2, pressure: 0.05, errors: 4.0 }
    }
}

/// What else is known of a window.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Circumstances {
    /// Whether users suffer now: an objective burns.
    pub harm: bool,
    /// Σ n² ÷ Σ n over clients, where it is known: [`Spread::deff`](crate::Spread::deff).
    pub deff: Option<f64>,
}

/// What a window shows.
#[derive(Clone, Debug, PartialEq)]
pub struct UnevenFigures {
    /// The judgement, for as many windows as [`UnevenLimits::windows`] asks for.
    pub verdict: Verdict,
    /// Whether an endpoint was above [`UnevenLimits::warn`] for that long, with harm or without.
    pub warns: bool,
    /// The endpoint with the most load per usable capacity.
    pub peak: Option<Arc<str>>,
    /// Its pressure ÷ the mean of those that are not slower than it is.
    pub peak_to_mean: f64,
    /// The same by cost: time to first byte, summed. Of an answer that took a minute, all of it
    /// counts in the second in which it came, which is why nothing is judged by it.
    pub cost_to_mean: f64,
    /// By how many standard errors its load is above the mean, by the number of requests.
    pub errors: f64,
    /// Whether a few clients, each at one endpoint, would explain the peak: then neither weights
    /// nor picks need be at fault. `None` where nothing is known of clients.
    pub clients_explain: Option<bool>,
    /// Highest pressure of an endpoint.
    pub pressure: f64,
    /// Jain's index of the pressures, 1 is even.
    pub jain: Option<f64>,
    /// Divergence of the load's shares from the usable capacity's, nats.
    pub divergence: f64,
    /// Endpoints that were judged.
    pub judged: usize,
}

/// Judges one window after the other.
///
/// To be sure of a load of twice the mean, on one of five endpoints, takes 85 requests in a
/// window, times the dispersion of their costs; of 1.3 times the mean, 780. Windows of ten seconds
/// suit pools with a hundred requests per second; lighter ones are better judged by minutes.
#[derive(Clone, Debug, Default)]
pub struct Unevenness {
    limits: UnevenLimits,
    runs: Vec<Run>,
}

/// How long an endpoint has been above the limits.
#[derive(Clone, Debug)]
struct Run {
    name: Arc<str>,
    warn: u32,
    fire: u32,
}

/// An endpoint's load against those of its peers.
struct Load<'w> {
    name: &'w Arc<str>,
    pressure: f64,
    /// Pressure ÷ its peers'.
    ratio: f64,
    cost_to_mean: f64,
    /// Standard error of the ratio, by the number of requests.
    error: f64,
}

impl Unevenness {
    /// Judges by these limits.
    pub fn new(limits: UnevenLimits) -> Self {
        Unevenness { limits, runs: Vec::new() }
    }

    /// Judges the next window. `past` is what tells how fast endpoints are: the minutes up to it.
    ///
    /// An endpoint is compared with those that are not slower than it is. The room of a slow one
    /// is no place for what a fast one carries: who waits for a slot there is served sooner.
    ///
    /// Draining, failed and warming endpoints are judged by the capacity that may be used, and not
    /// at all where that is next to nothing. Where an endpoint is above the limit, but not by
    /// enough standard errors, the verdict is "no data".
    pub fn judge(
        &mut self,
        window: &PoolWindow,
        past: Option<&PoolWindow>,
        around: Circumstances,
    ) -> UnevenFigures {
        let judged = window.usable();
        let paces: Vec<Pace> = judged.iter().map(|(name, _)| Pace::of(name, past)).collect();
        let loads = loads(&judged, &paces, window.length_s);
        let clusters = if around.harm { 1.0 } else { around.deff.unwrap_or(1.0).max(1.0) };
        let errors_min = self.limits.errors * clusters.sqrt();
        self.follow(&loads, errors_min);
        let Some(peak) = loads.iter().max_by(|a, b| a.ratio.total_cmp(&b.ratio)) else {
            return UnevenFigures::nothing();
        };
        let column = |of: fn(&EndpointWindow) -> f64| -> Vec<f64> {
            judged.iter().map(|(_, endpoint)| of(endpoint)).collect()
        };
        let pressures: Vec<f64> = loads.iter().map(|load| load.pressure).collect();
        let pressure = pressures.iter().copied().fold(0.0, f64::max);
        let explain = |deff: f64| peak.errors() < self.limits.errors * deff.max(1.0).sqrt();
        UnevenFigures {
            verdict: self.verdict(peak, errors_min, around.harm || pressure > self.limits.pressure),
            warns: self.lasts(|run| run.warn),
            peak: Some(Arc::clone(peak.name)),
            peak_to_mean: peak.ratio,
            cost_to_mean: peak.cost_to_mean,
            errors: peak.errors(),
            clients_explain: around.deff.map(explain),
            pressure,
            jain: shape::jain(&pressures),
            divergence: shape::divergence(&column(|e| e.present_s), &column(|e| e.usable_s)),
            judged: loads.len(),
        }
    }

    fn verdict(&self, peak: &Load<'_>, errors_min: f64, matters: bool) -> Verdict {
        let is_sure = peak.errors() >= errors_min;
        match peak.ratio > self.limits.fire {
            _ if self.lasts(|run| run.fire) && matters => Verdict::Uneven,
            true if !is_sure => Verdict::NoData,
            _ => Verdict::Even,
        }
    }

    fn lasts(&self, count: impl Fn(&Run) -> u32) -> bool {
        self.runs.iter().any(|run| count(run) >= self.limits.windows.max(1))
    }

    /// By endpoint, because chance rarely picks the same one twice.
    fn follow(&mut self, loads: &[Load<'_>], errors_min: f64) {
        let limits = self.limits;
        let run = |load: &Load<'_>| {
            let before = self.runs.iter().find(|run| run.name == *load.name);
            let (warn, fire) = before.map_or((0, 0), |run| (run.warn, run.fire));
            let is_sure = load.errors() >= errors_min;
            let next = |limit: f64, count: u32| {
                if is_sure && load.ratio > limit { count.saturating_add(1) } else { 0 }
            };
            Run {
                name: Arc::clone(load.name),
                warn: next(limits.warn, warn),
                fire: next(limits.fire, fire),
            }
        };
        self.runs = loads.iter().map(run).collect();
    }
}

impl Load<'_> {
    /// Standard errors above the mean. Counts have a longer tail than the normal distribution;
    /// Bernstein's inequality asks for this third.
    fn errors(&self) -> f64 {
        let excess = (self.ratio - 1.0).max(0.0);
        excess / (self.error * (1.0 + excess / 3.0).sqrt())
    }
}

impl UnevenFigures {
    fn nothing() -> Self {
        UnevenFigures {
            verdict: Verdict::NoData,
            warns: false,
            peak: None,
            peak_to_mean: 1.0,
            cost_to_mean: 1.0,
            errors: 0.0,
            clients_explain: None,
            pressure: 0.0,
            jain: None,
            divergence: 0.0,
            judged: 0,
        }
    }
}

/// Each endpoint's load; nothing where there was none.
fn loads<'w>(
    judged: &[&'w (Arc<str>, EndpointWindow)],
    paces: &[Pace],
    length_s: f64,
) -> Vec<Load<'w>> {
    let cost = judged.iter().map(|(_, e)| e.cost_s).sum::<f64>();
    let all = Sum::of(judged.iter().map(|(_, endpoint)| endpoint));
    if all.requests(length_s) <= 0.0 || all.present_s <= 0.0 {
        return Vec::new();
    }
    let mut latencies = Latencies::default();
    judged.iter().for_each(|(_, endpoint)| latencies.add(&endpoint.latencies));
    let dispersion = latencies.dispersion();
    let load = |(&(name, endpoint), own): (&&'w (Arc<str>, EndpointWindow), &Pace)| {
        let beside = judged.iter().zip(paces).filter(|(_, pace)| !pace.is_slower_than(own));
        let peers = Sum::of(beside.map(|((_, endpoint), _)| endpoint));
        let due = endpoint.usable_s / peers.usable_s;
        let requests = peers.requests(length_s);
        Load {
            name,
            pressure: endpoint.present_s / endpoint.usable_s,
            ratio: if peers.present_s > 0.0 {
                endpoint.present_s / peers.present_s / due
            } else {
                1.0
            },
            cost_to_mean: if cost > 0.0 { endpoint.cost_s / cost / due } else { 1.0 },
            // Requests that fall anywhere by chance, with costs as they were measured. One
            // endpoint alone has no error; a small one keeps the ratio finite.
            error: (dispersion / requests * (1.0 - due) / due).sqrt().max(1e-9),
        }
    };
    judged.iter().zip(paces).map(load).collect()
}

/// What some endpoints have and carry together.
struct Sum {
    usable_s: f64,
    present_s: f64,
    attempts: f64,
}

impl Sum {
    fn of<'w>(endpoints: impl Iterator<Item = &'w EndpointWindow>) -> Sum {
        let nothing = Sum { usable_s: 0.0, present_s: 0.0, attempts: 0.0 };
        endpoints.fold(nothing, |sum, endpoint| Sum {
            usable_s: sum.usable_s + endpoint.usable_s,
            present_s: sum.present_s + endpoint.present_s,
            attempts: sum.attempts + endpoint.attempts as f64,
        })
    }

    /// Long streams are few attempts and yet a load.
    fn requests(&self, length_s: f64) -> f64 {
        self.attempts.max(self.present_s / length_s.max(f64::MIN_POSITIVE))
    }
}

#[cfg(test)]
mod tests;
