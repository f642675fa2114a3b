//! When a request is tried again.

use super::reading::Reading;
use crate::envoy::yaml::Node;
use crate::placed::Placed;
use crate::setting::Setting;
use crate::source::Span;

/// A retry policy, of a route or of a virtual host.
#[derive(Clone, Debug, PartialEq)]
pub struct Retry {
    /// The whole message.
    pub span: Span,
    /// The conditions; none: nothing is tried again.
    pub on: Vec<String>,
    /// Attempts after the first one.
    pub tries: Setting<u64>,
    /// Milliseconds for each attempt; 0: the route's timeout.
    pub per_try_timeout_ms: Setting<u64>,
    /// Names of what says that another server is to be taken.
    pub host_predicates: Vec<Placed<String>>,
    /// How often another server is looked for.
    pub host_attempts: Setting<u64>,
    /// Milliseconds between attempts, growing from this.
    pub base_interval_ms: Setting<u64>,
}

impl Retry {
    pub(super) fn read(node: &Node, reading: &mut Reading) -> Retry {
        let on = node.field("retry_on").and_then(Node::text).unwrap_or("");
        let on = on.split(',').map(str::trim).filter(|word| !word.is_empty());
        let predicates = node.list("retry_host_predicate").iter();
        let back_off = node.field("retry_back_off").unwrap_or(node);
        Retry {
            span: node.span,
            on: on.map(str::to_owned).collect(),
            tries: reading.number(node, "num_retries", 1),
            per_try_timeout_ms: reading.millis(node, "per_try_timeout", 0),
            host_predicates: predicates.filter_map(|node| node.text_of("name")).collect(),
            host_attempts: reading.number(node, "host_selection_retry_max_attempts", 1),
            base_interval_ms: reading.millis(back_off, "base_interval", 25),
        }
    }
}
