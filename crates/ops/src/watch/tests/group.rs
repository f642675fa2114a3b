//! One cause in several pools.

use config::{AlarmRoute, Alarms, Escalation, Span};
use ledger::alarm::Change;

use super::scene::{Scene, to_team};

/// Goal: one outage is one notification, and a part outlives what led it. Method: one cause in two
/// pools within two minutes, then the first one ends.
#[test]
fn one_outage_in_two_pools_is_told_once() {
    let mut scene = Scene::new(to_team());
    scene.hold(1, "p/unevenness=weights q/unevenness=weights");
    scene.hold(60, "p/unevenness=weights q/unevenness=weights r/unevenness=weights");
    scene.expect(&["1 A-1 fired ticket to team"]);
    let alarms = scene.watch.alarms();
    let parts: Vec<_> = alarms.iter().map(|alarm| (&*alarm.id, &*alarm.part_of)).collect();
    assert_eq!(parts, [("A-1", ""), ("A-2", "A-1"), ("A-3", "A-1")]);
    let joined = alarms[0].history.iter().filter(|step| step.change == Change::Joined);
    let joined: Vec<&str> = joined.map(|step| &*step.text).collect();
    assert_eq!(joined, ["q: unevenness of q", "r: unevenness of r"]);

    scene.restart().hold(40, "q/unevenness=weights r/unevenness=weights");
    scene.expect(&["81 A-1 resolved ticket to team", "81 A-2 fired ticket to team"]);
    assert_eq!(scene.watch.alarms()[1].part_of, "A-2", "the rest is one outage still");
    scene.hold(40, "").expect(&["121 A-2 resolved ticket to team"]);
}

/// Goal: what is another outage is told. Method: another cause, another time, none known, worse.
#[test]
fn what_is_more_than_the_same_is_told() {
    let mut scene = Scene::new(to_team());
    scene.hold(1, "p/unevenness=weights q/unevenness=surge r/unevenness s/unevenness");
    scene.expect(&[
        "1 A-1 fired ticket to team",
        "1 A-2 fired ticket to team",
        "1 A-3 fired ticket to team",
        "1 A-4 fired ticket to team",
    ]);
    let mut scene = Scene::new(to_team());
    scene.hold(130, "p/unevenness=weights").hold(1, "p/unevenness=weights q/unevenness=weights");
    scene.expect(&["1 A-1 fired ticket to team", "131 A-2 fired ticket to team"]);
    let mut scene = Scene::new(to_team());
    scene.hold(5, "p/unevenness=weights q/unevenness=weights");
    scene.hold(5, "p/unevenness=weights q/unevenness!=weights");
    scene.expect(&["1 A-1 fired ticket to team", "6 A-2 fired page to team"]);
}

/// Goal: alarms are one outage as soon as their cause is known. Method: two fire without one, and
/// are told; then both have the same one, somebody takes the first, both end.
#[test]
fn alarms_whose_cause_is_known_later_are_one_outage_then() {
    let page = AlarmRoute {
        receivers: vec!["team".into()],
        escalate: vec![Escalation { after: Span::from_secs(40), receivers: vec!["lead".into()] }],
        ..AlarmRoute::default()
    };
    let mut scene = Scene::new(Alarms { routes: vec![page], ..to_team() });
    scene.hold(3, "p/unevenness q/unevenness");
    scene.expect(&["1 A-1 fired ticket to team", "1 A-2 fired ticket to team"]);
    scene.hold(39, "p/unevenness=weights q/unevenness=weights");
    scene.expect(&["41 A-1 fired ticket to lead"]);
    assert_eq!(scene.watch.alarms()[1].part_of, "A-1");
    let events = scene.watch.acknowledge(scene.now, "A-1", "Ada", "").unwrap();
    scene.hear(&events);
    scene
        .hold(1, "p/unevenness=weights q/unevenness=weights")
        .expect(&["42 A-1 acknowledged ticket to lead+team", "42 A-2 acknowledged ticket to team"]);
    scene
        .hold(40, "")
        .expect(&["63 A-1 resolved ticket to lead+team", "63 A-2 resolved ticket to team"]);
}

/// Goal: whose pool it is hears of it though another team was told of the first. Method: a route by
/// pool; then the first alarm is taken.
#[test]
fn a_part_is_told_to_whom_the_first_is_not() {
    let shop = AlarmRoute {
        pools: vec!["q".into()],
        receivers: vec!["shop".into()],
        goes_on: true,
        ..AlarmRoute::default()
    };
    let all = AlarmRoute { receivers: vec!["team".into()], ..AlarmRoute::default() };
    let mut scene = Scene::new(Alarms { routes: vec![shop, all], ..to_team() });
    scene.hold(5, "p/unevenness=weights q/unevenness=weights");
    scene.expect(&["1 A-1 fired ticket to team", "1 A-2 fired ticket to shop"]);
    let events = scene.watch.acknowledge(scene.now, "A-1", "Ada", "").unwrap();
    scene.hear(&events);
    scene.hold(20, "p/unevenness=weights q/unevenness=weights");
    let taken = ["5 A-1 acknowledged ticket to team", "5 A-2 acknowledged ticket to shop"];
    scene.expect(&taken);
}

/// Goal: nobody is kept waiting by an alarm that is another team's. Method: nobody takes either,
/// and only the part escalates.
#[test]
fn a_part_escalates_to_whom_the_first_does_not() {
    let route = |pool: &str, name: &str| AlarmRoute {
        pools: vec![pool.into()],
        receivers: vec![name.into()],
        escalate: vec![Escalation { after: Span::from_secs(20), receivers: vec!["lead".into()] }],
        ..AlarmRoute::default()
    };
    let shop = AlarmRoute { escalate: Vec::new(), ..route("p", "team") };
    let mut scene = Scene::new(Alarms { routes: vec![shop, route("q", "shop")], ..to_team() });
    scene.hold(30, "p/unevenness=weights q/unevenness=weights").expect(&[
        "1 A-1 fired ticket to team",
        "1 A-2 fired ticket to shop",
        "21 A-2 fired ticket to lead",
    ]);
}

/// Goal: what happens after somebody has taken the first is told, and what is over is not.
#[test]
fn what_comes_later_is_told_and_what_is_over_is_not() {
    let mut scene = Scene::new(to_team());
    scene.hold(5, "p/unevenness=weights").heard();
    let events = scene.watch.acknowledge(scene.now, "A-1", "Ada", "").unwrap();
    scene.hear(&events);
    scene.heard();
    scene.hold(5, "p/unevenness=weights q/unevenness=weights");
    scene.expect(&["6 A-2 fired ticket to team"]);

    let mut scene = Scene::new(to_team());
    scene.hold(5, "p/unevenness=weights q/unevenness=weights").heard();
    scene.hold(3, "q/unevenness=weights").hold(40, "");
    scene.expect(&["25 A-1 resolved ticket to team"]);
}
