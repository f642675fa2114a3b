//! `[server]`: the process as a whole.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{admin, forms, log};
use crate::units::Span;

/// What concerns the process as a whole.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// Worker threads; 0 means one per core. Changing it needs a restart.
    #[schemars(range(max = 1024))]
    pub workers: usize,
    /// Address of the admin listener: API, metrics, status. `"off"`: none.
    #[serde(with = "admin")]
    #[schemars(schema_with = "forms::address_or_off")]
    pub admin: Option<SocketAddr>,
    /// Directory for what must survive a restart: the key that signs session cookies, the
    /// history, alarms, and what is approved. A relative one is taken from the working directory
    /// of the process, not from this file.
    pub state_dir: PathBuf,
    /// File that receives one JSON line per request; a relative one is taken from the working
    /// directory of the process, not from this file. Absent or `"off"`: no access log.
    #[serde(deserialize_with = "log::deserialize", skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "forms::file")]
    pub access_log: Option<PathBuf>,
    /// How long requests in flight may take to finish after SIGTERM, upgraded connections
    /// (WebSocket) among them; those seldom end by themselves, so a stop often takes this long.
    pub drain_timeout: Span,
    /// Whether it watches itself: counts who asks for what, judges the pools every second, raises
    /// alarms, diagnoses, and keeps the history of them. `false`: it serves, probes, counts for
    /// `/metrics` and writes events down, and judges nothing. Changing it needs a restart.
    pub watch: bool,
    /// Networks whose `X-Forwarded-*` and `Forwarded` headers are believed, e.g.
    /// `["10.0.0.0/8"]`. Empty: nobody's. `Forwarded` counts where there is no `X-Forwarded-For`.
    #[schemars(schema_with = "forms::networks")]
    pub trusted_proxies: Vec<IpNet>,
    /// Most client connections open at once, over all listeners.
    #[schemars(range(min = 1))]
    pub max_connections: u32,
    /// Most client connections open at once from one address (the connecting peer); 0: no limit.
    pub max_connections_per_client: u32,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            workers: 0,
            admin: Some(SocketAddr::from((Ipv4Addr::LOCALHOST, 9900))),
            state_dir: PathBuf::from("state"),
            access_log: None,
            drain_timeout: Span::from_secs(30),
            watch: true,
            trusted_proxies: Vec::new(),
            max_connections: 50_000,
            max_connections_per_client: 0,
        }
    }
}
