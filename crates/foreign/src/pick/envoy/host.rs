//! A host as it stands in a cluster of Envoy, and the cluster around it.

/// A host as it stands in a cluster of Envoy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// What hashes know it by: `ip:port`, or the metadata `hash_key`, or the host name where
    /// `use_hostname_for_hashing` is set.
    pub key: String,
    /// `load_balancing_weight`
    pub weight: u32,
    /// `priority`; 0 is the highest one.
    pub priority: usize,
    /// Its place in the cluster's list of localities.
    pub locality: usize,
    /// Whether it is healthy. (Degraded hosts are not told apart from healthy ones.)
    pub up: bool,
}

impl Host {
    /// A healthy one of weight 1, with nothing else said of it.
    pub fn new(address: impl Into<String>) -> Host {
        Host { key: address.into(), weight: 1, priority: 0, locality: 0, up: true }
    }
}

/// A cluster's hosts, and how it shares the load among groups of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// Hosts in the order of the configuration.
    pub hosts: Vec<Host>,
    /// Weights of localities, where `locality_weighted_lb_config` is set; else empty.
    pub locality_weights: Vec<u32>,
    /// `healthy_panic_threshold`, in percent.
    pub panic_threshold: f64,
    /// `overprovisioning_factor`, in percent.
    pub overprovisioning: u32,
}

impl Cluster {
    /// With Envoy's own settings: panic below 50 percent, a reserve of 40 percent.
    pub fn new(hosts: Vec<Host>) -> Cluster {
        let locality_weights = Vec::new();
        Cluster { hosts, locality_weights, panic_threshold: 50.0, overprovisioning: 140 }
    }

    /// Priorities, from 0 to the last one that has a host.
    pub(super) fn priorities(&self) -> usize {
        self.hosts.iter().map(|host| host.priority + 1).max().unwrap_or(0).min(PRIORITIES_MAX)
    }

    /// The hosts of a priority that may be picked, by their places in the list.
    pub(super) fn eligible(&self, priority: usize, in_panic: bool) -> Vec<usize> {
        let hosts = self.hosts.iter().enumerate();
        let those = hosts.filter(|(_, host)| host.priority == priority && (host.up || in_panic));
        those.map(|(place, _)| place).collect()
    }
}

/// What Envoy accepts.
const PRIORITIES_MAX: usize = 129;
