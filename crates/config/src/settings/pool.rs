//! `[pools.NAME]`: a group of servers and how they are used.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Affinity, Ejection, Endpoint, HashKey, Objective, PolicyName, Probe, Retry};
use crate::units::Span;

/// A group of servers that do the same work.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Pool {
    /// How an endpoint is chosen for a request that is bound to none.
    pub policy: PolicyName,
    /// What a hashed policy hashes. Absent: nothing; required by `rendezvous`, `maglev`, `ring`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hash: Option<HashKey>,
    /// How a session stays with its endpoint. Absent: it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub affinity: Option<Affinity>,
    /// How an endpoint's health is asked for. Absent: only its answers tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probe: Option<Probe>,
    /// How long a new or returned endpoint takes to reach its full share; `0s`: at once.
    pub slow_start: Span,
    /// When an endpoint is taken out because of how it answers.
    pub ejection: Ejection,
    /// Which requests are tried again on another endpoint.
    pub retry: Retry,
    /// Where requests wait while every endpoint is at its `limit`, and for a moment while no slot
    /// is free. The latter take half of the room at most; without room nobody is held.
    pub queue: Queue,
    /// How long an endpoint may take.
    pub timeouts: UpstreamTimeouts,
    /// Connections that are kept open between requests.
    pub keep_alive: KeepAlive,
    /// What users are promised.
    pub slo: Objective,
    /// The servers; at least one.
    pub endpoints: Vec<Endpoint>,
}

impl Default for Pool {
    fn default() -> Self {
        Self {
            policy: PolicyName::default(),
            hash: None,
            affinity: None,
            probe: None,
            slow_start: Span::from_secs(10),
            ejection: Ejection::default(),
            retry: Retry::default(),
            queue: Queue::default(),
            timeouts: UpstreamTimeouts::default(),
            keep_alive: KeepAlive::default(),
            slo: Objective::default(),
            endpoints: Vec::new(),
        }
    }
}

/// Where requests wait while every endpoint is at its `limit`, and for a moment while no slot is
/// free. The latter take half of the room at most; without room nobody is held.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Queue {
    /// Most requests waiting for an endpoint under its limit; 0: none waits.
    #[schemars(range(max = 1_000_000))]
    pub size: u32,
    /// Longest wait before a 503.
    #[schemars(extend("x-minimum" = "1ms"))]
    pub timeout: Span,
}

impl Default for Queue {
    fn default() -> Self {
        Self { size: 1024, timeout: Span::from_secs(5) }
    }
}

/// How long an endpoint may take.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct UpstreamTimeouts {
    /// Longest wait for a connection.
    #[schemars(extend("x-minimum" = "1ms"))]
    pub connect: Span,
    /// From the request's last byte to the response's head.
    #[schemars(extend("x-minimum" = "1ms"))]
    pub response_head: Span,
    /// Longest pause while a response's body arrives.
    #[schemars(extend("x-minimum" = "1ms"))]
    pub response_idle: Span,
    /// The whole request, queueing and retries included. Absent: no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-minimum" = "1ms"))]
    pub request: Option<Span>,
    /// Longest silence of an upgraded connection (WebSocket).
    #[schemars(extend("x-minimum" = "1ms"))]
    pub tunnel_idle: Span,
}

impl Default for UpstreamTimeouts {
    fn default() -> Self {
        Self {
            connect: Span::from_secs(1),
            response_head: Span::from_secs(60),
            response_idle: Span::from_secs(60),
            request: None,
            tunnel_idle: Span::from_secs(3600),
        }
    }
}

/// Connections to endpoints that are kept open between requests.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct KeepAlive {
    /// Most idle connections kept per endpoint and worker; 0: none.
    #[schemars(range(max = 65536))]
    pub idle: usize,
    /// How long an idle one is kept; below the servers' own time-out.
    #[schemars(extend("x-minimum" = "1ms"))]
    pub timeout: Span,
}

impl Default for KeepAlive {
    fn default() -> Self {
        Self { idle: 1024, timeout: Span::from_secs(30) }
    }
}
