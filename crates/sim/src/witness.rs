//! What a balancer's own measurements of a play would be: second by second, for those who judge.

use std::sync::Arc;

use balance::Rng;
use evenness::{Distinct, EndpointWindow, PoolWindow};

use crate::errand::{Errand, mixed};
use crate::traffic::Arrival;

/// Part of the users' requests that bring no cookie.
const COOKIELESS: f64 = 0.1;

/// One request, as far as it is of interest who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asker {
    /// Where from.
    pub address: u32,
    /// Which of the site's paths.
    pub path: u64,
    /// Which user agent.
    pub agent: u64,
    /// Which connection.
    pub connection: u64,
    /// A cookie of the site's came back.
    pub followed: bool,
    /// It is for a part of a page.
    pub asset: bool,
    /// Milliseconds from the start.
    pub at_ms: u64,
}

/// A request that its user may repeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Where from.
    pub address: u32,
    /// Which of the site's paths.
    pub path: u64,
    /// Milliseconds from the start.
    pub at_ms: u64,
}

/// One second of a play.
#[derive(Clone, Debug, Default)]
pub struct Witnessed {
    /// Counts of the pool; its first second is the one since the start.
    pub window: PoolWindow,
    /// Everybody who asked.
    pub askers: Vec<Asker>,
    /// Requests that failed, or whose users had no more patience.
    pub broken: Vec<Broken>,
    /// How many addresses there were.
    pub distinct: Distinct,
}

/// How a balancer sees one server at a moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Standing {
    /// It may be used.
    pub(crate) usable: bool,
    /// Share that settings and health give it.
    pub(crate) intended: f64,
}

/// Takes the measurements of the second that is running.
pub(crate) struct Witness<'w> {
    tell: &'w mut dyn FnMut(Witnessed),
    names: Vec<Arc<str>>,
    capacities: Vec<f64>,
    endpoints: Vec<EndpointWindow>,
    now: Witnessed,
    rng: Rng,
}

impl<'w> Witness<'w> {
    pub(crate) fn new(
        names: impl Iterator<Item = String>,
        capacities: &[f64],
        seed: u64,
        tell: &'w mut dyn FnMut(Witnessed),
    ) -> Self {
        let names: Vec<Arc<str>> = names.map(Arc::from).collect();
        Witness {
            tell,
            endpoints: vec![EndpointWindow::default(); names.len()],
            names,
            capacities: capacities.to_vec(),
            now: Witnessed::default(),
            rng: Rng::new(seed ^ 0x717e55),
        }
    }

    /// A user asks, again or for the first time.
    pub(crate) fn asks(&mut self, arrival: &Arrival, now_ns: u64) {
        self.now.window.requests += 1;
        let errand = Errand::of(arrival);
        self.now.distinct.note(mixed(u64::from(arrival.address)));
        self.now.askers.push(Asker {
            address: arrival.address,
            path: errand.path,
            agent: errand.agent,
            connection: u64::from(arrival.user),
            followed: arrival.returns && self.rng.unit() >= COOKIELESS,
            asset: errand.asset,
            at_ms: now_ns / 1_000_000,
        });
    }

    /// An attempt goes to a server; `claimed`: the one that its session asked for.
    pub(crate) fn sent(
        &mut self,
        server: usize,
        (first, binds): (bool, bool),
        claimed: Option<usize>,
    ) {
        let endpoint = &mut self.endpoints[server];
        endpoint.attempts += 1;
        endpoint.retries += u64::from(!first);
        endpoint.bindings += u64::from(binds);
        endpoint.propensity += 1.0;
        if let Some(claimed) = claimed.filter(|_| first) {
            self.endpoints[claimed].claims += 1;
        }
    }

    /// A server refuses the connection, or breaks it off.
    pub(crate) fn fails(&mut self, server: usize) {
        self.endpoints[server].failures += 1;
    }

    /// The balancer answers itself: nobody may be asked.
    pub(crate) fn refuses(&mut self) {
        self.now.window.own_errors += 1;
    }

    /// A request has to wait for a server.
    pub(crate) fn waits(&mut self) {
        self.now.window.waited += 1;
    }

    /// Requests held for a server, over a tick: they are present, as far as users can tell.
    pub(crate) fn holds(&mut self, server: usize, seconds: f64) {
        self.endpoints[server].present_s += seconds;
    }

    /// An attempt is answered.
    pub(crate) fn answered(&mut self, server: usize, well: bool, latency_ns: u64) {
        let endpoint = &mut self.endpoints[server];
        endpoint.statuses[if well { 1 } else { 4 }] += 1;
        endpoint.cost_s += latency_ns as f64 / 1e9;
        endpoint.latencies.note(latency_ns);
    }

    /// The balancer tries a request again.
    pub(crate) fn retries(&mut self) {
        self.now.window.retries += 1;
    }

    /// A request gets no answer that is worth something, or its user has gone.
    pub(crate) fn breaks(&mut self, arrival: &Arrival, now_ns: u64) {
        let (address, path) = (arrival.address, Errand::of(arrival).path);
        self.now.broken.push(Broken { address, path, at_ms: now_ns / 1_000_000 });
    }

    /// A second is over. `present`: mean requests at each server.
    pub(crate) fn second(&mut self, at_s: u64, present: &[f64], standing: &[Standing]) {
        let mut now = std::mem::take(&mut self.now);
        let endpoints = self.endpoints.iter_mut().map(std::mem::take).enumerate();
        let endpoints = endpoints.map(|(i, mut endpoint)| {
            endpoint.present_s += present[i];
            endpoint.capacity_s = self.capacities[i];
            endpoint.usable_s = if standing[i].usable { self.capacities[i] } else { 0.0 };
            endpoint.effective_s = standing[i].intended;
            (Arc::clone(&self.names[i]), endpoint)
        });
        now.window.endpoints = endpoints.collect();
        now.window.endpoints.sort_by(|a, b| a.0.cmp(&b.0));
        (now.window.from_s, now.window.length_s) = (at_s, 1.0);
        (self.tell)(now);
    }
}
