//! The settings that the stories share: servers, load, and pools with the defaults.

use balance::{
    AffinitySpec, EjectionSpec, EndpointSpec, Policy, PoolSpec, RetrySpec, SessionState,
};

use super::{Scenario, Server, Traffic};

/// One second of the world's clock.
pub const SECOND: u64 = 1_000_000_000;

/// Five servers of four slots with these slownesses, at `load` of what they can do, 20 ms each.
pub fn scenario(seed: u64, slowness: &[f64], load: f64, duration_s: f64) -> Scenario {
    let slots = 4;
    let able: f64 = slowness.iter().map(|slow| slots as f64 / 0.020 / slow).sum();
    Scenario {
        servers: slowness.iter().map(|&slow| Server::new(slots, slow)).collect(),
        traffic: Traffic::new(seed, able * load, 20.0),
        duration_s,
        counted_from_s: 5.0,
        changes: Vec::new(),
    }
}

/// The capacities that every goal must hold for: the true slots, and the configuration's default.
pub const CAPACITIES: [f64; 2] = [4.0, 100.0];

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
            base_ns: 10 * SECOND,
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
        move_ratio: 0.02,
        cooldown_s: 60,
        ttl_s: 8 * 3600,
        epoch: 0,
    };
    PoolSpec { affinity: Some(affinity), ..defaults(n, capacity) }
}
