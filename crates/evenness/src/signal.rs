//! What is wrong at a moment: the conditions that alarms are made of.

use core::fmt;

use crate::cause::Cause;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Somebody looks at it in working hours.
    Ticket,
    /// Somebody is woken.
    Page,
}

impl Severity {
    /// Its name in labels, routes and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Ticket => "ticket",
            Severity::Page => "page",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A kind of condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SignalKind {
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

impl SignalKind {
    /// Every kind.
    pub const ALL: [SignalKind; 12] = [
        SignalKind::Mechanism,
        SignalKind::Intent,
        SignalKind::Unevenness,
        SignalKind::ErrorBurn,
        SignalKind::LatencyBurn,
        SignalKind::CapacityLost,
        SignalKind::RetryAmplification,
        SignalKind::FloodSuspected,
        SignalKind::ProbeFlapping,
        SignalKind::BalancerLimit,
        SignalKind::TelemetryMissing,
        SignalKind::Audit,
    ];

    /// Its name in labels, routes and JSON.
    pub fn name(self) -> &'static str {
        match self {
            SignalKind::Mechanism => "mechanism",
            SignalKind::Intent => "intent",
            SignalKind::Unevenness => "unevenness",
            SignalKind::ErrorBurn => "error_burn",
            SignalKind::LatencyBurn => "latency_burn",
            SignalKind::CapacityLost => "capacity_lost",
            SignalKind::RetryAmplification => "retry_amplification",
            SignalKind::FloodSuspected => "flood_suspected",
            SignalKind::ProbeFlapping => "probe_flapping",
            SignalKind::BalancerLimit => "balancer_limit",
            SignalKind::TelemetryMissing => "telemetry_missing",
            SignalKind::Audit => "audit",
        }
    }
}

impl fmt::Display for SignalKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A condition that holds now.
#[derive(Clone, Debug, PartialEq)]
pub struct Signal {
    /// What it is.
    pub kind: SignalKind,
    /// The pool; empty: the process.
    pub pool: String,
    /// How bad it is.
    pub severity: Severity,
    /// The cause, where the condition alone tells it.
    pub cause: Option<Cause>,
    /// One sentence with the figures that it rests on.
    pub summary: String,
}
