//! Reloads under load.

use std::time::{Duration, Instant};

use drill::{Connections, LoadSpec};

use crate::support::{Balancer, Site, constant_ms};

const RELOADS: u32 = 20;

/// Weights from 1 to 2, others each time.
fn weights(round: u32) -> impl Fn(usize) -> String {
    move |number| {
        format!("weight = {:.1}", 1.0 + f64::from((round * 7 + number as u32 * 3) % 11) / 10.0)
    }
}

/// Reloads twenty times in twenty seconds under 2,000 sticky requests/s, with an invalid file
/// between each two; checks all of acceptance 5 but the moves, which it returns.
fn reload_under_load(affinity: &str) -> (u64, u64) {
    let site = Site::start(5, 64, constant_ms(20));
    let text = |round| {
        let pool = site.pool(&format!("affinity = {affinity}"), weights(round));
        Balancer::text("", "", &pool)
    };
    let balancer = Balancer::start_text(&text(0));
    let load = site.load(
        balancer.address,
        LoadSpec {
            rate: 2000.0,
            duration: Duration::from_secs(60),
            users: 600,
            zipf: 0.0,
            connections: Connections::Shared,
            ..LoadSpec::default()
        },
    );
    load.until_sent(4000);
    let start = Instant::now();
    for round in 1..=RELOADS {
        balancer.rewrite("[server]\nworkerz = 3\n");
        assert_eq!(balancer.reload().0, 409);
        balancer.rewrite(&text(round));
        let (status, message) = balancer.reload();
        assert_eq!(status, 200, "{message}");
        let next = Duration::from_secs(1) * round;
        std::thread::sleep(next.saturating_sub(start.elapsed()));
    }
    let now = balancer.status();
    // The clients keep their connections: one that was closed would be missing here.
    let connections = &now["connections"];
    assert_eq!(connections["open"], connections["accepted"], "a kept connection was closed");
    assert_eq!(now["config"]["revision"], RELOADS);
    assert_eq!(now["config"]["reloads_failed"], RELOADS);
    let report = site.end(load);
    assert_eq!((report.failed(), report.reconnects), (0, 0), "{report:?}");
    let status = balancer.status();
    let endpoints = status["pools"][0]["endpoints"].as_array().expect("a list");
    // Counted by the balancer: a user whose first two requests run side by side is bound twice,
    // and would look moved from outside.
    let moves = endpoints.iter().filter_map(|e| e["picks"]["affinity_moved"].as_u64());
    let moved = moves.sum();
    println!(
        "{affinity}: {} requests of {} users over {RELOADS} reloads, {} failed, {moved} moved, \
         p99 {:?}",
        report.requests,
        report.users,
        report.failed(),
        report.latency.quantile(0.99)
    );
    (moved, report.requests)
}

/// Goal: acceptance 5; a reload by itself moves nobody. Method: the budget of ordinary moves is
/// none, so every move would be the reloads' doing.
#[test]
fn twenty_reloads_move_nobody() {
    let (moved, _) = reload_under_load("{ move_ratio = 0.0 }");
    assert_eq!(moved, 0);
}

/// Goal: the same with default settings: what moves is within the ordinary budget.
#[test]
fn twenty_reloads_with_default_affinity() {
    let (moved, requests) = reload_under_load("{}");
    assert!(moved as f64 <= 0.02 * requests as f64, "{moved} of {requests} requests moved");
}
