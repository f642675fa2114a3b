//! What a route makes of a request before it is hashed and sent on.

use crate::envoy::yaml::Node;

/// What a route makes of a request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rewriting {
    /// Of its path.
    pub path: Option<PathRewrite>,
    /// Of its host. (`auto_host_rewrite` needs the server, and comes after the hash.)
    pub host: Option<HostRewrite>,
    /// Headers that are added, set or dropped, by name.
    pub headers: Vec<String>,
}

/// What is made of a path. The query stays.
#[derive(Clone, Debug, PartialEq)]
pub enum PathRewrite {
    /// `prefix_rewrite`: in place of what the route's match found.
    Prefix(String),
    /// `regex_rewrite`: an expression, and what replaces it.
    Expression(String, String),
    /// Something else.
    Other,
}

/// What is made of a host.
#[derive(Clone, Debug, PartialEq)]
pub enum HostRewrite {
    /// `host_rewrite_literal`
    Literal(String),
    /// `host_rewrite_header`: the value of a header, if it has one.
    Header(String),
    /// `host_rewrite_path_regex`: of the path.
    Path(String, String),
    /// Something else.
    Other,
}

impl Rewriting {
    /// `action` is the field `route` of a route.
    pub(super) fn read(route: &Node, action: &Node) -> Rewriting {
        let text = |name: &str| action.field(name).and_then(Node::text).map(str::to_owned);
        let expression = |name: &str| {
            let node = action.field(name)?;
            let text = |path: &[&str]| node.at(path).and_then(Node::text).unwrap_or("").to_owned();
            Some((text(&["pattern", "regex"]), text(&["substitution"])))
        };
        let has = |names: &[&str]| names.iter().any(|name| action.field(name).is_some());
        let path = if let Some(prefix) = text("prefix_rewrite").filter(|it| !it.is_empty()) {
            Some(PathRewrite::Prefix(prefix))
        } else if let Some((pattern, by)) = expression("regex_rewrite") {
            Some(PathRewrite::Expression(pattern, by))
        } else {
            has(&["path_rewrite", "path_rewrite_policy"]).then_some(PathRewrite::Other)
        };
        let host = if let Some(host) = text("host_rewrite_literal") {
            Some(HostRewrite::Literal(host))
        } else if let Some(header) = text("host_rewrite_header") {
            Some(HostRewrite::Header(header))
        } else if let Some((pattern, by)) = expression("host_rewrite_path_regex") {
            Some(HostRewrite::Path(pattern, by))
        } else {
            has(&["host_rewrite"]).then_some(HostRewrite::Other)
        };
        let parts = action.field("weighted_clusters").map_or(&[][..], |it| it.list("clusters"));
        let nodes = [route, action].into_iter().chain(parts);
        Rewriting { path, host, headers: nodes.flat_map(changed).collect() }
    }
}

/// The headers that a message adds to requests, sets or drops.
pub(super) fn changed(node: &Node) -> Vec<String> {
    let added = node.list("request_headers_to_add").iter();
    let added = added.filter_map(|it| it.at(&["header", "key"]));
    let all = added.chain(node.list("request_headers_to_remove"));
    all.filter_map(Node::text).map(str::to_ascii_lowercase).collect()
}
