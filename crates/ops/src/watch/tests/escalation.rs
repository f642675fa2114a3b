//! Who else is told while nobody acknowledges.

use config::{AlarmRoute, Alarms, CauseName, Span};
use evenness::Cause;

use super::scene::{Scene, to_team, with_duty};

#[test]
fn nobody_acknowledges_and_the_lead_is_told_once() {
    Scene::new(with_duty())
        .hold(700, "p/unevenness!")
        .expect(&["1 A-1 fired page to duty", "601 A-1 fired page to lead"])
        .hold(30, "")
        .expect(&["720 A-1 resolved page to duty+lead"]);
}

#[test]
fn who_acknowledges_in_time_spares_the_lead() {
    let mut scene = Scene::new(with_duty());
    scene.hold(500, "p/unevenness!").heard();
    let events = scene.watch.acknowledge(scene.now, "A-1", "Ada", "").unwrap();
    scene.hear(&events);
    scene.hold(500, "p/unevenness!").expect(&["500 A-1 acknowledged page to duty"]);
    // The time counts anew from when nobody has it.
    let events = scene.watch.unacknowledge(scene.now, "A-1", "Ada").unwrap();
    scene.hear(&events);
    scene.hold(601, "p/unevenness!");
    scene.expect(&["1000 A-1 unacknowledged page to duty", "1600 A-1 fired page to lead"]);
}

#[test]
fn pages_are_repeated_and_tickets_are_not() {
    let settings = Alarms { repeat: Span::from_secs(300), ..to_team() };
    Scene::new(settings.clone()).hold(700, "p/unevenness!").expect(&[
        "1 A-1 fired page to team",
        "301 A-1 reminded page to team",
        "601 A-1 reminded page to team",
    ]);
    Scene::new(settings).hold(700, "p/unevenness").expect(&["1 A-1 fired ticket to team"]);
    let never = Alarms { repeat: Span::from_secs(0), ..to_team() };
    Scene::new(never).hold(700, "p/unevenness!").expect(&["1 A-1 fired page to team"]);
}

/// Goal: a cause that is named late reaches those whose it is. Method: a route by cause.
#[test]
fn a_named_cause_finds_its_route() {
    let network = AlarmRoute {
        causes: vec![CauseName::Weights],
        receivers: vec!["network".into()],
        ..AlarmRoute::default()
    };
    let mut scene = Scene::new(Alarms { routes: vec![network], ..to_team() });
    scene.hold(5, "p/unevenness").heard();
    let events = scene.watch.set_cause(scene.now, "A-1", &[Cause::Weights], "diff").unwrap();
    scene.hear(&events);
    scene
        .hold(30, "")
        .expect(&["5 A-1 fired ticket to network", "25 A-1 resolved ticket to network+team"]);
}

#[test]
fn the_first_route_that_matches_decides_unless_it_goes_on() {
    let route = |name: &str, goes_on| AlarmRoute {
        receivers: vec![name.into()],
        goes_on,
        ..AlarmRoute::default()
    };
    let routes = vec![route("all", true), route("first", false), route("second", false)];
    let mut scene = Scene::new(Alarms { routes, ..to_team() });
    scene.hold(1, "p/intent").expect(&["1 A-1 fired ticket to all+first"]);
}

#[test]
fn other_settings_tell_only_who_is_new() {
    let mut scene = Scene::new(to_team());
    scene.hold(2, "p/intent").heard();
    scene.watch.reconfigure(Alarms { default: Some("others".into()), ..Alarms::default() });
    scene.hold(2, "p/intent").expect(&["3 A-1 fired ticket to others"]);
    scene.hold(10, "").expect(&["9 A-1 resolved ticket to others+team"]);
}
