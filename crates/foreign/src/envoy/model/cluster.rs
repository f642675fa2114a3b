//! A cluster: its servers, its policy, and what it does when some are not well.

use super::breaker::Threshold;
use super::endpoint::Assignment;
use super::health::{HealthCheck, Outlier};
use super::policy::Policy;
use super::reading::Reading;
use super::subset::Subset;
use crate::envoy::yaml::{Node, Value, snake};
use crate::placed::Placed;
use crate::setting::Setting;
use crate::source::Span;

/// A group of servers.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// Its name.
    pub name: Placed<String>,
    /// What statistics and logs call it.
    pub alt_stat_name: Option<Placed<String>>,
    /// The whole message.
    pub span: Span,
    /// How servers are found: `STATIC`, `STRICT_DNS`, `LOGICAL_DNS`, `EDS`, `ORIGINAL_DST`, or the
    /// name of a kind of its own.
    pub discovery: Setting<String>,
    /// The name under which EDS has its servers, where it is another one.
    pub service: Option<Placed<String>>,
    /// Milliseconds.
    pub connect_timeout_ms: Setting<u64>,
    /// How a server is chosen.
    pub policy: Setting<Policy>,
    /// Its servers, where they are written in the file.
    pub assignment: Option<Assignment>,
    /// What counts for every policy.
    pub overall: Overall,
    /// Active checks.
    pub checks: Vec<HealthCheck>,
    /// Ejection by what requests met.
    pub outlier: Option<Outlier>,
    /// Limits.
    pub breakers: Vec<Threshold>,
    /// Where it says that servers are spoken to in TLS.
    pub tls: Option<Span>,
    /// Where it says that another protocol than HTTP/1.1 is spoken to servers.
    pub protocol: Option<Span>,
    /// Subsets.
    pub subset: Option<Subset>,
    /// Whether servers that discovery has taken away stay for as long as they are well.
    pub ignore_health_on_removal: Setting<bool>,
}

/// `common_lb_config`.
#[derive(Clone, Debug, PartialEq)]
pub struct Overall {
    /// Per cent of healthy servers below which all are used.
    pub panic_threshold: Setting<f64>,
    /// How localities count.
    pub locality: Option<Placed<Locality>>,
    /// Milliseconds for which changes are gathered.
    pub update_merge_window_ms: Setting<u64>,
    /// Whether a new server waits for its first check.
    pub ignore_new_until_checked: Setting<bool>,
    /// Whether a hash takes names and not addresses.
    pub use_hostname: Setting<bool>,
}

/// How localities count.
#[derive(Clone, Debug, PartialEq)]
pub enum Locality {
    /// By their weights.
    Weighted,
    /// The own zone first.
    ZoneAware {
        /// Per cent of requests for which it counts.
        enabled: Setting<f64>,
        /// Servers from which on it counts.
        min_size: Setting<u64>,
    },
}

impl Cluster {
    pub(super) fn read(node: &Node, reading: &mut Reading) -> Cluster {
        let null = Node { value: Value::Null, span: node.span };
        let breakers =
            |name: &str| node.at(&["circuit_breakers", name]).map_or(&[][..], Node::items).iter();
        let totals = breakers("thresholds").map(|node| Threshold::read(node, false, reading));
        let mut limits: Vec<_> = totals.collect();
        let each = breakers("per_host_thresholds");
        limits.extend(each.map(|node| Threshold::read(node, true, reading)));
        let checks = node.list("health_checks").iter();
        let span = |node: &Node| node.span;
        let removal = match node.field("drain_connections_on_host_removal") {
            Some(_) => "drain_connections_on_host_removal",
            None => "ignore_health_on_host_removal",
        };
        Cluster {
            name: node.text_of("name").unwrap_or(Placed::new(String::new(), node.span)),
            alt_stat_name: node.text_of("alt_stat_name"),
            span: node.span,
            discovery: discovery(node, reading),
            service: node.field("eds_cluster_config").and_then(|eds| eds.text_of("service_name")),
            connect_timeout_ms: reading.millis(node, "connect_timeout", 5000),
            policy: Policy::of_cluster(node, reading),
            assignment: match node.field("load_assignment") {
                Some(assignment) => Some(Assignment::read(assignment, reading)),
                None => Assignment::of_hosts(node, reading),
            },
            overall: Overall::read(node.field("common_lb_config").unwrap_or(&null), reading),
            checks: checks.map(|node| HealthCheck::read(node, reading)).collect(),
            outlier: node.field("outlier_detection").map(|node| Outlier::read(node, reading)),
            breakers: limits,
            subset: node.field("lb_subset_config").map(|node| Subset::read(node, reading)),
            tls: ["transport_socket", "tls_context"].iter().find_map(|it| node.field(it)).map(span),
            protocol: ["typed_extension_protocol_options", "http2_protocol_options"]
                .iter()
                .find_map(|it| node.field(it))
                .map(span),
            ignore_health_on_removal: reading.truth(node, removal, false),
        }
    }
}

fn discovery(node: &Node, reading: &mut Reading) -> Setting<String> {
    if let Some(name) = node.at(&["cluster_type", "name"]) {
        return Setting::written(name.text().unwrap_or("").to_owned(), name.span);
    }
    let mut kind = reading.name(node, "type", "STATIC");
    let names = ["STATIC", "STRICT_DNS", "LOGICAL_DNS", "EDS", "ORIGINAL_DST"];
    let number: Option<usize> = kind.value.parse().ok();
    if let Some(name) = number.and_then(|number| names.get(number)) {
        kind.value = (*name).to_owned();
    }
    kind
}

impl Overall {
    fn read(node: &Node, reading: &mut Reading) -> Overall {
        let weighted = node.fields().iter().map(|field| &field.key);
        let mut weighted =
            weighted.filter(|key| snake(&key.value) == "locality_weighted_lb_config");
        let locality = match (weighted.next(), node.field("zone_aware_lb_config")) {
            (Some(key), _) => Some(Placed::new(Locality::Weighted, key.span)),
            (None, Some(zone)) => {
                let enabled = reading.percent(zone, "routing_enabled", 100.0);
                let min_size = reading.number(zone, "min_cluster_size", 6);
                Some(Placed::new(Locality::ZoneAware { enabled, min_size }, zone.span))
            }
            (None, None) => None,
        };
        let hashing = node.field("consistent_hashing_lb_config").unwrap_or(node);
        Overall {
            panic_threshold: reading.percent(node, "healthy_panic_threshold", 50.0),
            locality,
            update_merge_window_ms: reading.millis(node, "update_merge_window", 1000),
            ignore_new_until_checked: reading.truth(node, "ignore_new_hosts_until_first_hc", false),
            use_hostname: reading.truth(hashing, "use_hostname_for_hashing", false),
        }
    }
}
