//! One queue before all: who would find no slot free is held, and nobody gets lost there.

use std::time::Duration;

use drill::{Connections, Demand, LoadSpec};

use crate::support::{Balancer, Site, until};

/// Goal: users without sessions are held until a slot is free once it is known how many there
/// are, also over reloads, and every one of them is answered. Method: five servers of 4 slots at
/// 85 %, until some hundred were held; capacities as they are by default, which say nothing of
/// slots.
#[test]
fn requests_without_sessions_are_held_and_answered() {
    let service = Demand::Lognormal { mean: Duration::from_millis(20), cv2: 1.0 };
    let site = Site::start(5, 4, service);
    let balancer = Balancer::start("", "", &site.pool("", |_| String::new()));
    let load = site.load(
        balancer.address,
        LoadSpec {
            rate: 850.0,
            duration: Duration::from_secs(120),
            connections: Connections::Shared,
            ..LoadSpec::default()
        },
    );
    let held = || balancer.status()["pools"][0]["held"].as_u64().expect("a count");
    until("requests are held", || held() > 100);
    assert_eq!(balancer.reload().0, 200);
    let before = held();
    until("requests are held after a reload", || held() > before + 100);
    let report = site.end(load);
    assert_eq!((report.failed(), report.dropped), (0, 0), "{report:?}");
    let status = balancer.status();
    let endpoints = status["pools"][0]["endpoints"].as_array().expect("a list");
    assert!(endpoints.iter().all(|e| e["in_flight"] == 0 && e["held"] == 0), "{status}");
}
