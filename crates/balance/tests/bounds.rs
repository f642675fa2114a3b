//! Every bound that the documentation states, on random pools and random traffic.
#![cfg(not(miri))]

mod pools;

use std::sync::Arc;

use balance::{Ask, Claims, EndpointSpec, Lease, Policy, Pool, PoolSpec, Rng, endpoint_id};
use pools::SECOND;
use proptest::collection::vec;
use proptest::prelude::*;

/// Endpoints with these capacities × weights, under a policy.
fn spec(policy: Policy, weights: &[(u32, u32)]) -> PoolSpec {
    let mut spec = PoolSpec { policy, ..pools::defaults(weights.len(), 1.0) };
    for (endpoint, &(capacity, tenths)) in spec.endpoints.iter_mut().zip(weights) {
        endpoint.capacity = f64::from(capacity);
        endpoint.weight = f64::from(tenths) / 10.0;
    }
    spec
}

fn weight(endpoint: &EndpointSpec) -> f64 {
    endpoint.capacity * endpoint.weight
}

fn shares(spec: &PoolSpec) -> Vec<f64> {
    let total: f64 = spec.endpoints.iter().map(weight).sum();
    spec.endpoints.iter().map(|e| weight(e) / total).collect()
}

fn hashed() -> impl Strategy<Value = Policy> {
    prop_oneof![Just(Policy::Rendezvous), Just(Policy::Maglev), Just(Policy::Ring)]
}

fn weights() -> impl Strategy<Value = Vec<(u32, u32)>> {
    vec((1u32..20, 1u32..20), 1..9)
}

/// Picks with random keys; ends a random request now and then.
fn traffic(pool: &Arc<Pool>, seed: u64, steps: usize, mut check: impl FnMut(&Lease)) {
    let mut rng = Rng::new(seed);
    let mut held: Vec<Lease> = Vec::new();
    for _ in 0..steps {
        if !held.is_empty() && rng.below(3) == 0 {
            drop(held.swap_remove(rng.below(held.len())));
            continue;
        }
        // A few keys carry most of the traffic, or no bound would ever be met.
        let key = (rng.below(40) * rng.below(40) / 40).to_le_bytes();
        let ask = Ask { key: Some(&key), ..Ask::default() };
        if let Ok(pick) = pool.pick(&ask, &mut rng) {
            check(&pick.lease);
            held.push(pick.lease);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Goal: no endpoint holds more than ⌈bound × its share × requests⌉ by hash.
    /// Method: skewed keys; the bound is checked after every pick.
    #[test]
    fn hashing_is_bounded(
        policy in hashed(),
        weights in weights(),
        bound in 1.05f64..3.0,
        seed: u64,
    ) {
        let pool = Arc::new(Pool::new(
            PoolSpec { hash_bound: bound, ..spec(policy, &weights) }, 1, seed,
        ));
        let shares = shares(pool.spec());
        traffic(&pool, seed, 600, |lease| {
            let (all, index) = (pool.in_flight() as f64, lease.index());
            let most = (bound * shares[index] * all).ceil();
            let own = f64::from(lease.endpoint().in_flight());
            assert!(own <= most, "{own} > {most} of {all} at {index}, {weights:?}");
        });
    }

    /// Goal: an endpoint's limit is never exceeded, under any policy.
    /// Method: random limits, more traffic than they allow.
    #[test]
    fn limits_hold(
        policy in prop_oneof![
            hashed(), Just(Policy::LeastPressure), Just(Policy::RoundRobin),
            Just(Policy::Random), Just(Policy::TwoChoices), Just(Policy::PeakEwma),
        ],
        limits in vec(1u32..9, 1..70),
        seed: u64,
    ) {
        let mut spec = PoolSpec { policy, ..pools::defaults(limits.len(), 10.0) };
        for (endpoint, &limit) in spec.endpoints.iter_mut().zip(&limits) {
            endpoint.limit = Some(limit);
        }
        let pool = Arc::new(Pool::new(spec, 1, seed));
        traffic(&pool, seed, 1500, |lease| {
            assert!(lease.endpoint().in_flight() <= limits[lease.index()]);
        });
    }

    /// Goal: round robin is smooth: any prefix is within 2 of its share, whatever the phase;
    /// a whole cycle is exact.
    /// Method: random weights, counts after every pick.
    #[test]
    fn round_robin_is_smooth(tenths in vec(1u32..10, 1..6), seed: u64) {
        let weights: Vec<(u32, u32)> = tenths.iter().map(|&t| (10, t)).collect();
        let spec = spec(Policy::RoundRobin, &weights);
        let shares = shares(&spec);
        let pool = Arc::new(Pool::new(spec, 1, seed));
        let mut rng = Rng::new(seed);
        let mut counts = vec![0u32; shares.len()];
        let cycle = tenths.iter().sum::<u32>();
        for turn in 1..=3 * cycle {
            let pick = pool.pick(&Ask::default(), &mut rng).expect("all are open");
            counts[pick.lease.index()] += 1;
            for (count, share) in counts.iter().zip(&shares) {
                let due = f64::from(turn) * share;
                prop_assert!((f64::from(*count) - due).abs() < 2.0, "{:?} {:?}", counts, tenths);
            }
        }
        let exact = counts.iter().zip(&tenths).all(|(&count, &tenth)| count == 3 * tenth);
        prop_assert!(exact, "{:?} for {:?}", counts, tenths);
    }

    /// Goal: retries stay below the reserve + the ratio of first attempts + the rate.
    /// Method: every request asks for two retries, at a random rate, for a minute.
    #[test]
    fn retries_are_bounded(rate in 1u32..500, ratio in 0.0f64..1.0, per_second in 0.0f64..50.0) {
        let mut spec = pools::defaults(2, 10.0);
        (spec.retry.ratio, spec.retry.per_second) = (ratio, per_second);
        let pool = Arc::new(Pool::new(spec, 1, 1));
        let mut rng = Rng::new(1);
        let (mut first, mut again, mut now_ns) = (0.0, 0.0, 1);
        for second in 0..60 {
            for _ in 0..rate {
                drop(pool.pick(&Ask { now_ns, ..Ask::default() }, &mut rng));
                first += 1.0;
                again += f64::from(u8::from(pool.may_retry()) + u8::from(pool.may_retry()));
            }
            now_ns = 1 + (second + 1) * SECOND;
            pool.tick(now_ns);
            let most = 10.0 * per_second + ratio * first + per_second * (second + 1) as f64;
            prop_assert!(again <= most + 1.0, "{} > {}", again, most);
        }
    }

    /// Goal: cookies cannot pile more than twice the bound on an endpoint, from the first
    /// request on. Method: sessions nobody has seen, all of one endpoint, nothing ends.
    #[test]
    fn cookies_are_bounded(n in 2usize..12, bound in 1.1f64..3.0, seed: u64) {
        let mut spec = pools::sticky(n, 100.0);
        if let Some(affinity) = &mut spec.affinity {
            (affinity.bound, affinity.move_ratio) = (bound, 0.0);
        }
        let pool = Arc::new(Pool::new(spec, 1, seed));
        let mut rng = Rng::new(seed);
        let endpoint = endpoint_id(pool.endpoints()[0].name());
        let mut held = Vec::new();
        for _ in 0..300 {
            let session = rng.bits();
            let claims =
                Claims { endpoint, home: None, session, bound_at_s: 5, expires_at_s: 50, epoch: 0 };
            let ask = Ask { session: Some(claims), now_s: 5, now_ns: 1, ..Ask::default() };
            held.push(pool.pick(&ask, &mut rng).expect("all are open"));
            // Three requests are no queue, however few slots have been seen.
            let most = (2.0 * bound * held.len() as f64 / n as f64).ceil().max(3.0);
            let own = f64::from(pool.endpoints()[0].in_flight());
            prop_assert!(own <= most, "{} > {} of {}", own, most, held.len());
        }
    }

    /// Goal: weights cannot pile more than twice its fair share on an endpoint that has no
    /// free slot. Method: least pressure under random weights, nothing ends.
    #[test]
    fn weights_are_bounded(tenths in vec(1u32..100, 2..9), seed: u64) {
        let weights: Vec<(u32, u32)> = tenths.iter().map(|&t| (10, t)).collect();
        let pool = Arc::new(Pool::new(spec(Policy::LeastPressure, &weights), 1, seed));
        let mut rng = Rng::new(seed);
        let mut held = Vec::new();
        for _ in 0..300 {
            held.push(pool.pick(&Ask::default(), &mut rng).expect("all are open"));
            let most = (2.0 * held.len() as f64 / tenths.len() as f64).ceil().max(2.0);
            for endpoint in pool.endpoints() {
                let own = f64::from(endpoint.in_flight());
                prop_assert!(own <= most, "{} > {} of {}", own, most, held.len());
            }
        }
    }

    /// Goal: the same seed twice makes the same decisions.
    /// Method: random traffic, positions compared.
    #[test]
    fn a_seed_decides_everything(
        policy in prop_oneof![hashed(), Just(Policy::LeastPressure), Just(Policy::TwoChoices)],
        weights in weights(),
        seed: u64,
    ) {
        let decisions = || {
            let pool = Arc::new(Pool::new(spec(policy, &weights), 1, seed));
            let mut indices = Vec::new();
            traffic(&pool, seed, 300, |lease| indices.push(lease.index()));
            indices
        };
        prop_assert_eq!(decisions(), decisions());
    }
}

/// Goal: hashed shares follow weights, and equal endpoints draw equal counts from round robin.
/// Method: 60,000 keys one at a time, so that no bound interferes.
#[test]
fn hashed_shares_match_weights() {
    for policy in [Policy::Rendezvous, Policy::Maglev, Policy::Ring] {
        let pool = Arc::new(Pool::new(spec(policy, &[(10, 10), (20, 10), (10, 5), (5, 10)]), 1, 1));
        let shares = shares(pool.spec());
        let mut counts = [0u32; 4];
        let mut rng = Rng::new(1);
        for key in 0u32..60_000 {
            let bytes = key.to_le_bytes();
            let ask = Ask { key: Some(&bytes), ..Ask::default() };
            counts[pool.pick(&ask, &mut rng).expect("all are open").lease.index()] += 1;
        }
        let tolerance = if policy == Policy::Ring { 0.03 } else { 0.005 };
        for (count, share) in counts.iter().zip(&shares) {
            let got = f64::from(*count) / 60_000.0;
            assert!((got - share).abs() < tolerance, "{policy:?}: {got} of {share}");
        }
    }
}

/// Goal: a request that waits and asks again earns the retry budget nothing more.
/// Method: a hundred requests that ask once, and a hundred that ask ten times.
#[test]
fn asking_again_earns_nothing() {
    let earned = |asks: usize| {
        let mut spec = pools::defaults(2, 4.0);
        spec.retry = balance::RetrySpec { ratio: 0.2, per_second: 0.0, attempts: 3 };
        let pool = Arc::new(Pool::new(spec, 1, 1));
        let mut rng = Rng::new(1);
        for again in (0..100).flat_map(|_| 0..asks) {
            let since_ns = (again > 0).then_some(1);
            let ask = Ask { since_ns, again: again > 0, now_ns: 1, ..Ask::default() };
            assert!(pool.pick(&ask, &mut rng).is_ok());
        }
        pool.tick(SECOND);
        (0..1000).filter(|_| pool.may_retry()).count()
    };
    assert!((15..=20).contains(&earned(1)), "{} of a hundred", earned(1));
    assert_eq!(earned(10), earned(1));
}
