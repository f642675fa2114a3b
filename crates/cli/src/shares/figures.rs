//! The figures of a pool's window: shares against what they should have been.
//!
//! What cannot be known is `None`, never 0: a share of no requests, a part of no capacity.

use std::collections::BTreeMap;
use std::sync::Arc;

use balance::Reason;
use evenness::{EndpointWindow, PoolWindow};
use serde::Serialize;

use super::clients::{ClientFigures, client_figures};

/// A pool.
#[derive(Debug, Serialize)]
pub(super) struct PoolFigures {
    /// Its first second, seconds since the Unix epoch.
    pub(super) from_at: u64,
    pub(super) measured_s: f64,
    pub(super) requests: u64,
    pub(super) retries: u64,
    pub(super) errors: u64,
    /// Of share ÷ intended share: 1 when all got what they should, 1 ÷ n when one got all.
    pub(super) jain: Option<f64>,
    /// The largest share ÷ intended share, over the mean.
    pub(super) peak_to_mean: Option<f64>,
    /// `None` where nobody knows who asked.
    pub(super) clients: Option<ClientFigures>,
    /// Attempts by the reason of their pick, those that there were.
    pub(super) picks: BTreeMap<&'static str, u64>,
    pub(super) endpoints: Vec<EndpointFigures>,
}

/// An endpoint.
#[derive(Debug, Serialize)]
pub(super) struct EndpointFigures {
    pub(super) name: String,
    /// Attempts sent to it.
    pub(super) requests: u64,
    pub(super) share: Option<f64>,
    /// The share that the approved intent gives it.
    pub(super) approved_share: Option<f64>,
    /// The share that the settings in force and the health of all give it.
    pub(super) effective_share: Option<f64>,
    /// Share ÷ approved share, or ÷ effective share where nothing was approved.
    pub(super) share_to_intended: Option<f64>,
    pub(super) bindings: u64,
    pub(super) bindings_share: Option<f64>,
    pub(super) pressure: Option<f64>,
    /// Over the pool's: all requests present ÷ all capacity.
    pub(super) pressure_to_mean: Option<f64>,
    pub(super) errors: u64,
    pub(super) p50_s: Option<f64>,
    pub(super) p99_s: Option<f64>,
    /// Attempts by the reason of their pick, those that there were.
    pub(super) picks: BTreeMap<&'static str, u64>,
}

impl EndpointFigures {
    /// The share that it should have had.
    pub(super) fn intended_share(&self) -> Option<f64> {
        self.approved_share.or(self.effective_share)
    }
}

/// All figures of a window.
pub(super) fn pool_figures(window: &PoolWindow) -> PoolFigures {
    let whole = Whole::of(window);
    let endpoint = |(name, window): &(Arc<str>, EndpointWindow)| whole.endpoint(name, window);
    let endpoints: Vec<EndpointFigures> = window.endpoints.iter().map(endpoint).collect();
    let (jain, peak_to_mean) = evenness_of(&endpoints).unzip();
    PoolFigures {
        from_at: window.from_s,
        measured_s: window.length_s,
        requests: window.requests,
        retries: window.retries,
        errors: window.errors(),
        jain,
        peak_to_mean,
        clients: client_figures(window),
        picks: picks(window.endpoints.iter().map(|(_, window)| window)),
        endpoints,
    }
}

/// What endpoints are parts of.
struct Whole {
    attempts: f64,
    bindings: f64,
    approved_s: f64,
    effective_s: f64,
    /// Requests present ÷ capacity.
    pressure: Option<f64>,
}

impl Whole {
    fn of(window: &PoolWindow) -> Whole {
        let sum = |part: fn(&EndpointWindow) -> f64| {
            window.endpoints.iter().map(|(_, window)| part(window)).sum::<f64>()
        };
        Whole {
            attempts: sum(|window| window.attempts as f64),
            bindings: sum(|window| window.bindings as f64),
            approved_s: sum(|window| window.approved_s),
            effective_s: sum(|window| window.effective_s),
            pressure: ratio(sum(|window| window.present_s), sum(|window| window.capacity_s)),
        }
    }

    fn endpoint(&self, name: &str, window: &EndpointWindow) -> EndpointFigures {
        let share = ratio(window.attempts as f64, self.attempts);
        // Shares add up to 1 at every moment: their integrals, over the sum of those, are means.
        let approved_share = ratio(window.approved_s, self.approved_s);
        let effective_share = ratio(window.effective_s, self.effective_s);
        let intended = approved_share.or(effective_share);
        let pressure = ratio(window.present_s, window.capacity_s);
        let latency = |quantile| {
            let seconds = window.latencies.quantile_s(quantile);
            (window.latencies.count() > 0).then_some(seconds)
        };
        EndpointFigures {
            name: name.to_owned(),
            requests: window.attempts,
            share,
            approved_share,
            effective_share,
            share_to_intended: over(share, intended),
            bindings: window.bindings,
            bindings_share: ratio(window.bindings as f64, self.bindings),
            pressure,
            pressure_to_mean: over(pressure, self.pressure),
            errors: window.failed(),
            p50_s: latency(0.5),
            p99_s: latency(0.99),
            picks: picks([window]),
        }
    }
}

fn picks<'w>(
    windows: impl IntoIterator<Item = &'w EndpointWindow> + Clone,
) -> BTreeMap<&'static str, u64> {
    let sum = |reason: Reason| -> u64 {
        let each = windows.clone().into_iter().map(|window| window.picks.get(reason.index()));
        each.map(|count| count.copied().unwrap_or_default()).sum()
    };
    let all = Reason::ALL.map(|reason| (reason.name(), sum(reason)));
    all.into_iter().filter(|(_, count)| *count > 0).collect()
}

/// Jain's index and peak ÷ mean of share ÷ intended share, over the endpoints meant to have one.
fn evenness_of(endpoints: &[EndpointFigures]) -> Option<(f64, f64)> {
    let loads: Vec<(f64, f64)> = endpoints
        .iter()
        .filter_map(|endpoint| endpoint.share.zip(endpoint.intended_share()))
        .filter(|&(_, intended)| intended > 0.0)
        .collect();
    let ratios = loads.iter().map(|(share, intended)| share / intended);
    let (sum, squares) = ratios
        .clone()
        .fold((0.0, 0.0), |(sum, squares), ratio| (sum + ratio, squares + ratio * ratio));
    let mean = ratio(
        loads.iter().map(|(share, _)| share).sum(),
        loads.iter().map(|(_, intended)| intended).sum(),
    )?;
    let jain = ratio(sum * sum, loads.len() as f64 * squares)?;
    Some((jain, ratio(ratios.fold(0.0, f64::max), mean)?))
}

fn ratio(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

fn over(part: Option<f64>, whole: Option<f64>) -> Option<f64> {
    ratio(part?, whole?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(attempts: [u64; 5], approved: [f64; 5]) -> PoolWindow {
        let endpoint = |(index, (attempts, approved)): (usize, (u64, f64))| {
            let window = EndpointWindow {
                attempts,
                approved_s: approved * 60.0,
                effective_s: 60.0 / 5.0,
                capacity_s: 6000.0,
                present_s: attempts as f64,
                ..EndpointWindow::default()
            };
            (format!("web{index}").into(), window)
        };
        let endpoints = attempts.into_iter().zip(approved).enumerate().map(endpoint).collect();
        PoolWindow { length_s: 60.0, requests: 3000, endpoints, ..PoolWindow::default() }
    }

    fn close(seen: Option<f64>, expected: f64) {
        assert!(seen.is_some_and(|seen| (seen - expected).abs() < 1e-9), "{seen:?}");
    }

    /// Goal: the figures of the outage of 2024-05-01, in which two of five took four fifths.
    #[test]
    fn two_of_five() {
        let figures = pool_figures(&window([1200, 1200, 200, 200, 200], [0.2; 5]));
        close(figures.jain, 0.6);
        close(figures.peak_to_mean, 2.0);
        close(figures.endpoints[0].share, 0.4);
        close(figures.endpoints[0].share_to_intended, 2.0);
        close(figures.endpoints[0].pressure, 0.2);
        close(figures.endpoints[0].pressure_to_mean, 2.0);
    }

    #[test]
    fn what_was_meant_is_even() {
        let figures = pool_figures(&window([1200, 600, 600, 600, 0], [0.4, 0.2, 0.2, 0.2, 0.0]));
        close(figures.jain, 1.0);
        close(figures.peak_to_mean, 1.0);
        assert_eq!(figures.endpoints[4].share_to_intended, None);
        assert_eq!(figures.endpoints[0].bindings_share, None);
    }

    #[test]
    fn without_an_approval_the_settings_in_force_count() {
        let figures = pool_figures(&window([600; 5], [0.0; 5]));
        assert_eq!(figures.endpoints[0].approved_share, None);
        close(figures.endpoints[0].share_to_intended, 1.0);
    }

    #[test]
    fn no_requests_have_no_shares() {
        let figures = pool_figures(&window([0; 5], [0.2; 5]));
        assert_eq!((figures.jain, figures.peak_to_mean), (None, None));
        assert_eq!((figures.endpoints[0].share, figures.endpoints[0].p99_s), (None, None));
    }
}
