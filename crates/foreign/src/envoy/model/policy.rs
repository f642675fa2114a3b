//! How a cluster chooses a server.

use super::reading::Reading;
use crate::envoy::schema::short;
use crate::envoy::yaml::{Node, Value};
use crate::placed::Placed;
use crate::setting::Setting;

/// A balancing policy.
#[derive(Clone, Debug, PartialEq)]
pub enum Policy {
    /// By weight, in turn.
    RoundRobin(Option<SlowStart>),
    /// The fewest requests of a few that are drawn, or with unequal weights by a dynamic weight.
    LeastRequest {
        /// How many are drawn.
        choices: Setting<u64>,
        /// How strongly requests in flight lower a weight, where weights are unequal.
        bias: Setting<f64>,
        /// How a new server's weight grows.
        slow_start: Option<SlowStart>,
    },
    /// By a hash, on a ring.
    RingHash {
        /// The ring has at least so many entries.
        min: Setting<u64>,
        /// And at most so many.
        max: Setting<u64>,
        /// `XX_HASH` or `MURMUR_HASH_2`.
        function: Setting<String>,
        /// Per cent of the mean load that a server may have; absent: any.
        bound: Option<Placed<u64>>,
    },
    /// By a hash, in a table.
    Maglev {
        /// Entries of the table, a prime.
        table: Setting<u64>,
        /// Per cent of the mean load that a server may have; absent: any.
        bound: Option<Placed<u64>>,
    },
    /// At random by weight.
    Random,
    /// Whatever the cluster's kind has of its own.
    ClusterProvided,
    /// By weights that servers report.
    ClientSideWeighted,
    /// The first server that there is.
    PickFirst,
    /// First a locality by its weight, then within it.
    WrrLocality(Box<Policy>),
    /// Within servers of the same labels.
    Subset(Box<Policy>),
    /// The server that the request names, else by another policy.
    OverrideHost(Box<Policy>),
    /// One that is not known.
    Other(String),
}

/// How the weight of a new server grows.
#[derive(Clone, Debug, PartialEq)]
pub struct SlowStart {
    /// Milliseconds.
    pub window_ms: Setting<u64>,
    /// Above 1 fast at first; linear at 1.
    pub aggression: Setting<f64>,
    /// Per cent of its weight that it has at once.
    pub min_weight: Setting<f64>,
}

impl SlowStart {
    fn read(node: &Node, reading: &mut Reading) -> Option<SlowStart> {
        let node = node.field("slow_start_config")?;
        Some(SlowStart {
            window_ms: reading.millis(node, "slow_start_window", 0),
            aggression: reading.real(node, "aggression", 1.0),
            min_weight: reading.percent(node, "min_weight_percent", 10.0),
        })
    }
}

impl Policy {
    /// The policy of a cluster: its typed one before `lb_policy`.
    pub(super) fn of_cluster(cluster: &Node, reading: &mut Reading) -> Setting<Policy> {
        let typed = cluster.field("load_balancing_policy");
        if let Some(policy) = typed.and_then(|typed| Policy::typed(typed, reading, 8)) {
            return policy.into();
        }
        let null = Node { value: Value::Null, span: cluster.span };
        let config = |name: &str| cluster.field(name).unwrap_or(&null);
        let Some(written) = cluster.field("lb_policy") else {
            let round_robin = config("round_robin_lb_config");
            return Setting::default(Policy::RoundRobin(SlowStart::read(round_robin, reading)));
        };
        let name = written.text().unwrap_or("").to_ascii_uppercase();
        let policy = match name.as_str() {
            "ROUND_ROBIN" | "0" => {
                Policy::RoundRobin(SlowStart::read(config("round_robin_lb_config"), reading))
            }
            "LEAST_REQUEST" | "1" => {
                Policy::least_request(config("least_request_lb_config"), reading)
            }
            "RING_HASH" | "2" => Policy::ring_hash(config("ring_hash_lb_config"), reading),
            "MAGLEV" | "5" => Policy::maglev(config("maglev_lb_config"), reading),
            "RANDOM" | "3" => Policy::Random,
            "CLUSTER_PROVIDED" | "6" => Policy::ClusterProvided,
            other => Policy::Other(other.to_owned()),
        };
        let bound = cluster.at(&["common_lb_config", "consistent_hashing_lb_config"]);
        Setting::written(policy.bounded(bound), written.span)
    }

    /// The first of `policies` whose kind is known, as Envoy takes it. `depth` is how often one
    /// may hold another.
    fn typed(node: &Node, reading: &mut Reading, depth: usize) -> Option<Placed<Policy>> {
        let policies = node.list("policies").iter();
        let mut read = policies.filter_map(|policy| {
            let extension = policy.field("typed_extension_config")?;
            let typed = extension.field("typed_config")?;
            let url = typed.field("@type").and_then(Node::text)?;
            Some(Placed::new(Policy::of_type(&short(url), typed, reading, depth)?, extension.span))
        });
        let first = read.next()?;
        if !matches!(first.value, Policy::Other(_)) {
            return Some(first);
        }
        Some(read.find(|policy| !matches!(policy.value, Policy::Other(_))).unwrap_or(first))
    }

    fn of_type(name: &str, node: &Node, reading: &mut Reading, depth: usize) -> Option<Policy> {
        let deeper = depth.checked_sub(1)?;
        let inner = |field: &str, reading: &mut Reading| {
            let inner = node.field(field).and_then(|node| Policy::typed(node, reading, deeper));
            Box::new(inner.map_or(Policy::RoundRobin(None), |inner| inner.value))
        };
        let bound = node.field("consistent_hashing_lb_config");
        let kind = name.strip_prefix("lb.").unwrap_or(name).split('.').next().unwrap_or("");
        Some(match kind {
            "round_robin" => Policy::RoundRobin(SlowStart::read(node, reading)),
            "least_request" => Policy::least_request(node, reading),
            "ring_hash" => Policy::ring_hash(node, reading).bounded(bound).bounded(Some(node)),
            "maglev" => Policy::maglev(node, reading).bounded(bound),
            "random" => Policy::Random,
            "cluster_provided" => Policy::ClusterProvided,
            "client_side_weighted_round_robin" => Policy::ClientSideWeighted,
            "pick_first" => Policy::PickFirst,
            "wrr_locality" => Policy::WrrLocality(inner("endpoint_picking_policy", reading)),
            "subset" => Policy::Subset(inner("subset_lb_policy", reading)),
            "override_host" => Policy::OverrideHost(inner("fallback_policy", reading)),
            _ => Policy::Other(name.to_owned()),
        })
    }

    fn least_request(node: &Node, reading: &mut Reading) -> Policy {
        Policy::LeastRequest {
            choices: reading.number(node, "choice_count", 2),
            bias: reading.real(node, "active_request_bias", 1.0),
            slow_start: SlowStart::read(node, reading),
        }
    }

    fn ring_hash(node: &Node, reading: &mut Reading) -> Policy {
        Policy::RingHash {
            min: reading.number(node, "minimum_ring_size", 1024),
            max: reading.number(node, "maximum_ring_size", 8_388_608),
            function: reading.name(node, "hash_function", "XX_HASH"),
            bound: None,
        }
    }

    fn maglev(node: &Node, reading: &mut Reading) -> Policy {
        Policy::Maglev { table: reading.number(node, "table_size", 65_537), bound: None }
    }

    /// With the bound of a consistent hash, where there is one.
    fn bounded(mut self, config: Option<&Node>) -> Policy {
        let factor = config.and_then(|config| config.field("hash_balance_factor"));
        let factor = factor.and_then(|node| Some(Placed::new(node.number()?, node.span)));
        // 0 is no bound.
        let factor = factor.filter(|factor| factor.value > 0);
        if let Policy::RingHash { bound, .. } | Policy::Maglev { bound, .. } = &mut self {
            *bound = factor.or(*bound);
        }
        self
    }
}
