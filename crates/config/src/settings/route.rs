//! `[[routes]]`: which requests go to which pool.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which requests go to which pool.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// Hosts it serves, in any case and without a port: exact names or `*.example.com`.
    /// Empty: any host.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Start of the path it serves, matched on whole segments: `/api` serves `/api` and
    /// `/api/users`, not `/apis`. The bytes are compared as they were sent, before anything is
    /// decoded or resolved: `/x/../api`, `/%61pi` and `/api%2fusers` are not under `/api`.
    #[serde(default = "root")]
    pub path_prefix: String,
    /// Name of the pool that serves it.
    pub pool: String,
}

fn root() -> String {
    "/".to_owned()
}
