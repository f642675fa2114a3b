//! What a route makes of requests before it sends them.

use crate::envoy::yaml::Node;
use crate::placed::Placed;

/// What a route makes of requests before it sends them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rewrite {
    /// What stands in the path for what the route matches.
    pub prefix: Option<String>,
    /// An expression, and what stands in the path for what it finds.
    pub path: Option<(String, String)>,
    /// The host.
    pub host: Option<String>,
    /// Fields that change path or host in another way.
    pub others: Vec<Placed<String>>,
    /// Headers that are added or removed, in lower case.
    pub headers: Vec<String>,
}

const OTHERS: [&str; 4] =
    ["path_rewrite_policy", "path_rewrite", "host_rewrite_header", "host_rewrite_path_regex"];

impl Rewrite {
    /// Of a route and the message that says where it leads.
    pub(super) fn read(route: &Node, action: &Node) -> Rewrite {
        let text = |name: &str| action.field(name).and_then(Node::text).map(str::to_owned);
        let inside = |path: &[&str]| action.at(path).and_then(Node::text).map(str::to_owned);
        let others = OTHERS.iter().filter_map(|name| {
            let node = action.field(name)?;
            Some(Placed::new((*name).to_owned(), node.span))
        });
        let path = inside(&["regex_rewrite", "pattern", "regex"]).map(|pattern| {
            (pattern, inside(&["regex_rewrite", "substitution"]).unwrap_or_default())
        });
        let clusters = action.field("weighted_clusters").map_or(&[][..], |it| it.list("clusters"));
        let changed = clusters.iter().chain([route, action]).flat_map(changed_headers);
        Rewrite {
            prefix: text("prefix_rewrite").filter(|prefix| !prefix.is_empty()),
            path,
            host: text("host_rewrite_literal").or_else(|| text("host_rewrite")),
            others: others.collect(),
            headers: changed.collect(),
        }
    }
}

/// The headers of requests that a message adds or removes.
pub(super) fn changed_headers(node: &Node) -> Vec<String> {
    let added = node.list("request_headers_to_add").iter();
    let added = added.filter_map(|added| added.at(&["header", "key"])?.text());
    let removed = node.list("request_headers_to_remove").iter().filter_map(Node::text);
    added.chain(removed).map(str::to_ascii_lowercase).collect()
}
