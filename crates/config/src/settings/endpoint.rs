//! `[[pools.NAME.endpoints]]`: one server.

use std::net::SocketAddr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::forms;

/// One server of a pool.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    /// Name in cookies, logs and metrics; unique in its pool. At most 64 letters, digits,
    /// `_`, `.` and `-`.
    pub name: String,
    /// Address and port of the server.
    #[schemars(schema_with = "forms::address")]
    pub address: SocketAddr,
    /// Concurrent requests it is built for; the intended share follows it.
    #[serde(default = "capacity")]
    #[schemars(range(min = 0.01, max = 1_000_000.0))]
    pub capacity: f64,
    /// A deliberate departure from capacity; 0 takes no new work.
    #[serde(default = "weight")]
    #[schemars(range(min = 0.0, max = 1000.0))]
    pub weight: f64,
    /// Most requests in flight at once. Absent: unlimited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub limit: Option<u32>,
    /// Finish what it has, keep its sessions until they expire, take nothing new.
    #[serde(default)]
    pub drain: bool,
}

fn capacity() -> f64 {
    100.0
}

fn weight() -> f64 {
    1.0
}
