//! Alarms that live and are not heard.

use evenness::{Severity, SignalKind};
use ledger::alarm::{AlarmState, Matchers};

use super::scene::{Scene, to_team, with_duty};
use crate::watch::Refusal;

fn pool(name: &str) -> Matchers {
    Matchers { pool: Some(name.to_owned()), ..Matchers::default() }
}

/// Silences alarms for so many seconds.
fn silence(scene: &mut Scene, matchers: Matchers, seconds: f64) -> String {
    let now = scene.now;
    let made = scene.watch.silence(now, matchers, "Ada", "maintenance", now + seconds);
    let (id, events) = made.unwrap();
    scene.hear(&events);
    id
}

#[test]
fn a_silenced_alarm_lives_and_tells_nobody() {
    let mut scene = Scene::new(to_team());
    silence(&mut scene, pool("p"), 100.0);
    scene.hold(20, "p/unevenness q/unevenness").expect(&["1 A-2 fired ticket to team"]);
    let alarms = scene.watch.alarms();
    assert_eq!((alarms[0].state, alarms[0].silence.as_str()), (AlarmState::Firing, "S-1"));
    scene.hold(30, "q/unevenness").expect(&[]);
}

#[test]
fn a_silence_that_ends_while_it_fires_tells() {
    let mut scene = Scene::new(to_team());
    silence(&mut scene, pool("p"), 100.0);
    scene.hold(120, "p/unevenness").expect(&["100 A-1 fired ticket to team"]);
    let id = silence(&mut scene, pool("p"), 100.0);
    scene.hold(5, "p/unevenness");
    let events = scene.watch.unsilence(scene.now, &id).unwrap();
    scene.hear(&events);
    scene.hold(5, "p/unevenness").expect(&[]);
    assert_eq!(scene.watch.unsilence(scene.now, &id), Err(Refusal::NoSuchSilence(id)));
}

/// Goal: who is told when a silence ends has the time to answer. Method: one that is longer than
/// the time after which others are told.
#[test]
fn the_end_of_a_silence_escalates_to_nobody_yet() {
    let mut scene = Scene::new(with_duty());
    silence(&mut scene, pool("p"), 1000.0);
    scene.hold(1500, "p/unevenness!").expect(&["1000 A-1 fired page to duty"]);
    scene.hold(110, "p/unevenness!").expect(&["1600 A-1 fired page to lead"]);
}

/// Goal: what is posted again is what was told. Method: a ticket that is a page while silenced.
#[test]
fn what_was_told_is_told_again_as_it_was() {
    let mut scene = Scene::new(to_team());
    scene.hold(5, "p/unevenness").heard();
    silence(&mut scene, pool("p"), 100.0);
    scene.hold(50, "p/unevenness!").expect(&[]);
    let severities = |scene: &Scene| {
        let told = scene.watch.told("team");
        told.iter().map(|(alarm, _)| alarm.severity).collect::<Vec<_>>()
    };
    assert_eq!(severities(&scene), [Severity::Ticket]);
    scene.hold(60, "p/unevenness!").expect(&["105 A-1 escalated page to team"]);
    assert_eq!(severities(&scene), [Severity::Page]);
}

/// Goal: nobody waits for the end of what they were told of. Method: it is over while silenced.
#[test]
fn who_was_told_hears_the_end_through_a_silence() {
    let mut scene = Scene::new(to_team());
    scene.hold(5, "p/unevenness").expect(&["1 A-1 fired ticket to team"]);
    silence(&mut scene, pool("p"), 1000.0);
    scene.hold(30, "").expect(&["25 A-1 resolved ticket to team"]);
}

#[test]
fn a_silence_for_less_does_not_hide_more() {
    let mut scene = Scene::new(with_duty());
    let flapping = Matchers { kind: Some(SignalKind::ProbeFlapping), ..Matchers::default() };
    silence(&mut scene, flapping, 1000.0);
    scene.hold(40, "p/probe_flapping").expect(&[]);
    scene.hold(1, "p/probe_flapping p/unevenness!");
    scene.expect(&["41 A-1 fired page to duty"]);

    let mut scene = Scene::new(with_duty());
    let tickets = Matchers { severity: Some(Severity::Ticket), ..pool("p") };
    silence(&mut scene, tickets, 1000.0);
    scene.hold(5, "p/unevenness").expect(&[]);
    scene.hold(1, "p/unevenness!").expect(&["6 A-1 fired page to duty"]);
}

#[test]
fn a_silence_says_who_why_of_what_and_until_when() {
    let mut scene = Scene::new(to_team());
    let now = scene.now;
    let mut ask = |matchers, author, reason, until| {
        scene.watch.silence(now, matchers, author, reason, until).map(|(id, _)| id)
    };
    assert_eq!(ask(pool("p"), "", "why", now + 9.0), Err(Refusal::NoName));
    assert_eq!(ask(pool("p"), "Ada", " ", now + 9.0), Err(Refusal::NoReason));
    assert_eq!(ask(Matchers::default(), "Ada", "why", now + 9.0), Err(Refusal::NoMatcher));
    for until in [now, f64::NAN, f64::INFINITY, now + 91.0 * 86_400.0] {
        assert_eq!(ask(pool("p"), "Ada", "why", until), Err(Refusal::BadExpiry));
    }
    assert_eq!(ask(pool("p"), "Ada", "why", now + 9.0), Ok("S-1".to_owned()));
}
