//! What a request is hashed by.

use crate::envoy::yaml::Node;
use crate::placed::Placed;
use crate::setting::Setting;
use crate::source::Span;

use super::reading::Reading;

/// A part of the hash.
#[derive(Clone, Debug, PartialEq)]
pub struct HashPolicy {
    /// The whole message.
    pub span: Span,
    /// What is hashed.
    pub by: HashBy,
    /// What a header's value is made to before: an expression, and what replaces it.
    pub rewrite: Option<(String, String)>,
    /// Whether no further part counts once this one gave a hash.
    pub terminal: Setting<bool>,
}

/// What is hashed.
#[derive(Clone, Debug, PartialEq)]
pub enum HashBy {
    /// A header.
    Header(String),
    /// A cookie.
    Cookie {
        /// Its name.
        name: String,
        /// Milliseconds for which one is made where there is none; absent: none is made.
        ttl_ms: Option<Placed<u64>>,
    },
    /// The address from which the connection comes.
    SourceIp,
    /// A parameter of the query.
    Query(String),
    /// What a filter left behind, or what is not known.
    Other,
}

impl HashPolicy {
    pub(super) fn read(node: &Node, reading: &mut Reading) -> HashPolicy {
        let text = |path: &[&str]| node.at(path).and_then(Node::text).unwrap_or("").to_owned();
        let by = if node.field("header").is_some() {
            HashBy::Header(text(&["header", "header_name"]))
        } else if let Some(cookie) = node.field("cookie") {
            let ttl = reading.millis(cookie, "ttl", 0);
            let ttl_ms = ttl.span.map(|span| Placed::new(ttl.value, span));
            HashBy::Cookie { name: text(&["cookie", "name"]), ttl_ms }
        } else if node.at(&["connection_properties", "source_ip"]).is_some()
            || node.field("source_ip").is_some()
        {
            HashBy::SourceIp
        } else if node.field("query_parameter").is_some() {
            HashBy::Query(text(&["query_parameter", "name"]))
        } else {
            HashBy::Other
        };
        let rewrite = node.at(&["header", "regex_rewrite"]).map(|rewrite| {
            let text =
                |path: &[&str]| rewrite.at(path).and_then(Node::text).unwrap_or("").to_owned();
            (text(&["pattern", "regex"]), text(&["substitution"]))
        });
        let terminal = reading.truth(node, "terminal", false);
        HashPolicy { span: node.span, by, rewrite, terminal }
    }
}
