//! The file's own words.

use std::collections::BTreeMap;

use config::{Pool, Span};
use serde::Deserialize;

use super::expect::Expectation;

/// A whole file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) name: String,
    #[serde(default)]
    pub(super) about: String,
    pub(super) duration: Span,
    #[serde(default = "five_seconds")]
    pub(super) warm_up: Span,
    #[serde(default = "one")]
    pub(super) balancers: usize,
    #[serde(default = "zero")]
    pub(super) network: Span,
    pub(super) traffic: Traffic,
    pub(super) servers: Vec<Servers>,
    /// `[pools.NAME]` of a configuration, without endpoints.
    #[serde(default)]
    pub(super) pool: Pool,
    #[serde(default)]
    pub(super) events: Vec<Event>,
    #[serde(default)]
    pub(super) expect: Expectation,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Traffic {
    /// Requests per second.
    pub(super) rate: Option<f64>,
    /// The same as a part of what the servers can do.
    pub(super) load: Option<f64>,
    /// Times and factors on it, straight lines in between; absent: always 1.
    #[serde(default)]
    pub(super) curve: Vec<(Span, f64)>,
    #[serde(default)]
    pub(super) arrival: Arrival,
    pub(super) demand: DemandText,
    #[serde(default = "one_user")]
    pub(super) users: u32,
    #[serde(default)]
    pub(super) zipf: f64,
    #[serde(default)]
    pub(super) nats: Vec<NatText>,
    /// Absent: each request is by itself.
    pub(super) sessions: Option<SessionsText>,
    /// Absent: nobody asks twice.
    pub(super) retries: Option<RetriesText>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Arrival {
    #[default]
    Poisson,
    Constant,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum DemandText {
    Constant { mean: Span },
    Exponential { mean: Span },
    Lognormal { mean: Span, cv2: f64 },
    BoundedPareto { shape: f64, min: Span, max: Span },
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NatText {
    pub(super) addresses: u32,
    pub(super) share: f64,
}

/// Requests that one user sends, one after the other.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SessionsText {
    pub(super) length: f64,
    pub(super) think: Span,
    #[serde(default)]
    pub(super) fresh: f64,
}

/// Users who got an error, or waited that long, ask again.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RetriesText {
    pub(super) most: u32,
    pub(super) after: Span,
}

/// Servers that are alike.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Servers {
    /// Names; or `count` of them, `web1` and on.
    #[serde(default)]
    pub(super) names: Vec<String>,
    #[serde(default)]
    pub(super) count: usize,
    pub(super) slots: u32,
    /// Times slower than full speed.
    #[serde(default = "full_speed")]
    pub(super) slower: f64,
    /// What the configuration says of it; absent: its slots.
    pub(super) capacity: Option<f64>,
    #[serde(default = "full_speed")]
    pub(super) weight: f64,
    pub(super) limit: Option<u32>,
    #[serde(default)]
    pub(super) discipline: DisciplineText,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum DisciplineText {
    #[default]
    Fifo,
    Sharing,
}

/// One thing that happens. Exactly one of its keys beside `at`, `for` and `servers` is set.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Event {
    pub(super) at: Option<Span>,
    #[serde(rename = "for")]
    pub(super) lasts: Option<Span>,
    pub(super) every: Option<Span>,
    pub(super) servers: Vec<String>,
    pub(super) slower: Option<f64>,
    pub(super) fails_fast: Option<Span>,
    pub(super) errors: Option<f64>,
    pub(super) hangs: Option<bool>,
    pub(super) killed: Option<bool>,
    pub(super) probe_fails: Option<bool>,
    pub(super) weights: Option<BTreeMap<String, f64>>,
    pub(super) stick: Option<Stick>,
    pub(super) reload: Option<bool>,
    /// Factor on the rate.
    pub(super) surge: Option<f64>,
    /// Requests per second of newcomers.
    pub(super) flood: Option<f64>,
    pub(super) heavy: Option<Heavy>,
    pub(super) limit: Option<LimitText>,
}

/// One user who sends much.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Heavy {
    /// Part of all requests that it sends.
    pub(super) share: f64,
}

/// Parts of the balancer's own limits that are used.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct LimitText {
    pub(super) connections: f64,
    pub(super) cpu: f64,
    pub(super) queue: f64,
}

/// Users who hold one server's cookie.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stick {
    pub(super) share: f64,
    #[serde(default)]
    pub(super) one_session: bool,
}

fn five_seconds() -> Span {
    Span::from_secs(5)
}

fn zero() -> Span {
    Span::from_secs(0)
}

fn one() -> usize {
    1
}

fn one_user() -> u32 {
    1
}

fn full_speed() -> f64 {
    1.0
}
