//! The parts of a plan.

use std::net::SocketAddr;
use std::sync::Arc;

use ipnet::IpNet;
use ledger::{EndpointTally, PoolTally};

use super::Router;
use crate::exchange::{Queue, Signer};

/// Routes and pools in force.
pub(crate) struct Plan {
    pub(crate) router: Router,
    pub(crate) pools: Vec<PlannedPool>,
    pub(crate) trusted: Vec<IpNet>,
}

/// A pool in force.
pub(crate) struct PlannedPool {
    pub(crate) name: Arc<str>,
    pub(crate) settings: config::Pool,
    pub(crate) core: Arc<balance::Pool>,
    /// In the order of the core's endpoints.
    pub(crate) endpoints: Vec<PlannedEndpoint>,
    /// Present when the pool is sticky.
    pub(crate) signer: Option<Signer>,
    /// Moved sessions tell the new endpoint the previous one.
    pub(crate) is_soft: bool,
    pub(crate) times: Times,
    pub(crate) queue: Arc<Queue>,
    /// One per worker.
    pub(crate) tallies: Vec<Arc<PoolTally>>,
}

/// A pool's deadlines, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Times {
    pub(crate) connect_ms: u64,
    pub(crate) response_head_ms: u64,
    pub(crate) response_idle_ms: u64,
    pub(crate) tunnel_ms: u64,
    pub(crate) queue_ms: u64,
    /// The whole request; `u64::MAX` without a limit.
    pub(crate) request_ms: u64,
}

/// An endpoint in force.
pub(crate) struct PlannedEndpoint {
    pub(crate) name: Arc<str>,
    pub(crate) address: SocketAddr,
    /// Where workers keep its idle connections.
    pub(crate) slot: usize,
    /// One per worker.
    pub(crate) tallies: Vec<Arc<EndpointTally>>,
}

impl PlannedPool {
    /// Whether endpoints are used that should not be: the healthy ones cannot carry the load, or
    /// there is none.
    pub(crate) fn is_panicking(&self) -> bool {
        self.core.is_panicking() || !self.has_eligible()
    }

    /// The share of requests that configuration and state ask for, of every endpoint. With nobody
    /// eligible it is that of the endpoints tried in their stead: those that are not down, or else
    /// all.
    pub(crate) fn intended_shares(&self) -> Vec<f64> {
        if self.has_eligible() {
            return self.core.intended_shares().collect();
        }
        let (states, asked) = (self.core.endpoints(), &self.core.spec().endpoints);
        let all: Vec<f64> = asked.iter().map(|e| e.capacity * e.weight).collect();
        let up = all.iter().zip(states).map(|(&w, state)| if state.is_down() { 0.0 } else { w });
        let up: Vec<f64> = up.collect();
        let tried = if up.iter().sum::<f64>() > 0.0 { up } else { all };
        let total: f64 = tried.iter().sum();
        tried.into_iter().map(|weight| if total > 0.0 { weight / total } else { 0.0 }).collect()
    }

    fn has_eligible(&self) -> bool {
        self.core.endpoints().iter().any(|endpoint| endpoint.is_eligible())
    }

    pub(crate) fn tally(&self, worker: usize) -> &PoolTally {
        &self.tallies[worker]
    }
}

impl PlannedEndpoint {
    pub(crate) fn tally(&self, worker: usize) -> &EndpointTally {
        &self.tallies[worker]
    }
}
