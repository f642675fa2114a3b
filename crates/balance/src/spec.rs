//! What a pool was asked to be: plain data, checked elsewhere, read by the pickers.
//!
//! Times are nanoseconds (`_ns`) of a clock that belongs to the caller.

use alloc::string::String;
use alloc::vec::Vec;

/// How a pool chooses an endpoint for a request that is bound to none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Policy {
    /// Shortest expected delay: (in flight + 1) ÷ (capacity × learned speed).
    LeastPressure,
    /// Smooth weighted round robin from a random phase.
    RoundRobin,
    /// Weighted random.
    Random,
    /// The less pressed of two, drawn in proportion to weight.
    TwoChoices,
    /// Lowest (latency peak, decayed) × (in flight + 1) (Finagle).
    PeakEwma,
    /// Weighted rendezvous hashing, bounded.
    Rendezvous,
    /// Maglev hashing (Eisenbud et al., NSDI 2016), bounded.
    Maglev,
    /// Ketama-compatible consistent-hash ring, bounded.
    Ring,
}

impl Policy {
    /// Whether the policy needs a hash key; without one it falls back to least pressure.
    pub fn is_hashed(self) -> bool {
        matches!(self, Policy::Rendezvous | Policy::Maglev | Policy::Ring)
    }
}

/// What a session may lose when it is moved to another endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SessionState {
    /// Nothing: sessions are kept for cache warmth only, and may move while requests of theirs
    /// are in flight.
    None,
    /// The new endpoint can fetch it: `X-Previous-Endpoint` names the old one. Idle sessions
    /// move first, so that no two endpoints serve one at the same time.
    Soft,
    /// Everything: the session is never moved while its endpoint can serve.
    Hard,
}

/// How strongly sessions stay with their endpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct AffinitySpec {
    /// What a moved session loses.
    pub state: SessionState,
    /// A session is kept while its endpoint is under `bound` × fair share; above 1.
    pub bound: f64,
    /// At most this share of the pool's requests may be moved to even the load out, 0 to 1.
    /// Beyond it only where an endpoint lastingly carries half as much again as it should, or
    /// at some moment twice its bound.
    pub move_ratio: f64,
    /// A session that was moved less than this ago is moved again only by a request that would
    /// exceed the bound, in seconds.
    pub cooldown_s: u32,
    /// How long a binding lasts, from the first one, in seconds.
    pub ttl_s: u32,
    /// Generation of the bindings (`affinity.epoch`): raising it frees every session.
    pub epoch: u16,
}

/// When an endpoint is taken out because of its outcomes.
#[derive(Clone, Debug, PartialEq)]
pub struct EjectionSpec {
    /// Failures in a row that eject; 0 turns this rule off.
    pub consecutive: u32,
    /// Length of the window of the rate rule.
    pub interval_ns: u64,
    /// First ejection's length; doubles with every one that follows.
    pub base_ns: u64,
    /// Longest ejection.
    pub max_ns: u64,
    /// At most this share of the pool's capacity is ejected at a time, 0 to 1.
    pub max_share: f64,
}

/// How many requests may be tried again.
#[derive(Clone, Debug, PartialEq)]
pub struct RetrySpec {
    /// Tokens earned per first attempt (0.2: one retry for five requests).
    pub ratio: f64,
    /// Tokens earned per second whatever the traffic.
    pub per_second: f64,
    /// Attempts per request, the first one included.
    pub attempts: u32,
}

/// One server of a pool.
#[derive(Clone, Debug, PartialEq)]
pub struct EndpointSpec {
    /// The name that state, cookies and metrics are keyed by.
    pub name: String,
    /// Concurrent requests it is built for; above 0. The intended share follows it.
    pub capacity: f64,
    /// A deliberate departure from capacity; 0 takes no new work.
    pub weight: f64,
    /// Most requests in flight at once; `None`: unlimited.
    pub limit: Option<u32>,
    /// Finishes what it has and keeps its sessions; takes nothing new.
    pub drain: bool,
}

/// A pool and its rules.
#[derive(Clone, Debug, PartialEq)]
pub struct PoolSpec {
    /// How free requests are placed.
    pub policy: Policy,
    /// Most load of one endpoint under a hashed policy, as a multiple of its fair share; above 1.
    pub hash_bound: f64,
    /// The servers, in the configuration's order.
    pub endpoints: Vec<EndpointSpec>,
    /// Stickiness, if any.
    pub affinity: Option<AffinitySpec>,
    /// How long a new or returned endpoint takes to reach its full share; 0: at once.
    pub slow_start_ns: u64,
    /// Ejection by outcomes.
    pub ejection: EjectionSpec,
    /// Retries.
    pub retry: RetrySpec,
}

impl PoolSpec {
    /// Most endpoints of one pool: positions are 16 bits wide.
    pub const ENDPOINTS_MAX: usize = 65_535;
}
