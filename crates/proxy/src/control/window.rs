//! The last ten seconds of every endpoint, in steps of one second.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ledger::{EndpointTally, HistogramCounts};

use crate::plan::{Plan, PlannedEndpoint};

/// Seconds that a window covers.
const SECONDS: usize = 10;

/// One endpoint's recent seconds.
#[derive(Clone, Debug, Default)]
pub(crate) struct EndpointWindow {
    /// The first of the counters that it follows. An endpoint that is removed and added again
    /// counts from 0 in others.
    counters: Option<Arc<EndpointTally>>,
    /// Totals at the ends of the last seconds, the oldest first.
    marks: VecDeque<Mark>,
    /// Sum and number of pressure samples in the running second.
    pressure_sum: f64,
    samples: u32,
}

#[derive(Clone, Debug, Default)]
struct Mark {
    requests: u64,
    latency: HistogramCounts,
    /// Mean pressure of the second that ended here.
    pressure: f64,
}

impl EndpointWindow {
    /// Requests in the window.
    pub(crate) fn requests(&self) -> u64 {
        let ends = (self.marks.front(), self.marks.back());
        let (Some(first), Some(last)) = ends else { return 0 };
        last.requests.saturating_sub(first.requests)
    }

    /// Latencies in the window.
    pub(crate) fn latency(&self) -> HistogramCounts {
        match (self.marks.front(), self.marks.back()) {
            (Some(first), Some(last)) => last.latency.since(&first.latency),
            _ => HistogramCounts::default(),
        }
    }

    /// Mean pressure over the window.
    pub(crate) fn pressure(&self) -> f64 {
        let seconds = self.marks.len().saturating_sub(1).max(1);
        self.marks.iter().skip(1).map(|mark| mark.pressure).sum::<f64>() / seconds as f64
    }

    /// An empty window that begins now.
    fn begin(endpoint: &PlannedEndpoint) -> EndpointWindow {
        let counters = endpoint.tallies.first().cloned();
        let mut window = EndpointWindow { counters, ..EndpointWindow::default() };
        window.end_second(endpoint);
        window
    }

    fn follows(&self, endpoint: &PlannedEndpoint) -> bool {
        let both = self.counters.as_ref().zip(endpoint.tallies.first());
        both.is_some_and(|(known, now)| Arc::ptr_eq(known, now))
    }

    fn sample(&mut self, pressure: f64) {
        self.pressure_sum += pressure;
        self.samples += 1;
    }

    fn end_second(&mut self, endpoint: &PlannedEndpoint) {
        let (requests, latency) = totals(endpoint);
        let pressure = self.pressure_sum / f64::from(self.samples.max(1));
        self.marks.push_back(Mark { requests, latency, pressure });
        (self.pressure_sum, self.samples) = (0.0, 0);
        if self.marks.len() > SECONDS + 1 {
            self.marks.pop_front();
        }
    }
}

/// Requests and latencies of all workers.
pub(crate) fn totals(endpoint: &PlannedEndpoint) -> (u64, HistogramCounts) {
    let mut latency = HistogramCounts::default();
    let mut requests = 0;
    for tally in &endpoint.tallies {
        latency.add(&tally.latency);
        requests += tally.requests.load(std::sync::atomic::Ordering::Relaxed);
    }
    (requests, latency)
}

/// Pool, then endpoint.
type ByName = HashMap<String, HashMap<String, EndpointWindow>>;

/// The windows of all endpoints.
#[derive(Clone, Debug, Default)]
pub(crate) struct Windows(Arc<Mutex<ByName>>);

impl Windows {
    fn lock(&self) -> MutexGuard<'_, ByName> {
        // A panic while it is held leaves a window with a sample more or less.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A copy of one endpoint's window.
    pub(crate) fn window(&self, pool: &str, endpoint: &str) -> EndpointWindow {
        let windows = self.lock();
        windows.get(pool).and_then(|pool| pool.get(endpoint)).cloned().unwrap_or_default()
    }

    /// Takes a pressure sample of every endpoint; `second`: a second ends here.
    pub(crate) fn sample(&self, plan: &Plan, second: bool) {
        let mut windows = self.lock();
        for pool in &plan.pools {
            if !windows.contains_key(&*pool.name) {
                windows.insert(pool.name.to_string(), HashMap::new());
            }
            let Some(known) = windows.get_mut(&*pool.name) else { continue };
            let endpoints = pool.endpoints.iter().zip(pool.core.endpoints());
            for ((planned, state), asked) in endpoints.zip(&pool.core.spec().endpoints) {
                if !known.get(&*planned.name).is_some_and(|window| window.follows(planned)) {
                    known.insert(planned.name.to_string(), EndpointWindow::begin(planned));
                }
                let Some(window) = known.get_mut(&*planned.name) else { continue };
                window.sample(state.present() / asked.capacity);
                if second {
                    window.end_second(planned);
                }
            }
            if second {
                known.retain(|name, _| pool.endpoints.iter().any(|e| *e.name == **name));
            }
        }
        windows.retain(|name, _| plan.pools.iter().any(|pool| *pool.name == **name));
    }
}
