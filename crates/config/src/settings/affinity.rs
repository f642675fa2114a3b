//! `affinity`: how a session stays with its endpoint, and how far.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::units::Span;

/// How a session stays with its endpoint, and how far. `affinity = {}` takes every default.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Affinity {
    /// How a session is recognised.
    pub by: AffinityCarrier,
    /// Name of the cookie. Absent: `ek_` and the pool's name. Two pools that one host can reach
    /// need two names: a browser keeps one cookie of a name for each host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How long a session stays bound after it was first bound.
    #[schemars(extend("x-minimum" = "1s"))]
    pub ttl: Span,
    /// What a session loses when it moves to another endpoint.
    pub state: StateName,
    /// A session is kept while its endpoint is under this multiple of its fair share.
    #[schemars(extend("exclusiveMinimum" = 1.0), range(max = 1000.0))]
    pub bound: f64,
    /// Most of the pool's requests that may be moved to even the load out, as a share of them.
    /// Exceeded only where an endpoint is far above its share for long.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub move_ratio: f64,
    /// A session that was moved less than this ago is not moved again to even the load out;
    /// an endpoint above its bound may still send it on.
    pub cooldown: Span,
    /// Generation of the sessions: raising it frees every one of them at once.
    pub epoch: u16,
}

impl Default for Affinity {
    fn default() -> Self {
        Self {
            by: AffinityCarrier::Cookie,
            name: None,
            ttl: Span::from_secs(8 * 3600),
            state: StateName::Soft,
            bound: 2.0,
            move_ratio: 0.018,
            cooldown: Span::from_secs(60),
            epoch: 0,
        }
    }
}

impl Affinity {
    /// Name of the cookie that a pool's sessions have.
    pub fn cookie<'a>(&'a self, pool: &str) -> Cow<'a, str> {
        // Every name that a pool may have is a token, so this one is too.
        self.name.as_deref().map_or_else(|| format!("ek_{pool}").into(), Cow::Borrowed)
    }
}

/// How a session is recognised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AffinityCarrier {
    /// A signed cookie that the balancer sets.
    #[default]
    Cookie,
}

/// What a session loses when it moves to another endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StateName {
    /// Nothing: sessions are kept for cache warmth only, and may move to even the load out.
    None,
    /// What the new endpoint can fetch: sessions may move, and `X-Previous-Endpoint` tells the
    /// new endpoint from where. A session too busy to fit elsewhere may be a guest there while
    /// its endpoint has a queue, and goes home afterwards; with `none` too.
    #[default]
    Soft,
    /// Everything: a session never moves while its endpoint can serve; it waits there. A retry
    /// on another endpoint does not bind it anew while its own is in service.
    Hard,
}
