//! Weights of hosts within a priority, with those of their localities, so that all come to 1.

use super::host::Cluster;

/// Places of hosts and their part of the whole.
pub(super) type Weights = Vec<(usize, f64)>;

impl Cluster {
    /// As the hashing methods weigh: localities by their weight alone.
    pub(super) fn hash_weights(&self, priority: usize, in_panic: bool) -> Weights {
        let eligible = self.eligible(priority, in_panic);
        if self.locality_weights.is_empty() {
            return self.within(&eligible, 1.0);
        }
        let total: u64 = self.locality_weights.iter().map(|weight| u64::from(*weight)).sum();
        let localities = self.locality_weights.iter().enumerate();
        let parts = localities.filter(|(_, weight)| **weight > 0).flat_map(|(place, weight)| {
            let those = self.of_locality(&eligible, place);
            self.within(&those, f64::from(*weight) / total as f64)
        });
        parts.collect()
    }

    /// As all others weigh: a locality keeps its weight as long as its healthy hosts can bear it
    /// with the reserve.
    pub(super) fn weights(&self, priority: usize, in_panic: bool) -> Weights {
        let eligible = self.eligible(priority, in_panic);
        if self.locality_weights.is_empty() {
            return self.within(&eligible, 1.0);
        }
        let all = self.eligible(priority, true);
        let localities = self.locality_weights.iter().enumerate();
        let effective: Vec<(Vec<usize>, f64)> = localities
            .map(|(place, weight)| {
                let those = self.of_locality(&eligible, place);
                let count = self.of_locality(&all, place).len().max(1);
                let health = those.len() as f64 / count as f64;
                let health = health * f64::from(self.overprovisioning) / 100.0;
                let weight = f64::from(*weight) * health.min(1.0);
                (those, weight)
            })
            .collect();
        let total: f64 = effective.iter().map(|(_, weight)| weight).sum();
        let parts = effective.iter().filter(|(_, weight)| *weight > 0.0);
        parts.flat_map(|(those, weight)| self.within(those, weight / total)).collect()
    }

    fn of_locality(&self, hosts: &[usize], locality: usize) -> Vec<usize> {
        let those = hosts.iter().copied();
        those.filter(|&place| self.hosts[place].locality == locality).collect()
    }

    fn within(&self, hosts: &[usize], part: f64) -> Weights {
        let weight = |place: usize| self.hosts[place].weight;
        let total: u64 = hosts.iter().map(|&place| u64::from(weight(place))).sum();
        let parts = hosts.iter().filter(|&&place| weight(place) > 0);
        parts.map(|&place| (place, f64::from(weight(place)) * part / total as f64)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pick::envoy::Host;

    #[test]
    fn a_locality_that_is_half_down_keeps_seventy_percent() {
        let host = |locality, up| Host { locality, up, ..Host::new("10.0.0.1:80") };
        let hosts = vec![host(0, true), host(0, false), host(1, true), host(1, true)];
        let cluster = Cluster { locality_weights: vec![1, 1], ..Cluster::new(hosts) };
        let weights = cluster.weights(0, false);
        assert_eq!(weights.iter().map(|(place, _)| *place).collect::<Vec<_>>(), [0, 2, 3]);
        assert!((weights[0].1 - 0.7 / 1.7).abs() < 1e-9);
        assert_eq!(cluster.hash_weights(0, false)[0], (0, 0.5));
    }
}
