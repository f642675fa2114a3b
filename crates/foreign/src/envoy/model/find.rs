//! Finds the messages of a file, whatever the file is.

use std::collections::HashSet;

use crate::envoy::schema::{self, short};
use crate::envoy::yaml::{Node, Value};
use crate::fault::SyntaxError;
use crate::placed::Placed;
use crate::source::Span;

/// The messages of a file.
#[derive(Default)]
pub(super) struct Found<'n> {
    pub(super) clusters: Vec<&'n Node>,
    pub(super) listeners: Vec<&'n Node>,
    pub(super) tables: Vec<&'n Node>,
    pub(super) assignments: Vec<&'n Node>,
    /// The address of the admin interface.
    pub(super) admin: Option<&'n Node>,
    pub(super) unknown: Vec<Placed<String>>,
    /// Fields that stand twice.
    pub(super) twice: Vec<SyntaxError>,
    /// What shows that it is written for API v2.
    pub(super) v2: Option<Span>,
}

pub(super) fn find(root: &Node) -> Result<Found<'_>, SyntaxError> {
    let mut found = Found::default();
    found.root(root);
    let nothing = found.clusters.is_empty()
        && found.listeners.is_empty()
        && found.tables.is_empty()
        && found.assignments.is_empty();
    let bootstrap = ["static_resources", "dynamic_resources", "admin", "node", "resources"];
    let known = bootstrap.iter().any(|name| root.has(name));
    if nothing && !known {
        let error = SyntaxError::new(root.span, "this is no configuration of Envoy");
        return Err(error.expected("`static_resources`, `resources`, `clusters` or `endpoints`"));
    }
    signs(root, &mut found);
    Ok(found)
}

impl<'n> Found<'n> {
    fn root(&mut self, root: &'n Node) {
        if let Value::List(items) = &root.value {
            // Pieces that were cut out of a dump are wrapped once.
            items.iter().for_each(|item| self.wrapped(item));
            return;
        }
        if root.field("static_resources").is_some() || root.field("dynamic_resources").is_some() {
            schema::unknown(root, "bootstrap.Bootstrap", &mut self.unknown);
        }
        self.admin = root.at(&["admin", "address"]);
        let inner = root.field("static_resources").unwrap_or(root);
        let judged = root.field("static_resources").is_some();
        for (name, message) in [("clusters", "cluster.Cluster"), ("listeners", "listener.Listener")]
        {
            for node in inner.list(name) {
                if !judged {
                    schema::unknown(node, message, &mut self.unknown);
                }
                self.add(message, node);
            }
        }
        for node in root.list("resources") {
            // A response may wrap its messages once more.
            self.message(node.field("resource").unwrap_or(node));
        }
        root.list("configs").iter().chain([root]).for_each(|dump| self.dump(dump));
        self.message(root);
    }

    /// A part of what the admin interface's `/config_dump` gives.
    fn dump(&mut self, node: &'n Node) {
        const LISTS: [&str; 8] = [
            "static_clusters",
            "dynamic_active_clusters",
            "static_listeners",
            "dynamic_listeners",
            "static_route_configs",
            "dynamic_route_configs",
            "static_endpoint_configs",
            "dynamic_endpoint_configs",
        ];
        for list in LISTS {
            node.list(list).iter().for_each(|item| self.wrapped(item));
        }
    }

    fn wrapped(&mut self, item: &'n Node) {
        let item = item.field("active_state").unwrap_or(item);
        let wraps = ["cluster", "listener", "route_config", "endpoint_config"];
        let inner = wraps.iter().filter_map(|name| item.field(name));
        let inner = inner.filter(|inner| matches!(inner.value, Value::Map(_)));
        inner.for_each(|inner| self.message(inner));
        self.message(item);
    }

    /// One message alone: by its type, or by the fields that only it has.
    fn message(&mut self, node: &'n Node) {
        let said = node.field("@type").and_then(Node::text).map(short);
        let has = |name: &str| node.field(name).is_some();
        let message = match said.as_deref() {
            Some("cluster.Cluster" | "api.Cluster") => "cluster.Cluster",
            Some("listener.Listener" | "api.Listener") => "listener.Listener",
            Some("route.RouteConfiguration" | "api.RouteConfiguration") => {
                "route.RouteConfiguration"
            }
            Some("endpoint.ClusterLoadAssignment" | "api.ClusterLoadAssignment") => {
                "endpoint.ClusterLoadAssignment"
            }
            Some(_) => return,
            None if has("virtual_hosts") => "route.RouteConfiguration",
            None if has("cluster_name") && has("endpoints") => "endpoint.ClusterLoadAssignment",
            None if has("filter_chains") => "listener.Listener",
            None if has("name") && (has("load_assignment") || has("lb_policy")) => {
                "cluster.Cluster"
            }
            None => return,
        };
        schema::unknown(node, message, &mut self.unknown);
        self.add(message, node);
    }

    fn add(&mut self, message: &str, node: &'n Node) {
        match message {
            "cluster.Cluster" => self.clusters.push(node),
            "listener.Listener" => self.listeners.push(node),
            "route.RouteConfiguration" => self.tables.push(node),
            _ => self.assignments.push(node),
        }
    }
}

/// What shows of the API's version, and fields that stand twice.
// As deep as values nest, which the loading limits.
fn signs(node: &Node, found: &mut Found<'_>) {
    let mut names = HashSet::new();
    for field in node.fields() {
        if !names.insert(field.key.value.as_str()) {
            let what = format!("`{}` stands here twice, and the last one counts", field.key.value);
            found.twice.push(SyntaxError::new(field.key.span, what).expected("it once"));
        }
        let name = field.key.value.as_str();
        let text = field.value.text().unwrap_or("");
        let old_type = name == "@type" && (text.contains(".v2.") || text.contains("envoy.api.v2"));
        let old_field = name == "hosts" && matches!(field.value.value, Value::List(_));
        let addresses = || field.value.items().iter().any(|h| h.field("socket_address").is_some());
        let config = name == "config"
            && node.field("name").and_then(Node::text).is_some_and(|name| {
                name.starts_with("envoy.") && matches!(field.value.value, Value::Map(_))
            });
        if old_type || (old_field && addresses()) || config {
            found.v2.get_or_insert(field.key.span.to(field.value.span));
        }
        signs(&field.value, found);
    }
    if let Value::List(items) = &node.value {
        items.iter().for_each(|item| signs(item, found));
    }
}
