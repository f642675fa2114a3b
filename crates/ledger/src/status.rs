//! The state of the process at one moment, as `/v1/status` answers it and metrics are made from.
//!
//! Counters count since the process started. Shares are fractions, 0 to 1. `_s`: seconds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Everything the process shows of itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// Version of the program.
    pub version: String,
    /// Start of the process, seconds since the Unix epoch.
    pub started_at: f64,
    /// Time since then.
    pub uptime_s: f64,
    /// Worker threads.
    pub workers: usize,
    /// False while starting up or draining.
    pub ready: bool,
    /// The configuration in force.
    pub config: ConfigStatus,
    /// Client connections.
    pub connections: ConnectionStatus,
    /// The access log, when there is one.
    pub access_log: Option<AccessLogStatus>,
    /// Requests that no pool saw, by error (`bad_request`, `no_route` …).
    pub refused: BTreeMap<String, u64>,
    /// Pools in the order of their names.
    pub pools: Vec<PoolStatus>,
}

/// The configuration in force.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ConfigStatus {
    /// Where it was read from.
    pub path: String,
    /// SHA-256 of the file, hexadecimal.
    pub digest: String,
    /// Reloads that took effect; 0 after a start.
    pub revision: u64,
    /// When it took effect, seconds since the Unix epoch.
    pub loaded_at: f64,
    /// Reloads that changed nothing because the file was not valid.
    pub reloads_failed: u64,
    /// Why the latest reload failed; empty after one that took effect.
    pub last_error: String,
    /// Keys whose values in force differ from the file's until a restart.
    #[serde(default)]
    pub restart_needed: Vec<String>,
}

/// Client connections.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ConnectionStatus {
    /// Open now.
    pub open: u64,
    /// Most that may be open: `server.max_connections`, or what the limit of open files allows.
    #[serde(default)]
    pub max: u64,
    /// Accepted so far.
    pub accepted: u64,
    /// Closed at once because a limit was reached.
    pub refused: u64,
    /// Upgraded connections open now.
    pub tunnels: u64,
}

/// The access log's writer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AccessLogStatus {
    /// Lines written.
    pub written: u64,
    /// Lines lost because the buffer was full or the disk refused them.
    pub dropped: u64,
    /// Rotations that failed: it went on in its old file.
    #[serde(default)]
    pub reopens_failed: u64,
}

/// A pool and its endpoints.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PoolStatus {
    /// Its name.
    pub name: String,
    /// Its policy, as the configuration writes it.
    pub policy: String,
    /// Requests routed to it (each once, however often it was tried).
    pub requests: u64,
    /// Answers made by the balancer itself, by error (`connect_failed`, `queue_timeout` …).
    pub errors: BTreeMap<String, u64>,
    /// Retries made.
    pub retries: u64,
    /// Retries that the budget refused.
    pub retries_refused: u64,
    /// Requests waiting for an endpoint under its limit.
    pub queue_waiting: u64,
    /// Requests that ever waited.
    pub queue_waited: u64,
    /// Requests that were held until a slot fell free, at their session's endpoint where they have
    /// one, at most 2.5 mean service times each.
    pub held: u64,
    /// True while unhealthy endpoints are used because the healthy ones cannot carry the load,
    /// or because there is none.
    pub panic: bool,
    /// Requests of sessions that had to stay on an endpoint above its bound (`state = "hard"`).
    pub unmovable: u64,
    /// Its endpoints, in the configuration's order; drained ones that left it come last.
    pub endpoints: Vec<EndpointStatus>,
}

/// One endpoint.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EndpointStatus {
    /// Its name.
    pub name: String,
    /// Its address.
    pub address: String,
    /// `up`, `slow_start`, `ejected`, `down`, `drain` or `removed`.
    pub state: String,
    /// `up`, `down`, `unknown`, or `none` when it is not probed.
    pub probe: String,
    /// Concurrent requests it is built for.
    pub capacity: f64,
    /// Departure from capacity.
    pub weight: f64,
    /// Speed learned from its answers; 1 is its peers' median.
    pub speed: f64,
    /// Requests in flight.
    pub in_flight: u64,
    /// Requests that are held and would have come here.
    pub held: u64,
    /// (In flight + held) ÷ capacity.
    pub pressure: f64,
    /// Mean pressure over the last 10 s.
    pub pressure_10s: f64,
    /// Share of requests that configuration and state ask for; while no endpoint is healthy, of
    /// those that are tried in their stead.
    pub intended_share: f64,
    /// Share of the pool's requests since the start.
    pub share: f64,
    /// Share of the pool's requests over the last 10 s.
    pub share_10s: f64,
    /// Attempts sent to it.
    pub requests: u64,
    /// Answers by class: index 0 is 1xx, 4 is 5xx.
    pub statuses: [u64; 5],
    /// Attempts that ended without an answer.
    pub failures: u64,
    /// Attempts that were retries.
    pub retries: u64,
    /// New sessions bound to it.
    pub bindings: u64,
    /// Picks by reason (`weight`, `affinity_kept` …).
    pub picks: BTreeMap<String, u64>,
    /// Times it was ejected.
    pub ejections: u64,
    /// Times its probe state changed.
    pub probe_transitions: u64,
    /// Bytes of request bodies sent to it.
    pub bytes_in: u64,
    /// Bytes of response bodies received from it.
    pub bytes_out: u64,
    /// Time to first byte of its answers.
    pub latency: LatencyStatus,
}

/// Latency of one endpoint since the start.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LatencyStatus {
    /// Answers measured.
    pub count: u64,
    /// Their sum.
    pub sum_s: f64,
    /// Median; 0 without answers. Exact to 1/8.
    pub p50_s: f64,
    /// 99th percentile, likewise.
    pub p99_s: f64,
    /// 99th percentile over the last 10 s.
    pub p99_10s_s: f64,
    /// Cumulative counts at the bounds of `BUCKETS_S`.
    pub buckets: Vec<u64>,
}

/// Upper bounds of the exported latency buckets, in seconds.
pub const BUCKETS_S: [f64; 14] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
