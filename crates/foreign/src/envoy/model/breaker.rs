//! How much a cluster takes at once.

use super::reading::Reading;
use crate::envoy::yaml::Node;
use crate::setting::Setting;
use crate::source::Span;

/// The limits of one priority of requests.
#[derive(Clone, Debug, PartialEq)]
pub struct Threshold {
    /// The whole message.
    pub span: Span,
    /// `DEFAULT` or `HIGH`.
    pub priority: Setting<String>,
    /// Whether they count for each server and not for the cluster.
    pub per_host: bool,
    /// Connections.
    pub connections: Setting<u64>,
    /// Requests that wait.
    pub pending: Setting<u64>,
    /// Requests under way.
    pub requests: Setting<u64>,
    /// Retries under way, where there is no budget.
    pub retries: Setting<u64>,
    /// Retries as a share of requests.
    pub budget: Option<RetryBudget>,
}

/// Retries as a share of requests.
#[derive(Clone, Debug, PartialEq)]
pub struct RetryBudget {
    /// Per cent of requests under way.
    pub percent: Setting<f64>,
    /// So many are always allowed.
    pub min: Setting<u64>,
}

impl Threshold {
    pub(super) fn read(node: &Node, per_host: bool, reading: &mut Reading) -> Threshold {
        Threshold {
            span: node.span,
            priority: reading.name(node, "priority", "DEFAULT"),
            per_host,
            connections: reading.number(node, "max_connections", 1024),
            pending: reading.number(node, "max_pending_requests", 1024),
            requests: reading.number(node, "max_requests", 1024),
            retries: reading.number(node, "max_retries", 3),
            budget: node.field("retry_budget").map(|node| RetryBudget {
                percent: reading.percent(node, "budget_percent", 20.0),
                min: reading.number(node, "min_retry_concurrency", 3),
            }),
        }
    }
}
