//! `[[listeners]]`: where clients are served, and what they may send.

use std::net::SocketAddr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::forms;
use crate::units::{Size, Span};

/// An address on which clients are served.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Listener {
    /// Name in logs and metrics.
    pub name: String,
    /// Address and port, e.g. `0.0.0.0:8080`. Port 0 lets the system choose one.
    #[schemars(schema_with = "forms::address")]
    pub address: SocketAddr,
    /// Limits on what a client may send.
    #[serde(default)]
    pub limits: Limits,
    /// How long a client may take.
    #[serde(default)]
    pub timeouts: ClientTimeouts,
    /// Also send the standard `Forwarded` header (RFC 7239) to endpoints.
    #[serde(default)]
    pub forwarded: bool,
    /// Accept CONNECT and tunnel to the chosen endpoint.
    #[serde(default)]
    pub allow_connect: bool,
}

/// Limits on what a client may send.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Most bytes of a request line and its headers.
    #[schemars(extend("x-minimum" = "1KiB", "x-maximum" = "1MiB"))]
    pub head_size: Size,
    /// Most header fields of a request.
    #[schemars(range(min = 1, max = 256))]
    pub headers: usize,
    /// Most bytes of a request's body. Absent: unlimited.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_size: Option<Size>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { head_size: Size(32 << 10), headers: 128, body_size: None }
    }
}

/// How long a client may take.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ClientTimeouts {
    /// From the first byte of a head to its last.
    #[schemars(extend("x-minimum" = "1ms"))]
    pub head: Span,
    /// Between two requests of a connection, and before the first.
    #[schemars(extend("x-minimum" = "1ms"))]
    pub idle: Span,
    /// Longest pause while a request's body arrives.
    #[schemars(extend("x-minimum" = "1ms"))]
    pub body: Span,
    /// Longest pause while a client takes its response.
    #[schemars(extend("x-minimum" = "1ms"))]
    pub send: Span,
}

impl Default for ClientTimeouts {
    fn default() -> Self {
        Self {
            head: Span::from_secs(10),
            idle: Span::from_secs(60),
            body: Span::from_secs(30),
            send: Span::from_secs(30),
        }
    }
}
