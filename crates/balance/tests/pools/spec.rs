//! Pools as the configuration's defaults make them.

use balance::{
    AffinitySpec, EjectionSpec, EndpointSpec, Policy, PoolSpec, RetrySpec, SessionState,
};

/// One second of the callers' clock.
pub const SECOND: u64 = 1_000_000_000;

/// A pool of `n` endpoints as the configuration's defaults make it.
pub fn defaults(n: usize, capacity: f64) -> PoolSpec {
    let endpoint = |i: usize| EndpointSpec {
        name: format!("web{}", i + 1),
        capacity,
        weight: 1.0,
        limit: None,
        drain: false,
    };
    PoolSpec {
        policy: Policy::LeastPressure,
        hash_bound: 1.25,
        endpoints: (0..n).map(endpoint).collect(),
        affinity: None,
        slow_start_ns: 10 * SECOND,
        ejection: EjectionSpec {
            consecutive: 5,
            interval_ns: 10 * SECOND,
            base_ns: SECOND,
            max_ns: 300 * SECOND,
            max_share: 0.6,
        },
        retry: RetrySpec { ratio: 0.2, per_second: 10.0, attempts: 3 },
    }
}

/// The same with `affinity = {}`.
pub fn sticky(n: usize, capacity: f64) -> PoolSpec {
    let affinity = AffinitySpec {
        state: SessionState::Soft,
        bound: 2.0,
        move_ratio: 0.018,
        cooldown_s: 60,
        ttl_s: 8 * 3600,
        epoch: 0,
    };
    PoolSpec { affinity: Some(affinity), ..defaults(n, capacity) }
}
