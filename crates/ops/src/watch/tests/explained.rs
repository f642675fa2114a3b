//! A diagnosis and those who are told of it.

use config::{AlarmRoute, Alarms, CauseName};
use evenness::Cause;
use ledger::DiagnosisRecord;
use ledger::alarm::Change;

use super::scene::{Scene, signals, to_team};
use crate::watch::{AlarmEvent, Explained};

fn by_network() -> Alarms {
    let network = AlarmRoute {
        causes: vec![CauseName::Weights],
        receivers: vec!["network".into()],
        ..AlarmRoute::default()
    };
    Alarms { routes: vec![network], ..to_team() }
}

/// One second whose diagnosis names causes of the pool `p`.
fn second(scene: &mut Scene, words: &str, causes: &[&str]) -> Vec<AlarmEvent> {
    let causes = causes.iter().map(|&cause| cause.to_owned()).collect();
    let found = DiagnosisRecord { pool: "p".to_owned(), causes, ..DiagnosisRecord::default() };
    let explained = Explained { found, text: "p: why\nand what to do".to_owned() };
    scene.now += 1.0;
    let events = scene.watch.step_explained(scene.now, &signals(words), &[explained]);
    scene.hear(&events);
    events
}

/// Goal: the first notification says why, and goes to whom the cause belongs. Method: a condition
/// that fires in its first second, and one that waits while it is diagnosed.
#[test]
fn who_is_told_first_hears_the_cause() {
    let mut scene = Scene::new(by_network());
    let events = second(&mut scene, "p/unevenness", &["weights", "persistence"]);
    scene.expect(&["1 A-1 fired ticket to network"]);
    let told = events.iter().find(|event| !event.receivers.is_empty()).unwrap();
    assert_eq!(told.alarm.causes, [Cause::Weights, Cause::Persistence]);
    assert_eq!(told.alarm.diagnosis, "p: why\nand what to do");
    assert_eq!(told.told["network"].cause, Some(Cause::Weights), "the label");

    let mut scene = Scene::new(by_network());
    second(&mut scene, "p/error_burn", &["weights"]);
    assert_eq!(scene.watch.alarms()[0].diagnosis, "p: why\nand what to do");
    scene.hold(10, "p/error_burn").expect(&["6 A-1 fired ticket to network"]);
}

/// Goal: a cause that is known late reaches those whose it is, once, and is written down.
#[test]
fn a_cause_that_is_known_late_finds_its_route() {
    let mut scene = Scene::new(by_network());
    scene.hold(1, "p/unevenness q/unevenness");
    scene.expect(&["1 A-1 fired ticket to team", "1 A-2 fired ticket to team"]);
    let events = second(&mut scene, "p/unevenness q/unevenness", &["weights"]);
    scene.expect(&["2 A-1 fired ticket to network"]);
    let written = events.iter().find(|event| event.change == Change::Diagnosed).unwrap();
    assert_eq!(written.text, "p: why\nand what to do");
    assert_eq!(second(&mut scene, "p/unevenness q/unevenness", &["weights"]), []);
    assert_eq!(scene.watch.alarms()[1].causes, [], "of another pool");
}

/// Goal: who is told of an alarm whose cause nobody knows gets the evidence all the same, and the
/// cause once it is known. Method: a diagnosis that names nothing, then one that does.
#[test]
fn an_alarm_without_a_cause_carries_its_evidence() {
    let mut scene = Scene::new(by_network());
    let events = second(&mut scene, "p/unevenness", &["unknown"]);
    scene.expect(&["1 A-1 fired ticket to team"]);
    let told = events.iter().find(|event| !event.receivers.is_empty()).unwrap();
    assert_eq!((&*told.alarm.causes, told.alarm.named), (&[][..], false));
    assert_eq!(told.alarm.diagnosis, "p: why\nand what to do");
    assert_eq!(second(&mut scene, "p/unevenness", &["unknown"]), [], "the same again is no news");
    second(&mut scene, "p/unevenness", &["weights"]);
    scene.expect(&["3 A-1 fired ticket to network"]);
    assert!(scene.watch.alarms()[0].named);
}

/// Goal: a second cause that joins an alarm which somebody has reaches those whose it is.
#[test]
fn a_cause_that_joins_what_is_taken_finds_its_route() {
    let mut scene = Scene::new(by_network());
    second(&mut scene, "p/unevenness", &["persistence"]);
    let events = scene.watch.acknowledge(scene.now, "A-1", "Ada", "").unwrap();
    scene.hear(&events);
    scene.heard();
    second(&mut scene, "p/unevenness", &["weights", "persistence"]);
    scene.expect(&["2 A-1 fired ticket to network"]);
    scene.hold(5, "p/unevenness").expect(&["3 A-1 acknowledged ticket to network"]);
}
