//! How a cluster finds out which servers are well: checks, and what requests met.

use super::reading::Reading;
use crate::envoy::yaml::Node;
use crate::setting::Setting;
use crate::source::Span;

/// An active check.
#[derive(Clone, Debug, PartialEq)]
pub struct HealthCheck {
    /// The whole message.
    pub span: Span,
    /// What is asked.
    pub check: Check,
    /// Milliseconds to answer.
    pub timeout_ms: Setting<u64>,
    /// Milliseconds between two checks.
    pub interval_ms: Setting<u64>,
    /// Milliseconds between two checks as long as the cluster has no requests.
    pub no_traffic_interval_ms: Setting<u64>,
    /// Failures in a row until a server is out. A 503 counts at once.
    pub unhealthy: Setting<u64>,
    /// Successes in a row until it is in again.
    pub healthy: Setting<u64>,
}

/// What a check asks.
#[derive(Clone, Debug, PartialEq)]
pub enum Check {
    /// A path by HTTP.
    Http(Setting<String>),
    /// Whether a connection comes about.
    Tcp,
    /// The gRPC health service.
    Grpc,
    /// Something of a module's own.
    Other(String),
}

impl HealthCheck {
    pub(super) fn read(node: &Node, reading: &mut Reading) -> HealthCheck {
        let check = if let Some(http) = node.field("http_health_check") {
            Check::Http(reading.text(http, "path", ""))
        } else if node.has("tcp_health_check") {
            Check::Tcp
        } else if node.has("grpc_health_check") {
            Check::Grpc
        } else {
            let custom = node.at(&["custom_health_check", "name"]).and_then(Node::text);
            Check::Other(custom.unwrap_or("").to_owned())
        };
        HealthCheck {
            span: node.span,
            check,
            timeout_ms: reading.millis(node, "timeout", 0),
            interval_ms: reading.millis(node, "interval", 0),
            no_traffic_interval_ms: reading.millis(node, "no_traffic_interval", 60_000),
            unhealthy: reading.number(node, "unhealthy_threshold", 0),
            healthy: reading.number(node, "healthy_threshold", 0),
        }
    }
}

/// Ejection of servers by what requests met.
#[derive(Clone, Debug, PartialEq)]
pub struct Outlier {
    /// The whole message.
    pub span: Span,
    /// Failures in a row until a server is out.
    pub consecutive_5xx: Setting<u64>,
    /// The same for 502, 503 and 504 alone.
    pub consecutive_gateway_failure: Setting<u64>,
    /// Per cent of ejections after `consecutive_5xx` that are done.
    pub enforcing_5xx: Setting<u64>,
    /// Per cent of ejections after gateway failures that are done.
    pub enforcing_gateway_failure: Setting<u64>,
    /// Per cent of ejections by success rate that are done.
    pub enforcing_success_rate: Setting<u64>,
    /// Per cent of ejections by share of failures that are done.
    pub enforcing_failure_percentage: Setting<u64>,
    /// Milliseconds between two judgements.
    pub interval_ms: Setting<u64>,
    /// Milliseconds out, times how often it was out already.
    pub base_ejection_ms: Setting<u64>,
    /// Milliseconds out at most.
    pub max_ejection_ms: Setting<u64>,
    /// Per cent of servers that may be out.
    pub max_ejection_percent: Setting<u64>,
    /// Whether one may be out whatever that says.
    pub always_eject_one: Setting<bool>,
    /// Servers with enough requests that judging by success rate needs.
    pub success_rate_hosts: Setting<u64>,
    /// Requests that a server needs to be judged by success rate.
    pub success_rate_volume: Setting<u64>,
    /// Per cent of failures from which a server is out.
    pub failure_percentage: Setting<u64>,
}

impl Outlier {
    pub(super) fn read(node: &Node, reading: &mut Reading) -> Outlier {
        Outlier {
            span: node.span,
            consecutive_5xx: reading.number(node, "consecutive_5xx", 5),
            consecutive_gateway_failure: reading.number(node, "consecutive_gateway_failure", 5),
            enforcing_5xx: reading.number(node, "enforcing_consecutive_5xx", 100),
            enforcing_gateway_failure: reading.number(
                node,
                "enforcing_consecutive_gateway_failure",
                0,
            ),
            enforcing_success_rate: reading.number(node, "enforcing_success_rate", 100),
            enforcing_failure_percentage: reading.number(node, "enforcing_failure_percentage", 0),
            interval_ms: reading.millis(node, "interval", 10_000),
            base_ejection_ms: reading.millis(node, "base_ejection_time", 30_000),
            max_ejection_ms: reading.millis(node, "max_ejection_time", 300_000),
            max_ejection_percent: reading.number(node, "max_ejection_percent", 10),
            always_eject_one: reading.truth(node, "always_eject_one_host", false),
            success_rate_hosts: reading.number(node, "success_rate_minimum_hosts", 5),
            success_rate_volume: reading.number(node, "success_rate_request_volume", 100),
            failure_percentage: reading.number(node, "failure_percentage_threshold", 85),
        }
    }
}
