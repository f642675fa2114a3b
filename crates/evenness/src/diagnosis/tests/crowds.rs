//! More who ask than before: who they are, what they do, and where chance puts them.

use super::{World, busy, diagnose, healthy, judged, window};
use crate::cause::Cause;
use crate::diagnosis::{Case, Diagnosis};
use crate::window::Clients;

fn level(diagnosis: &Diagnosis, term: &str) -> Option<&'static str> {
    let mut all = diagnosis.readings.iter();
    all.find(|reading| reading.term.name() == term).map(|reading| reading.level)
}

/// Goal: a limit that a crowd reaches is not what brought it. Method: users, with and without more
/// of them than usual, at the balancer's last connection.
#[test]
fn a_limit_that_others_reach_is_not_the_cause() {
    let clients = Clients { new_requests: 5_000, followed: 9_500, assets: 4_500, ..busy() };
    let mut limits = healthy().limits;
    limits.connections = 1.0;
    let surge = World { demand: 3.0, cost: [3.0; 5], clients, limits, ..healthy() };
    let found = judged(&surge);
    assert_eq!(found.causes, [Cause::Surge], "{found:#?}");
    assert_eq!(found.amplified_by, Some(Cause::BalancerLimit));
    assert!(found.actions.iter().any(|action| action.contains("client connections")), "{found:#?}");
    let alone = judged(&World { limits, ..healthy() });
    assert_eq!((alone.causes, alone.amplified_by), (vec![Cause::BalancerLimit], None));
}

/// Goal: users who were there before do not hide machines that came. Method: half as much again, of
/// which nobody brings a cookie back: of all requests, two thirds still do.
#[test]
fn who_came_in_addition_is_looked_at_alone() {
    let usual = busy();
    let clients = Clients { top_path_share: 0.4, ..usual };
    let flood = World { demand: 1.6, cost: [2.5; 5], clients, ..healthy() };
    assert_eq!(level(&judged(&flood), "following"), Some("halved"));
    let times = |count: u64| (count as f64 * 1.6) as u64;
    let (followed, assets) = (times(usual.followed), times(usual.assets));
    let users = World { clients: Clients { followed, assets, ..usual }, ..flood };
    assert_eq!(level(&judged(&users), "following"), Some("usual"));
}

#[test]
fn behind_one_address_nobody_stands_out() {
    let one = World { clients: Clients { top_share: 1.0, ..busy() }, ..healthy() };
    let judge = |usual: &World| {
        diagnose(&Case {
            now: &window(&one),
            latest: &window(&one),
            usual: Some(&window(usual)),
            expected_rate: None,
            changes: &[],
            changes_known_s: 3600.0,
            firewall: one.firewall,
            limits: Some(one.limits),
        })
    };
    assert_eq!(level(&judge(&one), "top_client"), None);
    assert_eq!(level(&judge(&healthy()), "top_client"), Some("one"));
}

/// Goal: where newcomers happen to be says nothing about persistence. Method: four times as many,
/// among whom few send much, and a third more of them at one endpoint; then the same from users of
/// whom no one matters.
#[test]
fn newcomers_are_somewhere_by_chance() {
    let at_random = |concentration: f64| {
        let part = [0.28, 0.18, 0.18, 0.18, 0.18];
        let usual = busy();
        let clients = Clients {
            concentration,
            new_requests: 15_000,
            followed: 4 * usual.followed,
            assets: 4 * usual.assets,
            ..usual
        };
        let crowd = World { shares: part, claims: part, demand: 4.0, clients, ..healthy() };
        judged(&crowd)
    };
    let few = at_random(0.03);
    assert_eq!(level(&few, "pressure"), None);
    assert_ne!(level(&few, "claims"), Some("concentrated"));
    assert_eq!(few.causes, [Cause::Surge], "{few:#?}");
    assert_eq!(level(&at_random(0.0001), "pressure"), Some("uneven"));
}
