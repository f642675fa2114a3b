//! One alarm from its first sign to its end.

use evenness::Cause;
use ledger::alarm::{AlarmState, Change};

use super::scene::{Scene, signals, to_team, with_duty};
use crate::watch::Refusal;

#[test]
fn an_alarm_fires_once_and_is_over_once() {
    Scene::new(to_team())
        .hold(30, "p/unevenness")
        .expect(&["1 A-1 fired ticket to team"])
        .hold(60, "")
        .expect(&["50 A-1 resolved ticket to team"])
        .hold(600, "")
        .expect(&[]);
}

#[test]
fn what_does_not_last_is_no_alarm() {
    let mut scene = Scene::new(to_team());
    scene.hold(30, "p/telemetry_missing").hold(30, "").expect(&[]);
    assert!(scene.watch.alarms().is_empty());
    scene.hold(31, "p/telemetry_missing").expect(&["91 A-1 fired ticket to team"]);
}

#[test]
fn a_page_waits_five_seconds_at_most() {
    for kind in ["telemetry_missing", "probe_flapping", "flood_suspected", "capacity_lost"] {
        let mut scene = Scene::new(to_team());
        scene.hold(7, &format!("p/{kind}!")).expect(&["6 A-1 fired page to team"]);
    }
    Scene::new(to_team()).hold(1, "p/intent!").expect(&["1 A-1 fired page to team"]);
}

/// Goal: an outage is one alarm. Method: conditions of one pool join, those of another do not.
#[test]
fn one_outage_is_one_alarm() {
    let mut scene = Scene::new(to_team());
    scene.hold(1, "p/intent").hold(9, "p/intent p/unevenness p/latency_burn q/unevenness");
    scene.expect(&["1 A-1 fired ticket to team", "2 A-2 fired ticket to team"]);
    let alarms = scene.watch.alarms();
    let kinds: Vec<&str> = alarms[0].symptoms.iter().map(|symptom| symptom.kind.name()).collect();
    assert_eq!(kinds, ["intent", "unevenness", "latency_burn"]);
    scene.hold(30, "p/latency_burn").expect(&["30 A-2 resolved ticket to team"]);
    scene.hold(70, "").expect(&["100 A-1 resolved ticket to team"]);
}

/// Goal: an outage is not over because nobody measures it. Method: silence while an alarm fires,
/// while one waits, and while one is about to end.
#[test]
fn what_nobody_measures_neither_lasts_nor_ends() {
    let mut scene = Scene::new(to_team());
    scene.hold(10, "p/unevenness! q/error_burn");
    scene.expect(&["1 A-1 fired page to team", "6 A-2 fired ticket to team"]);
    scene.hold(3, "p/unevenness! r/capacity_lost").silent(90);
    scene.expect(&["46 A-3 fired ticket to team"]);
    let open = scene.watch.alarms();
    let state = |pool: &str| open.iter().find(|alarm| alarm.pool == pool).map(|alarm| alarm.state);
    assert_eq!(state("p"), Some(AlarmState::Firing));
    assert_eq!(state("q"), Some(AlarmState::Firing));
    assert_eq!(state("r"), Some(AlarmState::Pending));
    // The seconds before the silence count, those within it do not.
    scene.hold(70, "r/capacity_lost").expect(&[
        "111 A-4 fired ticket to team",
        "123 A-1 resolved page to team",
        "133 A-3 resolved ticket to team",
        "160 A-2 resolved ticket to team",
    ]);
}

#[test]
fn a_ticket_becomes_a_page_once() {
    Scene::new(with_duty())
        .hold(10, "p/unevenness")
        .expect(&["1 A-1 fired ticket to team"])
        .hold(2, "p/unevenness p/error_burn!")
        .expect(&[])
        .hold(20, "p/unevenness p/error_burn!")
        .expect(&["16 A-1 escalated page to team", "16 A-1 fired page to duty"])
        .hold(90, "")
        .expect(&["92 A-1 resolved page to duty+team"]);
}

/// Goal: a page ends when nothing pages any more. Method: a drift that nobody mends stays behind
/// as a ticket of its own.
#[test]
fn what_is_less_than_a_page_goes_on_as_a_ticket() {
    let mut scene = Scene::new(with_duty());
    scene.hold(20, "p/intent p/error_burn!");
    scene.expect(&[
        "1 A-1 fired ticket to team",
        "6 A-1 escalated page to team",
        "6 A-1 fired page to duty",
    ]);
    scene.hold(100, "p/intent");
    scene.expect(&["80 A-1 resolved page to duty+team", "80 A-2 fired ticket to team"]);
    scene.hold(10, "").expect(&["125 A-2 resolved ticket to team"]);
}

#[test]
fn an_alarm_that_comes_and_goes_stays_longer_each_time() {
    let mut scene = Scene::new(to_team());
    let mut ends = Vec::new();
    for _ in 0..4 {
        let began = scene.hold(5, "p/unevenness").now;
        while scene.watch.alarms()[0].state != AlarmState::Resolved {
            scene.hold(1, "");
        }
        ends.push(scene.now - began);
    }
    assert_eq!(ends, [20.0, 40.0, 80.0, 160.0]);
    scene.after(3600.0, "").hold(1, "p/unevenness").hold(20, "").heard();
    assert_eq!(scene.watch.alarms()[0].state, AlarmState::Resolved);
}

#[test]
fn who_takes_an_alarm_is_told_and_taking_a_ticket_is_not_taking_a_page() {
    let mut scene = Scene::new(to_team());
    scene.hold(1, "p/unevenness").heard();
    let events = scene.watch.acknowledge(scene.now, "A-1", "Ada", "looking").unwrap();
    scene.hear(&events);
    scene.expect(&["1 A-1 acknowledged ticket to team"]);
    let again = scene.watch.acknowledge(scene.now, "A-1", "Bob", "");
    assert_eq!(again, Err(Refusal::Taken("Ada".into())));
    assert_eq!(
        scene.watch.acknowledge(scene.now, "A-9", "Bob", "").unwrap_err().to_string(),
        "there is no open alarm `A-9`"
    );
    assert_eq!(scene.watch.note(scene.now, "A-1", " ", "x"), Err(Refusal::NoName));
    scene.hold(10, "p/unevenness!").expect(&["2 A-1 escalated page to team"]);
    assert_eq!(scene.watch.alarms()[0].state, AlarmState::Firing);
}

#[test]
fn an_alarm_can_be_given_back() {
    let mut scene = Scene::new(to_team());
    scene.hold(1, "p/unevenness!").heard();
    assert!(scene.watch.unacknowledge(scene.now, "A-1", "Ada").is_err());
    let taken = scene.watch.acknowledge(scene.now, "A-1", "Ada", "").unwrap();
    let given = scene.watch.unacknowledge(scene.now, "A-1", "Ada").unwrap();
    scene.hear(&taken);
    scene.hear(&given);
    scene.hold(3, "p/unevenness!");
    scene.expect(&["1 A-1 acknowledged page to team", "1 A-1 unacknowledged page to team"]);
    let history: Vec<Change> =
        scene.watch.alarms()[0].history.iter().map(|step| step.change).collect();
    assert_eq!(history, [Change::Fired, Change::Acknowledged, Change::Unacknowledged]);
}

#[test]
fn the_diagnosis_names_the_cause() {
    let mut scene = Scene::new(to_team());
    scene.hold(1, "p/unevenness=persistence");
    assert_eq!(scene.watch.alarms()[0].causes, [Cause::Persistence]);
    let causes = [Cause::Weights, Cause::Persistence];
    scene.watch.set_cause(scene.now, "A-1", &causes, "the script did it").unwrap();
    scene.hold(3, "p/unevenness=persistence").expect(&["1 A-1 fired ticket to team"]);
    assert_eq!(scene.watch.alarms()[0].causes, causes);
    assert_eq!(scene.watch.set_cause(scene.now, "A-1", &causes, "it did"), Ok(Vec::new()));
}

/// Goal: who is woken hears what is the worst for users. Method: a page for weights that nobody
/// approved, and one for what they do; then the first alone.
#[test]
fn what_users_feel_speaks_for_the_alarm() {
    let mut scene = Scene::new(to_team());
    scene.hold(10, "p/intent! p/error_burn! p/unevenness!");
    assert_eq!(scene.watch.alarms()[0].summary, "error_burn of p");
    scene.hold(10, "p/intent! p/error_burn p/unevenness!");
    assert_eq!(scene.watch.alarms()[0].summary, "unevenness of p");
    let mut scene = Scene::new(to_team());
    scene.hold(5, "p/latency_burn! p/mechanism! p/unevenness").heard();
    let alarm = scene.watch.alarms().remove(0);
    assert_eq!((alarm.kind.name(), alarm.summary.as_str()), ("mechanism", "latency_burn of p"));
}

#[test]
fn what_joins_is_told_in_its_own_words() {
    let mut scene = Scene::new(to_team());
    scene.hold(10, "p/error_burn!");
    let events = scene.watch.step(scene.now + 1.0, &signals("p/error_burn! p/intent"));
    let texts: Vec<(Change, &str)> =
        events.iter().map(|event| (event.change, event.text.as_str())).collect();
    assert_eq!(texts, [(Change::Joined, "intent: intent of p")]);
}
