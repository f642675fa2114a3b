//! The terms add up, and the right one is the largest.

use super::*;
use crate::draw::Draw;
use crate::latencies::Latencies;

/// One row per endpoint: capacity, effective share, bindings, attempts, cost in seconds.
fn window(rows: &[(f64, f64, u64, u64, f64)]) -> PoolWindow {
    let endpoint = |(at, &(capacity, effective_s, bindings, attempts, cost_s)): (usize, &_)| {
        let mut latencies = Latencies::default();
        latencies.note_many(20_000_000, attempts as u32);
        let window = EndpointWindow {
            usable_s: capacity,
            capacity_s: capacity,
            effective_s,
            bindings,
            attempts,
            claims: attempts - bindings.min(attempts),
            cost_s,
            latencies,
            ..EndpointWindow::default()
        };
        (Arc::from(format!("web{at}")), window)
    };
    let endpoints = rows.iter().enumerate().map(endpoint).collect();
    PoolWindow { length_s: 10.0, endpoints, ..PoolWindow::default() }
}

fn check(rows: &[(f64, f64, u64, u64, f64)], hottest: &str, owners: &[Layer]) {
    let identity = Identity::of(&window(rows), 1.0).expect("requests");
    let party = identity.hottest().expect("an endpoint");
    assert_eq!((&*party.name, party.owners().as_slice()), (hottest, owners), "{party:?}");
    assert_eq!(party.dominant(), owners.first().copied());
}

#[test]
fn the_layer_at_fault_owns_the_excess() {
    let even = (10.0, 0.2, 200, 2_000, 40.0);
    let rest = |row| [even, even, row, even, even];
    check(&rest((10.0, 0.5, 500, 5_000, 100.0)), "web2", &[Layer::Weights]);
    check(&rest((10.0, 0.2, 500, 5_000, 100.0)), "web2", &[Layer::Bindings]);
    check(&rest((10.0, 0.2, 200, 5_000, 100.0)), "web2", &[Layer::Requests]);
    check(&rest((10.0, 0.2, 200, 2_000, 100.0)), "web2", &[Layer::Costs]);
    check(&rest((10.0, 0.4, 700, 7_000, 140.0)), "web2", &[Layer::Weights, Layer::Bindings]);
    check(&rest((4.0, 0.2, 200, 2_000, 40.0)), "web2", &[Layer::Weights]);
    check(&rest(even), "web4", &[]);
}

/// Goal: chance owns nothing. Method: a small pool with a few bindings more on one endpoint.
#[test]
fn chance_owns_nothing() {
    let few = |bindings| (10.0, 0.5, bindings, bindings * 10, bindings as f64);
    let identity = Identity::of(&window(&[few(6), few(3)]), 5.0).expect("requests");
    assert_eq!(identity.hottest().expect("an endpoint").owners(), []);
}

/// Goal: the terms add up to the load, whatever is zero. Method: random pools, a third of whose
/// figures are zero.
#[test]
fn the_terms_add_up() {
    let mut draw = Draw(9);
    let mut judged = 0;
    for _ in 0..20_000 {
        let mut figure = |most: u64| if draw.below(3) == 0 { 0 } else { draw.below(most) };
        let rows: Vec<(f64, f64, u64, u64, f64)> = (0..1 + figure(8))
            .map(|_| {
                let cost_s = figure(1_000) as f64 / 7.0;
                (figure(20) as f64, figure(100) as f64, figure(50), figure(5_000), cost_s)
            })
            .collect();
        let Some(identity) = Identity::of(&window(&rows), 3.0) else { continue };
        judged += 1;
        for party in &identity.endpoints {
            let sum: f64 = party.terms.iter().map(|term| term.ln).sum();
            assert!((sum - party.ln_load).abs() < 1e-9 && sum.is_finite(), "{party:?} of {rows:?}");
            let noises = party.terms.iter().map(|term| term.noise);
            assert!(noises.clone().all(|noise| noise.is_finite() && noise >= 0.0), "{party:?}");
        }
        let usable = rows.iter().filter(|row| row.0 > 0.0).count();
        assert_eq!(identity.endpoints.len(), usable);
    }
    assert!(judged > 5_000, "{judged}");
}

#[test]
fn first_attempts_stand_for_bindings_without_sessions() {
    let mut window = window(&[(10.0, 0.5, 0, 1_000, 10.0), (10.0, 0.5, 0, 3_000, 30.0)]);
    window.endpoints.iter_mut().for_each(|(_, endpoint)| endpoint.claims = 0);
    let owners = |window: &PoolWindow| {
        let identity = Identity::of(window, 1.0).expect("requests");
        identity.hottest().expect("an endpoint").owners()
    };
    assert_eq!(owners(&window), [Layer::Bindings]);
    window.endpoints[1].1.retries = 2_000;
    assert_eq!(owners(&window), [Layer::Requests]);
}

/// Goal: a pool where no session began blames no binding.
#[test]
fn without_new_sessions_bindings_say_nothing() {
    check(&[(10.0, 0.5, 0, 1_000, 10.0), (10.0, 0.5, 0, 4_000, 40.0)], "web1", &[Layer::Requests]);
}

#[test]
fn nothing_served_is_no_identity() {
    assert_eq!(Identity::of(&PoolWindow::default(), 1.0), None);
    assert_eq!(Identity::of(&window(&[(10.0, 1.0, 0, 0, 0.0)]), 1.0), None);
    assert_eq!(Identity::of(&window(&[(0.0, 1.0, 5, 5, 1.0)]), 1.0), None);
}
