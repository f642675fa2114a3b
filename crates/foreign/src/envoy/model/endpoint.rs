//! The servers of a cluster, in groups by locality and priority.

use super::reading::Reading;
use crate::envoy::yaml::Node;
use crate::placed::Placed;
use crate::setting::Setting;
use crate::source::Span;

/// All servers of a cluster: `ClusterLoadAssignment`, written in place or got by EDS.
#[derive(Clone, Debug, PartialEq)]
pub struct Assignment {
    /// The cluster's name, or that of its service.
    pub cluster: Option<Placed<String>>,
    /// The whole message.
    pub span: Span,
    /// Its localities.
    pub groups: Vec<Group>,
    /// How much more than its healthy part a priority is believed to bear, in per cent.
    pub overprovisioning: Setting<u64>,
    /// Per cent of requests that are dropped on purpose, by category.
    pub drops: Vec<(String, Placed<f64>)>,
    /// Whether priorities are judged by weight and not by number.
    pub weighted_priority_health: Setting<bool>,
}

/// The servers of a locality.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The whole message.
    pub span: Span,
    /// Region, zone and part of the zone, as far as they are written.
    pub locality: [Option<String>; 3],
    /// 0 is asked first.
    pub priority: Setting<u64>,
    /// Its share against other localities, where these are weighted.
    pub weight: Option<Placed<u64>>,
    /// Its servers.
    pub endpoints: Vec<Endpoint>,
}

/// A server.
#[derive(Clone, Debug, PartialEq)]
pub struct Endpoint {
    /// The whole message.
    pub span: Span,
    /// Where it listens.
    pub address: Option<Placed<Address>>,
    /// Its share against the others of its locality.
    pub weight: Setting<u64>,
    /// `UNKNOWN` counts as healthy, as `HEALTHY` does; `DEGRADED` as a last resort.
    pub health: Setting<String>,
    /// The name for its requests and checks.
    pub hostname: Option<Placed<String>>,
    /// The port of its health checks, where it is another one.
    pub check_port: Option<Placed<u64>>,
    /// What says to which subsets it belongs.
    pub labels: Vec<(String, String)>,
}

/// Where a server listens.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Address {
    /// A host and a port.
    Socket(String, u64),
    /// A socket in the file system.
    Pipe(String),
    /// A listener of the same process, or what is not known.
    Other,
}

impl Address {
    pub(super) fn read(node: &Node, reading: &mut Reading) -> Option<Placed<Address>> {
        if let Some(socket) = node.field("socket_address") {
            let host = socket.field("address").and_then(Node::text).unwrap_or("");
            let port = reading.number(socket, "port_value", 0).value;
            return Some(Placed::new(Address::Socket(host.to_owned(), port), socket.span));
        }
        if let Some(pipe) = node.field("pipe") {
            let path = pipe.field("path").and_then(Node::text).unwrap_or("");
            return Some(Placed::new(Address::Pipe(path.to_owned()), pipe.span));
        }
        (!node.fields().is_empty()).then(|| Placed::new(Address::Other, node.span))
    }
}

impl Assignment {
    pub(super) fn read(node: &Node, reading: &mut Reading) -> Assignment {
        let empty = Node { value: crate::envoy::yaml::Value::Null, span: node.span };
        let policy = node.field("policy").unwrap_or(&empty);
        let drops = policy.list("drop_overloads").iter().filter_map(|drop| {
            let category = drop.field("category").and_then(Node::text).unwrap_or("").to_owned();
            let share = drop.field("drop_percentage")?;
            Some((category, Placed::new(fraction(share)?, share.span)))
        });
        Assignment {
            cluster: node.text_of("cluster_name"),
            span: node.span,
            groups: node.list("endpoints").iter().map(|node| Group::read(node, reading)).collect(),
            overprovisioning: reading.number(policy, "overprovisioning_factor", 140),
            drops: drops.collect(),
            weighted_priority_health: reading.truth(policy, "weighted_priority_health", false),
        }
    }

    /// The `hosts` of a cluster of API v2: one group of addresses.
    pub(super) fn of_hosts(node: &Node, reading: &mut Reading) -> Option<Assignment> {
        let hosts = node.field("hosts")?;
        let endpoints = hosts.items().iter().map(|host| {
            let mut endpoint = Endpoint::read(host, reading);
            endpoint.address = Address::read(host, reading);
            endpoint
        });
        let endpoints = endpoints.collect();
        let (span, locality) = (hosts.span, [None, None, None]);
        let group =
            Group { span, locality, priority: Setting::default(0), weight: None, endpoints };
        Some(Assignment {
            cluster: node.text_of("name"),
            span,
            groups: vec![group],
            overprovisioning: Setting::default(140),
            drops: Vec::new(),
            weighted_priority_health: Setting::default(false),
        })
    }

    /// All servers.
    pub fn endpoints(&self) -> impl Iterator<Item = &Endpoint> {
        self.groups.iter().flat_map(|group| &group.endpoints)
    }
}

impl Group {
    fn read(node: &Node, reading: &mut Reading) -> Group {
        let part = |name| node.at(&["locality", name]).and_then(Node::text).map(str::to_owned);
        let endpoints = node.list("lb_endpoints").iter();
        let weight = reading.number(node, "load_balancing_weight", 0);
        Group {
            span: node.span,
            locality: [part("region"), part("zone"), part("sub_zone")],
            priority: reading.number(node, "priority", 0),
            weight: weight.span.map(|span| Placed::new(weight.value, span)),
            endpoints: endpoints.map(|node| Endpoint::read(node, reading)).collect(),
        }
    }
}

impl Endpoint {
    fn read(node: &Node, reading: &mut Reading) -> Endpoint {
        let inner = node.field("endpoint");
        let port = inner.and_then(|inner| inner.at(&["health_check_config", "port_value"]));
        let labels = node.at(&["metadata", "filter_metadata", "envoy.lb"]);
        let labels = labels.map_or(&[][..], Node::fields).iter();
        let label = |field: &crate::envoy::yaml::Field| {
            Some((field.key.value.clone(), field.value.text()?.to_owned()))
        };
        Endpoint {
            span: node.span,
            address: inner.and_then(|inner| Address::read(inner.field("address")?, reading)),
            weight: reading.number(node, "load_balancing_weight", 1),
            health: reading.name(node, "health_status", "UNKNOWN"),
            hostname: inner.and_then(|inner| inner.text_of("hostname")),
            check_port: port.and_then(|port| Some(Placed::new(port.number()?, port.span))),
            labels: labels.filter_map(label).collect(),
        }
    }
}

/// Per cent of `{numerator: 5, denominator: HUNDRED}`.
pub(super) fn fraction(node: &Node) -> Option<f64> {
    let whole = match node.field("denominator").and_then(Node::text) {
        None | Some("HUNDRED" | "0") => 100.0,
        Some("TEN_THOUSAND" | "1") => 10_000.0,
        Some("MILLION" | "2") => 1_000_000.0,
        Some(_) => return None,
    };
    let part = node.field("numerator").map_or(Some(0), Node::number)?;
    Some(part as f64 * 100.0 / whole)
}
