//! `hash`: what a hashed policy hashes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a hashed policy hashes.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HashKey {
    /// Where the key is taken from. A request without it falls back to least pressure.
    pub by: HashSource,
    /// Name of the cookie, header or query parameter; not for `client` and `path`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Most load of one endpoint, as a multiple of its fair share.
    #[serde(default = "bound")]
    #[schemars(extend("exclusiveMinimum" = 1.0), range(max = 1000.0))]
    pub bound: f64,
}

impl HashKey {
    /// The bound where none is written: a fifth of an endpoint stays free for others' keys.
    pub const BOUND: f64 = 1.25;
}

fn bound() -> f64 {
    HashKey::BOUND
}

/// Where a hashed policy's key is taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HashSource {
    /// The value of a cookie.
    Cookie,
    /// The value of a header.
    Header,
    /// The client's address, after `trusted_proxies`.
    Client,
    /// The path, without the query.
    Path,
    /// The value of a query parameter.
    Query,
}

impl HashSource {
    /// Whether the source needs to be told a name.
    pub fn is_named(self) -> bool {
        matches!(self, Self::Cookie | Self::Header | Self::Query)
    }

    /// The word that stands in a configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cookie => "cookie",
            Self::Header => "header",
            Self::Client => "client",
            Self::Path => "path",
            Self::Query => "query",
        }
    }
}
