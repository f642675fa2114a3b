//! `RING_HASH` and `MAGLEV` over all priorities.

use ::balance::Rng;

use super::bound::within;
use super::hash_policy::{HashPolicy, hash_of};
use super::host::Cluster;
use super::locality::Weights;
use super::maglev::{Maglev, SIZE};
use super::priority::PriorityLoad;
use super::ring_hash::{Ring, RingSettings};
use crate::pick::{Change, Picker, Request, State};

/// How a hash becomes a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// `RING_HASH`
    Ring(RingSettings),
    /// `MAGLEV`, with a `table_size`, which must be prime.
    Maglev(u64),
}

impl Table {
    /// `MAGLEV` of Envoy's own size.
    pub const MAGLEV: Table = Table::Maglev(SIZE);
}

#[derive(Clone, Debug)]
enum Built {
    Ring(Ring),
    Maglev(Maglev),
}

/// `RING_HASH` or `MAGLEV`.
#[derive(Clone, Debug)]
pub struct Hashed {
    cluster: Cluster,
    table: Table,
    policies: Vec<HashPolicy>,
    loads: Vec<PriorityLoad>,
    built: Vec<(Built, Weights)>,
    balance_factor: u32,
    rng: Rng,
}

impl Hashed {
    /// As Envoy starts with this cluster. Requests without a hash are sent by chance, by the
    /// numbers of `rng`.
    pub fn new(cluster: Cluster, table: Table, policies: Vec<HashPolicy>, rng: Rng) -> Hashed {
        let (loads, built) = (Vec::new(), Vec::new());
        let mut hashed = Hashed { cluster, table, policies, loads, built, balance_factor: 0, rng };
        hashed.build();
        hashed
    }

    /// With a `hash_balance_factor`, in percent of the mean load; 0: none.
    pub fn bounded(mut self, balance_factor: u32) -> Hashed {
        self.balance_factor = balance_factor;
        self
    }

    fn build(&mut self) {
        self.loads = self.cluster.priority_loads();
        let built = self.loads.iter().enumerate().map(|(priority, load)| {
            let weights = self.cluster.hash_weights(priority, load.in_panic);
            let built = match &self.table {
                Table::Ring(settings) => Built::Ring(Ring::new(&self.cluster, &weights, settings)),
                Table::Maglev(size) => Built::Maglev(Maglev::new(&self.cluster, &weights, *size)),
            };
            (built, weights)
        });
        self.built = built.collect();
    }

    /// How likely each host is to get a request without a hash, or with one of many.
    pub fn shares(&self) -> Vec<f64> {
        let mut shares = vec![0.0; self.cluster.hosts.len()];
        for (load, (built, _)) in self.loads.iter().zip(&self.built) {
            let part = f64::from(load.percent) / 100.0;
            match built {
                Built::Ring(ring) => {
                    ring.arcs().for_each(|(host, arc)| shares[host] += part * arc);
                }
                Built::Maglev(maglev) => {
                    let places = maglev.places();
                    let each = part / places.len().max(1) as f64;
                    places.iter().for_each(|host| shares[*host as usize] += each);
                }
            }
        }
        shares
    }
}

impl Picker for Hashed {
    fn pick(&mut self, request: &Request<'_>, state: &State<'_>) -> Option<usize> {
        let hash = hash_of(&self.policies, request).unwrap_or_else(|| self.rng.bits());
        let attempt = state.tried.len();
        let (built, weights) = self.built.get(Cluster::priority(&self.loads, hash))?;
        let first = match built {
            Built::Ring(ring) => ring.at(hash, attempt),
            Built::Maglev(maglev) => maglev.at(hash, attempt),
        }?;
        if self.balance_factor == 0 {
            return Some(first);
        }
        Some(within(self.balance_factor, weights, first, hash, state))
    }

    fn change(&mut self, server: usize, change: Change) {
        self.cluster.change(server, change);
        self.build();
    }
}

impl Cluster {
    pub(super) fn change(&mut self, host: usize, change: Change) {
        let Some(host) = self.hosts.get_mut(host) else { return };
        match change {
            Change::Up => host.up = true,
            Change::Down => host.up = false,
            Change::Weight(weight) => host.weight = weight,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pick::envoy::{HashSource, Host};

    #[test]
    fn shares_follow_weights() {
        let host = |place: usize| {
            let weight = 1 + place as u32;
            Host { weight, ..Host::new(format!("10.0.0.{place}:80")) }
        };
        let cluster = Cluster::new((0..4).map(host).collect());
        for table in [Table::MAGLEV, Table::Ring(RingSettings::default())] {
            let hashed = Hashed::new(cluster.clone(), table, Vec::new(), Rng::new(1));
            let shares = hashed.shares();
            assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{shares:?}");
            assert!((shares[3] - 0.4).abs() < 0.05, "{shares:?}");
        }
    }

    #[test]
    fn a_request_that_failed_may_go_elsewhere() {
        let hosts = (0..9).map(|place| Host::new(format!("10.0.0.{place}:80"))).collect();
        let policy = HashPolicy { source: HashSource::SourceIp, terminal: false };
        let cluster = Cluster::new(hosts);
        let mut hashed = Hashed::new(cluster, Table::MAGLEV, vec![policy], Rng::new(1));
        let source = Some([192, 0, 2, 1].into());
        let request = Request { source, ..Request::default() };
        let first = hashed.pick(&request, &State::default()).unwrap();
        let tried = State { in_flight: &[], tried: &[first] };
        assert_ne!(hashed.pick(&request, &tried), Some(first));
    }
}
