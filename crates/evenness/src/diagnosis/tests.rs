//! Goal: every cause is named where it is the cause, and nobody where nothing is. Method: windows
//! as they look then, made by hand.

use std::net::IpAddr;
use std::sync::Arc;

use super::{Case, Change, Ddos, Diagnosis, Firewall, Limits, Reading, diagnose};
use crate::cause::Cause;
use crate::sketch::client_key;
use crate::window::{Clients, EndpointWindow, PoolWindow};

mod crowds;

const SECONDS: f64 = 10.0;
const RATE: f64 = 500.0;
const SLOTS: f64 = 4.0;
const SERVICE_S: f64 = 0.02;

/// Five equal endpoints whose shares of attempts, claims, approval and settings are given.
struct World {
    shares: [f64; 5],
    claims: [f64; 5],
    /// New bindings, as parts of the requests.
    bindings: [f64; 5],
    effective: [f64; 5],
    cost: [f64; 5],
    failed: [f64; 5],
    usable: [f64; 5],
    demand: f64,
    asked_again: f64,
    clients: Clients,
    changes: Vec<Change>,
    limits: Limits,
    firewall: Firewall,
}

fn healthy() -> World {
    World {
        shares: [0.2; 5],
        claims: [0.2; 5],
        bindings: [0.0; 5],
        effective: [0.2; 5],
        cost: [1.0; 5],
        failed: [0.0; 5],
        usable: [1.0; 5],
        demand: 1.0,
        asked_again: 0.0,
        clients: Clients {
            distinct: 400.0,
            new: 40.0,
            new_requests: 500,
            untold_requests: 0,
            concentration: 0.004,
            top_share: 0.02,
            top_client: Some(client_key(IpAddr::from([203, 0, 113, 9]))),
            entropy_bits: 8.0,
            followed: 3000,
            assets: 1500,
            top_path_share: 0.1,
            top_agent_share: 0.3,
            top_connections_share: 0.1,
        },
        changes: Vec::new(),
        limits: Limits { connections: 0.1, cpu: 0.3, queue: 0.0 },
        firewall: Firewall {
            coverage: 1.0,
            drops_rate: 3.0,
            usual_drops_rate: Some(3.0),
            sources: 9.0,
            is_limited: false,
        },
    }
}

fn window(world: &World) -> PoolWindow {
    let demand = RATE * SECONDS * world.demand;
    let requests = demand * (1.0 + world.asked_again);
    let endpoint = |i: usize| {
        let attempts = requests * world.shares[i];
        let busy = attempts * SERVICE_S * world.cost[i];
        let mut endpoint = EndpointWindow {
            attempts: attempts as u64,
            claims: (requests * 0.8 * world.claims[i]) as u64,
            bindings: (requests * world.bindings[i]) as u64,
            present_s: busy,
            cost_s: busy,
            capacity_s: SLOTS * SECONDS,
            usable_s: SLOTS * SECONDS * world.usable[i],
            approved_s: SECONDS * 0.2,
            effective_s: SECONDS * world.effective[i],
            ..EndpointWindow::default()
        };
        let failed = attempts * world.failed[i];
        (endpoint.statuses[1], endpoint.statuses[4]) = ((attempts - failed) as u64, failed as u64);
        let each = (SERVICE_S * world.cost[i] * 1e9) as u64;
        endpoint.latencies.note_many(each, attempts as u32);
        (Arc::from(format!("web{}", i + 1)), endpoint)
    };
    PoolWindow {
        from_s: 0,
        length_s: SECONDS,
        requests: requests as u64,
        asked_again: (demand * world.asked_again) as u64,
        clients: world.clients,
        endpoints: (0..5).map(endpoint).collect(),
        ..PoolWindow::default()
    }
}

fn judged(world: &World) -> Diagnosis {
    let (now, usual) = (window(world), window(&healthy()));
    diagnose(&Case {
        now: &now,
        latest: &now,
        usual: Some(&usual),
        expected_rate: None,
        changes: &world.changes,
        changes_known_s: 3600.0,
        firewall: world.firewall,
        limits: Some(world.limits),
    })
}

fn change(layer: Cause, what: &str) -> Change {
    Change {
        number: 41,
        ago_s: 30.0,
        layer: Some(layer),
        who: "weights-script".into(),
        what: what.into(),
    }
}

/// The weights of 2024-05-01.
const SCRIPT: [f64; 5] = [100.0 / 251.0, 100.0 / 251.0, 17.0 / 251.0, 17.0 / 251.0, 17.0 / 251.0];

#[test]
fn nothing_is_named_where_nothing_is() {
    let diagnosis = judged(&healthy());
    assert_eq!(diagnosis.cause_names(), ["unknown"], "{diagnosis:#?}");
    assert_eq!(diagnosis.ddos, Ddos::RuledOut);
}

#[test]
fn both_faults_of_2024_05_01_are_named() {
    let fault = World {
        shares: SCRIPT,
        claims: [0.45, 0.45, 0.04, 0.03, 0.03],
        effective: SCRIPT,
        cost: [4.0, 4.0, 1.0, 1.0, 1.0],
        failed: [0.1, 0.1, 0.0, 0.0, 0.0],
        changes: vec![change(Cause::Weights, "web1 and web2 weigh 100, the others 17")],
        ..healthy()
    };
    let diagnosis = judged(&fault);
    assert_eq!(diagnosis.causes, [Cause::Weights, Cause::Persistence], "{diagnosis:#?}");
    assert_eq!(diagnosis.ddos, Ddos::RuledOut);
    assert!(diagnosis.runner_up.is_some());
    let all = diagnosis.actions.join("\n");
    assert!(all.contains("weights-script") && all.contains("adding servers will not fix"), "{all}");
}

/// Goal: what the bound holds back is named too, before it does harm.
#[test]
fn what_is_held_back_is_named() {
    let held = World {
        claims: [0.45, 0.45, 0.04, 0.03, 0.03],
        effective: SCRIPT,
        changes: vec![change(Cause::Weights, "web1 and web2 weigh 100, the others 17")],
        ..healthy()
    };
    assert_eq!(judged(&held).causes, [Cause::Weights, Cause::Persistence]);
}

/// Goal: sessions that the bound moves away, again and again, are no new sessions that follow the
/// weights. Method: a quarter of the requests are bound anew, most of them to the others.
#[test]
fn who_is_moved_away_does_not_follow_the_weights() {
    let held = World {
        shares: [0.25, 0.24, 0.17, 0.17, 0.17],
        claims: [0.33, 0.31, 0.12, 0.12, 0.12],
        bindings: [0.02, 0.02, 0.07, 0.07, 0.07],
        effective: SCRIPT,
        changes: vec![change(Cause::Weights, "web1 and web2 weigh 100, the others 17")],
        ..healthy()
    };
    let diagnosis = judged(&held);
    assert!(diagnosis.causes.contains(&Cause::Persistence), "{diagnosis:#?}");
    assert!(diagnosis.causes.contains(&Cause::Weights), "{diagnosis:#?}");
    let follow = World { bindings: [0.1, 0.1, 0.017, 0.017, 0.016], ..held };
    assert_eq!(judged(&follow).causes, [Cause::Weights]);
}

#[test]
fn retries_amplify_and_are_not_the_cause() {
    let fault = World {
        shares: [0.42, 0.42, 0.06, 0.05, 0.05],
        effective: [0.42, 0.42, 0.06, 0.05, 0.05],
        cost: [5.0, 5.0, 1.0, 1.0, 1.0],
        failed: [0.4, 0.4, 0.0, 0.0, 0.0],
        asked_again: 0.9,
        changes: vec![change(Cause::Weights, "web1 and web2 weigh 100, the others 10")],
        ..healthy()
    };
    let diagnosis = judged(&fault);
    assert_eq!(diagnosis.causes, [Cause::Weights], "{diagnosis:#?}");
    assert_eq!(diagnosis.amplified_by, Some(Cause::RetryStorm));
    let of = |cause| diagnosis.hypotheses.iter().find(|h| h.cause == cause).map(|h| h.decibans);
    assert!(of(Cause::Surge) < Some(-15.0) && of(Cause::Flood) < Some(-15.0), "{diagnosis:#?}");
}

#[test]
fn users_are_a_surge() {
    let clients = Clients { new_requests: 5_000, followed: 9_500, assets: 4_500, ..busy() };
    let surge = World { demand: 3.0, cost: [3.0; 5], clients, ..healthy() };
    let diagnosis = judged(&surge);
    assert_eq!(diagnosis.causes, [Cause::Surge], "{diagnosis:#?}");
    assert_ne!(diagnosis.ddos, Ddos::Supported);
}

fn busy() -> Clients {
    healthy().clients
}

/// Goal: an attack from many new addresses is one though the firewall sees nothing.
#[test]
fn strangers_who_fetch_one_page_are_a_flood() {
    let clients = Clients {
        new_requests: 11_000,
        top_path_share: 0.8,
        top_agent_share: 0.7,
        followed: 3_100,
        assets: 1_500,
        ..busy()
    };
    for coverage in [0.0, 1.0] {
        let firewall = Firewall { coverage, ..healthy().firewall };
        let flood = World { demand: 3.0, cost: [3.0; 5], clients, firewall, ..healthy() };
        let diagnosis = judged(&flood);
        assert_eq!(diagnosis.causes, [Cause::Flood], "{diagnosis:#?}");
        assert_eq!(diagnosis.ddos, Ddos::Supported);
        let unclear = |line: &String| line.starts_with("inconclusive") && line.contains("firewall");
        assert!(diagnosis.ddos_evidence.iter().any(unclear), "{diagnosis:#?}");
    }
}

#[test]
fn without_the_firewall_it_is_not_ruled_out() {
    let world = World { firewall: Firewall::default(), ..healthy() };
    assert_eq!(judged(&world).ddos, Ddos::Inconclusive);
}

#[test]
fn each_single_cause_is_named() {
    let slow = World { cost: [3.5, 1.0, 1.0, 1.0, 1.0], ..healthy() };
    let slow = World { shares: [0.07, 0.24, 0.23, 0.23, 0.23], ..slow };
    let fails = World { failed: [0.5, 0.0, 0.0, 0.0, 0.0], ..healthy() };
    let heavy = Clients { top_share: 0.35, top_path_share: 0.3, entropy_bits: 6.0, ..busy() };
    let heavy = World { clients: heavy, shares: [0.45, 0.14, 0.14, 0.14, 0.13], ..healthy() };
    let pinned = Clients { top_connections_share: 0.8, ..busy() };
    let pinned = World { clients: pinned, shares: [0.4, 0.4, 0.1, 0.05, 0.05], ..healthy() };
    let gone = World { usable: [0.0, 0.0, 1.0, 1.0, 1.0], cost: [2.5; 5], ..healthy() };
    let gone = World { shares: [0.0, 0.0, 0.34, 0.33, 0.33], ..gone };
    let storm = World { asked_again: 0.6, failed: [0.3; 5], cost: [4.0; 5], ..healthy() };
    let limit =
        World { limits: Limits { cpu: 0.99, ..healthy().limits }, cost: [1.0; 5], ..healthy() };
    for (world, expected) in [
        (slow, Cause::SickServer),
        (fails, Cause::SickServer),
        (heavy, Cause::HeavyClient),
        (pinned, Cause::Connections),
        (gone, Cause::CapacityLoss),
        (storm, Cause::RetryStorm),
        (limit, Cause::BalancerLimit),
    ] {
        let diagnosis = judged(&world);
        assert_eq!(diagnosis.causes, [expected], "{diagnosis:#?}");
    }
}

#[test]
fn no_data_names_nobody() {
    let nothing = PoolWindow::default();
    let diagnosis = diagnose(&Case {
        now: &nothing,
        latest: &nothing,
        usual: None,
        expected_rate: None,
        changes: &[],
        changes_known_s: 0.0,
        firewall: Firewall::default(),
        limits: None,
    });
    assert_eq!((diagnosis.cause_names(), diagnosis.ddos), (vec!["unknown"], Ddos::Inconclusive));
}

/// Goal: the shares that are told are those in force, whatever the mean of the stretch is. Method:
/// weights that changed half way, and ones that were given back in the last second; and a server
/// that has just come back and has no share yet.
#[test]
fn shares_are_those_in_force() {
    let usual = World { changes: Vec::new(), ..healthy() };
    let half = World { effective: [0.3, 0.3, 0.4 / 3.0, 0.4 / 3.0, 0.4 / 3.0], ..healthy() };
    let scripted = World { effective: [0.4, 0.4, 0.2 / 3.0, 0.2 / 3.0, 0.2 / 3.0], ..healthy() };
    let told = |now: &World, latest: &World| {
        let diagnosis = diagnose(&Case {
            now: &window(now),
            latest: &window(latest),
            usual: Some(&window(&usual)),
            expected_rate: None,
            changes: &[],
            changes_known_s: 3600.0,
            firewall: now.firewall,
            limits: Some(now.limits),
        });
        let intent = diagnosis.readings.iter().find(|reading| reading.level == "differs");
        intent.map(|reading| reading.text.clone()).unwrap_or_default()
    };
    assert!(told(&half, &scripted).contains("in force give web1 and web2 80 %"));
    assert!(told(&half, &usual).contains("in force gave web1 and web2 60 %"));
    assert_eq!(told(&usual, &usual), "");
    let came_and_went = World { usable: [1.0, 1.0, 1.0, 1.0, 0.6], ..healthy() };
    let back = World { effective: [0.25, 0.25, 0.25, 0.25, 0.0], ..healthy() };
    assert_eq!(told(&came_and_went, &back), "");
}

/// Goal: nobody is said to have changed nothing where a change would not be known. Method: the
/// same moment, with ten minutes of the timeline known, and with half a minute.
#[test]
fn what_is_not_known_of_changes_says_nothing() {
    let (now, changed) = (window(&healthy()), [change(Cause::Weights, "web1 weighs 100")]);
    let told = |changes: &[Change], changes_known_s| {
        let diagnosis = diagnose(&Case {
            now: &now,
            latest: &now,
            usual: None,
            expected_rate: None,
            changes,
            changes_known_s,
            firewall: Firewall::default(),
            limits: None,
        });
        let readings = diagnosis.readings.iter();
        let of = readings.filter(|reading| reading.term.name().ends_with("_change"));
        of.map(|reading| reading.level).collect::<Vec<_>>()
    };
    assert_eq!(told(&[], 600.0), ["unchanged"; 3]);
    assert_eq!(told(&[], 599.0), [""; 0]);
    assert_eq!(told(&changed, 30.0), ["changed"]);
}

/// Goal: who is to be limited is named. Method: one address asks for a third.
#[test]
fn the_busiest_client_has_an_address() {
    let heavy = Clients { top_share: 0.35, top_path_share: 0.3, entropy_bits: 6.0, ..busy() };
    let heavy = World { clients: heavy, shares: [0.45, 0.14, 0.14, 0.14, 0.13], ..healthy() };
    let diagnosis = judged(&heavy);
    let told = "limit the rate of 203.0.113.9, the busiest client";
    assert!(diagnosis.actions.iter().any(|action| action == told), "{diagnosis:#?}");
    let text = |r: &Reading| r.text.contains("the busiest client, 203.0.113.9, sends 35.0 %");
    assert!(diagnosis.readings.iter().any(text), "{diagnosis:#?}");
}

/// Goal: a log that leaves lines out proves nothing by its silence. Method: wrong weights, and a
/// firewall of which nobody knows how much it dropped.
#[test]
fn a_limited_log_rules_nothing_out() {
    let fault = World {
        shares: [0.42, 0.42, 0.06, 0.05, 0.05],
        effective: [0.42, 0.42, 0.06, 0.05, 0.05],
        cost: [5.0, 5.0, 1.0, 1.0, 1.0],
        ..healthy()
    };
    assert_eq!(judged(&fault).ddos, Ddos::RuledOut);
    let firewall = Firewall { is_limited: true, ..fault.firewall };
    let limited = judged(&World { firewall, ..fault });
    assert_eq!(limited.ddos, Ddos::Inconclusive, "{limited:#?}");
    assert!(limited.ddos_evidence.iter().any(|line| line.contains("leave lines out")));
}
