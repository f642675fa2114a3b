//! Routes: which requests go to which cluster.

use super::hash::HashPolicy;
use super::matching::Asks;
use super::reading::Reading;
use super::retry::Retry;
use crate::envoy::yaml::{Field, Node, snake};
use crate::placed::Placed;
use crate::setting::Setting;
use crate::source::Span;

/// A table of routes.
#[derive(Clone, Debug, PartialEq)]
pub struct RouteTable {
    /// Its name.
    pub name: Option<Placed<String>>,
    /// The whole message.
    pub span: Span,
    /// Whether ports of hosts are left out when hosts are compared.
    pub ignores_port: Setting<bool>,
    /// Its hosts.
    pub hosts: Vec<VirtualHost>,
}

/// Routes of some hosts.
#[derive(Clone, Debug, PartialEq)]
pub struct VirtualHost {
    /// Its name.
    pub name: Option<Placed<String>>,
    /// The whole message.
    pub span: Span,
    /// Hosts that it stands for.
    pub domains: Vec<Placed<String>>,
    /// What counts for routes that have no retry policy of their own.
    pub retry: Option<Retry>,
    /// Its routes; the first one that fits counts.
    pub routes: Vec<Route>,
}

/// A route.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// The whole message.
    pub span: Span,
    /// The kind of its match, as `prefix`, and the value.
    pub matches: Option<(String, Placed<String>)>,
    /// What else it asks for.
    pub asks: Asks,
    /// Where it leads.
    pub target: Target,
    /// Milliseconds for the whole response; 0: any time.
    pub timeout_ms: Setting<u64>,
    /// When a request is tried again.
    pub retry: Option<Retry>,
    /// What requests are hashed by.
    pub hash: Vec<HashPolicy>,
    /// Whether it asks for a subset.
    pub subset: Vec<(String, String)>,
    /// What is done to requests and responses on the way, by the field's name.
    pub rewrites: Vec<Placed<String>>,
    /// Clusters that get copies of requests.
    pub mirrors: Vec<Placed<String>>,
}

/// Where a route leads.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// A cluster.
    Cluster(Placed<String>),
    /// The cluster that a header names.
    Header(Placed<String>),
    /// Clusters by weight.
    Weighted(Vec<Weighted>),
    /// To no cluster: a redirect or an answer of Envoy's own.
    Nowhere,
    /// Something else.
    Other,
}

/// A cluster and its share.
#[derive(Clone, Debug, PartialEq)]
pub struct Weighted {
    /// The cluster's name.
    pub cluster: Placed<String>,
    /// Its share against the others'.
    pub weight: Setting<u64>,
}

impl RouteTable {
    pub(super) fn read(node: &Node, reading: &mut Reading) -> RouteTable {
        let hosts = node.list("virtual_hosts").iter();
        RouteTable {
            name: node.text_of("name"),
            span: node.span,
            ignores_port: reading.truth(node, "ignore_port_in_host_matching", false),
            hosts: hosts.map(|node| VirtualHost::read(node, reading)).collect(),
        }
    }

    /// All routes, with the host of each.
    pub fn routes(&self) -> impl Iterator<Item = (&VirtualHost, &Route)> {
        self.hosts.iter().flat_map(|host| host.routes.iter().map(move |route| (host, route)))
    }
}

impl VirtualHost {
    fn read(node: &Node, reading: &mut Reading) -> VirtualHost {
        let domains = node.list("domains").iter();
        let domain = |node: &Node| Some(Placed::new(node.text()?.to_owned(), node.span));
        VirtualHost {
            name: node.text_of("name"),
            span: node.span,
            domains: domains.filter_map(domain).collect(),
            retry: node.field("retry_policy").map(|node| Retry::read(node, reading)),
            routes: node.list("routes").iter().map(|node| Route::read(node, reading)).collect(),
        }
    }
}

const MATCHES: [&str; 7] = [
    "prefix",
    "path",
    "safe_regex",
    "regex",
    "path_separated_prefix",
    "connect_matcher",
    "path_match_policy",
];

impl Route {
    fn read(node: &Node, reading: &mut Reading) -> Route {
        let action = node.field("route");
        let inner = action.unwrap_or(node);
        let mirrors = inner.list("request_mirror_policies").iter();
        let labels = inner.at(&["metadata_match", "filter_metadata", "envoy.lb"]);
        let label = |field: &Field| {
            Some((field.key.value.clone(), field.value.text().unwrap_or("").to_owned()))
        };
        let hashes = inner.list("hash_policy").iter();
        let fields = node.fields().iter().chain(action.map_or(&[][..], Node::fields));
        let rewrites = fields.map(|field| &field.key).filter(|key| is_rewrite(&snake(&key.value)));
        Route {
            span: node.span,
            matches: node.field("match").and_then(matches),
            asks: node.field("match").map(|it| Asks::read(it, reading)).unwrap_or_default(),
            target: action.map_or(Target::Nowhere, |action| target(action, reading)),
            timeout_ms: reading.millis(inner, "timeout", 15_000),
            retry: inner.field("retry_policy").map(|node| Retry::read(node, reading)),
            hash: hashes.map(|node| HashPolicy::read(node, reading)).collect(),
            subset: labels.map_or(&[][..], Node::fields).iter().filter_map(label).collect(),
            rewrites: rewrites.cloned().collect(),
            mirrors: mirrors.filter_map(|node| node.text_of("cluster")).collect(),
        }
    }
}

/// Whether a field changes what servers or clients see.
fn is_rewrite(name: &str) -> bool {
    name.contains("rewrite")
        || name.ends_with("_headers_to_add")
        || name.ends_with("_headers_to_remove")
        || matches!(name, "cors" | "rate_limits" | "max_stream_duration" | "idle_timeout")
}

fn matches(node: &Node) -> Option<(String, Placed<String>)> {
    MATCHES.iter().find_map(|kind| {
        let value = node.field(kind)?;
        let text = value.text().or_else(|| value.field("regex").and_then(Node::text));
        Some(((*kind).to_owned(), Placed::new(text.unwrap_or("").to_owned(), value.span)))
    })
}

/// Also the target of `tcp_proxy`, which has the same fields.
pub(super) fn target(node: &Node, reading: &mut Reading) -> Target {
    if let Some(cluster) = node.text_of("cluster") {
        return Target::Cluster(cluster);
    }
    if let Some(header) = node.text_of("cluster_header") {
        return Target::Header(header);
    }
    let Some(weighted) = node.field("weighted_clusters") else { return Target::Other };
    let clusters = weighted.list("clusters").iter();
    let weighted = clusters.map(|cluster| Weighted {
        cluster: cluster
            .text_of("name")
            .or_else(|| cluster.text_of("cluster_header"))
            .unwrap_or(Placed::new(String::new(), cluster.span)),
        weight: reading.number(cluster, "weight", 0),
    });
    Target::Weighted(weighted.collect())
}
