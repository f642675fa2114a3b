//! `ROUND_ROBIN`, `RANDOM` and `LEAST_REQUEST`: shares, for where Envoy begins is a matter of
//! chance.

use ::balance::Rng;

use super::host::Cluster;
use crate::pick::{Change, Picker, Request, State};

/// What is told of `least_request_lb_config`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LeastRequest {
    /// `choice_count`
    pub choices: u32,
    /// `active_request_bias`
    pub bias: f64,
}

impl Default for LeastRequest {
    fn default() -> LeastRequest {
        LeastRequest { choices: 2, bias: 1.0 }
    }
}

/// A method that begins or draws by chance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Policy {
    /// `ROUND_ROBIN`: each host gets its weight, in an order that is known but for its start.
    RoundRobin,
    /// `RANDOM`: weights of hosts count for nothing.
    Random,
    /// `LEAST_REQUEST`: draws where all hosts weigh the same, else weights that sink with the
    /// load.
    LeastRequest(LeastRequest),
}

/// Shares, and picks that could have been.
#[derive(Clone, Debug)]
pub struct Chance {
    cluster: Cluster,
    policy: Policy,
    rng: Rng,
}

impl Chance {
    /// Over a cluster; `rng` draws in Envoy's stead.
    pub fn new(cluster: Cluster, policy: Policy, rng: Rng) -> Chance {
        Chance { cluster, policy, rng }
    }

    /// How likely each host is to get the next request; for the round robin, its part of many.
    pub fn shares(&self, state: &State<'_>) -> Vec<f64> {
        let mut shares = vec![0.0; self.cluster.hosts.len()];
        for (priority, load) in self.cluster.priority_loads().iter().enumerate() {
            let weights = self.cluster.weights(priority, load.in_panic);
            for locality in self.localities() {
                let own = |(host, _): &&(usize, f64)| {
                    locality.is_none_or(|place| self.cluster.hosts[*host].locality == place)
                };
                let hosts: Vec<usize> = weights.iter().filter(own).map(|(host, _)| *host).collect();
                let part: f64 = weights.iter().filter(own).map(|(_, weight)| weight).sum();
                let part = part * f64::from(load.percent) / 100.0;
                for (host, share) in self.within(&hosts, state) {
                    shares[host] += part * share;
                }
            }
        }
        shares
    }

    /// Localities that are weighed one by one, or all hosts as one.
    fn localities(&self) -> Vec<Option<usize>> {
        let count = self.cluster.locality_weights.len();
        if count == 0 { vec![None] } else { (0..count).map(Some).collect() }
    }

    fn within(&self, hosts: &[usize], state: &State<'_>) -> Vec<(usize, f64)> {
        let weight = |host: usize| f64::from(self.cluster.hosts[host].weight);
        let same = hosts.windows(2).all(|pair| weight(pair[0]) == weight(pair[1]));
        match self.policy {
            Policy::Random => scaled(hosts, |_| 1.0),
            Policy::RoundRobin => scaled(hosts, weight),
            Policy::LeastRequest(settings) if same => draws(hosts, settings.choices, state),
            Policy::LeastRequest(settings) => scaled(hosts, |host| {
                let load = f64::from(state.in_flight(host)) + 1.0;
                weight(host) / load.powf(settings.bias)
            }),
        }
    }
}

fn scaled(hosts: &[usize], weight: impl Fn(usize) -> f64) -> Vec<(usize, f64)> {
    let total: f64 = hosts.iter().map(|&host| weight(host)).sum();
    hosts.iter().map(|&host| (host, weight(host) / total)).collect()
}

/// Hosts are drawn with repetition; a later one wins only when it has less to do.
fn draws(hosts: &[usize], choices: u32, state: &State<'_>) -> Vec<(usize, f64)> {
    let each = 1.0 / hosts.len().max(1) as f64;
    let mut best = vec![each; hosts.len()];
    for _ in 1..choices.clamp(1, 64) {
        let mut after = vec![0.0; hosts.len()];
        for (held, odds) in best.iter().enumerate() {
            for drawn in 0..hosts.len() {
                let less = state.in_flight(hosts[drawn]) < state.in_flight(hosts[held]);
                after[if less { drawn } else { held }] += odds * each;
            }
        }
        best = after;
    }
    hosts.iter().copied().zip(best).collect()
}

impl Picker for Chance {
    fn pick(&mut self, _: &Request<'_>, state: &State<'_>) -> Option<usize> {
        let mut left = self.rng.unit();
        let shares = self.shares(state);
        let drawn = shares.iter().position(|share| {
            left -= share;
            left < 0.0
        });
        drawn.or_else(|| shares.iter().rposition(|share| *share > 0.0))
    }

    fn change(&mut self, server: usize, change: Change) {
        self.cluster.change(server, change);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pick::envoy::Host;

    #[test]
    fn two_choices_avoid_the_busy_one() {
        let hosts = (0..2).map(|place| Host::new(format!("10.0.0.{place}:80"))).collect();
        let policy = Policy::LeastRequest(LeastRequest::default());
        let chance = Chance::new(Cluster::new(hosts), policy, Rng::new(1));
        let state = State { in_flight: &[1, 0], tried: &[] };
        assert_eq!(chance.shares(&state), [0.25, 0.75]);
    }

    #[test]
    fn unequal_weights_sink_with_the_load() {
        let mut hosts: Vec<Host> =
            (0..2).map(|place| Host::new(format!("10.0.0.{place}:80"))).collect();
        hosts[1].weight = 3;
        let policy = Policy::LeastRequest(LeastRequest::default());
        let chance = Chance::new(Cluster::new(hosts), policy, Rng::new(1));
        let state = State { in_flight: &[0, 2], tried: &[] };
        assert_eq!(chance.shares(&state), [0.5, 0.5]);
    }
}
