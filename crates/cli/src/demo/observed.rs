//! What the balancer showed of its endpoints over the whole demo.

use ledger::{EndpointStatus, Status};

use super::site::POOL;

/// Running means and latest states, one per endpoint.
#[derive(Debug, Default)]
pub(super) struct Observed {
    endpoints: Vec<Endpoint>,
    /// Retries of the pool so far.
    pub(super) retries: u64,
}

/// One endpoint over time.
#[derive(Debug)]
pub(super) struct Endpoint {
    pub(super) name: String,
    state: String,
    samples: f64,
    pressures: f64,
    intended_shares: f64,
}

impl Endpoint {
    fn new(status: &EndpointStatus) -> Endpoint {
        Endpoint {
            name: status.name.clone(),
            state: status.state.clone(),
            samples: 0.0,
            pressures: 0.0,
            intended_shares: 0.0,
        }
    }

    /// In flight ÷ capacity, mean over time.
    pub(super) fn pressure_mean(&self) -> f64 {
        self.pressures / self.samples.max(1.0)
    }

    /// The share that configuration and state asked for, mean over time.
    pub(super) fn intended_share(&self) -> f64 {
        self.intended_shares / self.samples.max(1.0)
    }

    /// Takes the new state over, and says what that means when users should know.
    fn turn(&mut self, status: &EndpointStatus) -> Option<String> {
        if self.state == status.state {
            return None;
        }
        let before = std::mem::replace(&mut self.state, status.state.clone());
        let name = &self.name;
        match status.state.as_str() {
            "ejected" => Some(format!("the balancer ejects {name}: its requests fail")),
            "down" => Some(format!("the balancer takes {name} for down: its probes fail")),
            _ if is_out(&before) => Some(format!("the balancer uses {name} again")),
            _ => None,
        }
    }
}

fn is_out(state: &str) -> bool {
    matches!(state, "ejected" | "down")
}

impl Observed {
    /// Takes a sample; returns what changed, in sentences.
    pub(super) fn sample(&mut self, status: &Status) -> Vec<String> {
        let Some(pool) = status.pools.iter().find(|pool| pool.name == POOL) else {
            return Vec::new();
        };
        self.retries = pool.retries;
        let mut changes = Vec::new();
        for status in &pool.endpoints {
            let index = self.index_of(status);
            let endpoint = &mut self.endpoints[index];
            endpoint.samples += 1.0;
            endpoint.pressures += status.pressure;
            endpoint.intended_shares += status.intended_share;
            changes.extend(endpoint.turn(status));
        }
        changes
    }

    pub(super) fn endpoints(&self) -> &[Endpoint] {
        &self.endpoints
    }

    fn index_of(&mut self, status: &EndpointStatus) -> usize {
        let known = self.endpoints.iter().position(|endpoint| endpoint.name == status.name);
        known.unwrap_or_else(|| {
            self.endpoints.push(Endpoint::new(status));
            self.endpoints.len() - 1
        })
    }
}

#[cfg(test)]
mod tests {
    use ledger::PoolStatus;

    use super::*;

    fn status(state: &str, pressure: f64, intended_share: f64) -> Status {
        let endpoint = EndpointStatus {
            name: "web3".to_owned(),
            state: state.to_owned(),
            pressure,
            intended_share,
            ..EndpointStatus::default()
        };
        let endpoints = vec![endpoint];
        let pool = PoolStatus { name: POOL.to_owned(), endpoints, ..PoolStatus::default() };
        Status { pools: vec![pool], ..Status::default() }
    }

    /// Goal: a death reads as a short story. Method: the states it goes through, in order.
    #[test]
    fn changes_of_state_are_told_once() {
        let mut observed = Observed::default();
        let mut told = Vec::new();
        for state in ["up", "ejected", "ejected", "down", "slow_start", "up", "up"] {
            told.extend(observed.sample(&status(state, 0.0, 0.2)));
        }
        assert_eq!(
            told,
            [
                "the balancer ejects web3: its requests fail",
                "the balancer takes web3 for down: its probes fail",
                "the balancer uses web3 again",
            ]
        );
    }

    #[test]
    fn means_are_over_time() {
        let mut observed = Observed::default();
        observed.sample(&status("up", 0.5, 0.2));
        observed.sample(&status("down", 0.0, 0.0));
        let endpoint = &observed.endpoints()[0];
        assert_eq!((endpoint.pressure_mean(), endpoint.intended_share()), (0.25, 0.1));
    }
}
