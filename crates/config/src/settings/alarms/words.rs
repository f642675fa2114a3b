//! The words by which routes match alarms; the same that the judges of traffic use.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SeverityName {
    /// Somebody looks at it in working hours.
    Ticket,
    /// Somebody is woken.
    Page,
}

/// What is behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CauseName {
    /// The weights in force send traffic elsewhere than capacity or approval do.
    Weights,
    /// Sessions or hashed keys ask for the same few endpoints.
    Persistence,
    /// A few long connections carry most of the traffic.
    Connections,
    /// One client, or a handful, asks for much.
    HeavyClient,
    /// An endpoint is slow or fails by itself.
    SickServer,
    /// Failed requests are asked again, and the repetition is the load.
    RetryStorm,
    /// Endpoints are missing.
    CapacityLoss,
    /// More users than usual.
    Surge,
    /// A denial of service.
    Flood,
    /// The balancer itself is at a limit.
    BalancerLimit,
}

/// What condition it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum KindName {
    /// Picks or bindings do not follow the probabilities that they should.
    Mechanism,
    /// What is in force is not what was approved.
    Intent,
    /// An endpoint carries more than its part.
    Unevenness,
    /// The error budget burns.
    ErrorBurn,
    /// Too many answers are slow.
    LatencyBurn,
    /// Healthy capacity is missing.
    CapacityLost,
    /// Retries are much of the traffic.
    RetryAmplification,
    /// Requests look like a flood.
    FloodSuspected,
    /// A probe changes its mind again and again.
    ProbeFlapping,
    /// The balancer is near one of its own limits.
    BalancerLimit,
    /// Nothing is measured where something should be.
    TelemetryMissing,
    /// An audit found something in a configuration.
    Audit,
}

impl SeverityName {
    /// The word that stands in a configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ticket => "ticket",
            Self::Page => "page",
        }
    }
}

impl CauseName {
    /// The word that stands in a configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Weights => "weights",
            Self::Persistence => "persistence",
            Self::Connections => "connections",
            Self::HeavyClient => "heavy_client",
            Self::SickServer => "sick_server",
            Self::RetryStorm => "retry_storm",
            Self::CapacityLoss => "capacity_loss",
            Self::Surge => "surge",
            Self::Flood => "flood",
            Self::BalancerLimit => "balancer_limit",
        }
    }
}

impl KindName {
    /// The word that stands in a configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mechanism => "mechanism",
            Self::Intent => "intent",
            Self::Unevenness => "unevenness",
            Self::ErrorBurn => "error_burn",
            Self::LatencyBurn => "latency_burn",
            Self::CapacityLost => "capacity_lost",
            Self::RetryAmplification => "retry_amplification",
            Self::FloodSuspected => "flood_suspected",
            Self::ProbeFlapping => "probe_flapping",
            Self::BalancerLimit => "balancer_limit",
            Self::TelemetryMissing => "telemetry_missing",
            Self::Audit => "audit",
        }
    }
}
