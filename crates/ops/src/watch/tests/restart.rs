//! A process that ends at any moment and goes on from what it kept.

use super::scene::{Scene, to_team, with_duty};

/// An outage with all that can happen to it, second by second.
const STORY: [(&str, usize); 7] = [
    ("p/unevenness", 20),
    ("p/unevenness p/error_burn!", 40),
    ("q/telemetry_missing", 35),
    ("p/intent", 70),
    ("", 90),
    ("p/capacity_lost!", 12),
    ("", 300),
];

fn play(restart_after: Option<usize>) -> Vec<String> {
    let mut scene = Scene::new(with_duty());
    let mut second = 0;
    for (words, seconds) in STORY {
        for _ in 0..seconds {
            scene.hold(1, words);
            second += 1;
            if restart_after == Some(second) {
                scene.restart();
            }
        }
    }
    scene.heard()
}

/// Goal: a restart is not noticed. Method: the same story, with one after every second.
#[test]
fn a_restart_changes_no_notification() {
    let undisturbed = play(None);
    assert!(undisturbed.len() >= 10, "{undisturbed:#?}");
    let seconds: usize = STORY.iter().map(|(_, seconds)| seconds).sum();
    for second in 1..=seconds {
        assert_eq!(play(Some(second)), undisturbed, "restarted after {second} s");
    }
}

/// Goal: an hour without a process neither ends nor repeats an alarm.
#[test]
fn a_firing_alarm_outlives_a_long_absence() {
    let mut scene = Scene::new(to_team());
    scene.hold(5, "p/unevenness").heard();
    scene.restart().after(3600.0, "").hold(10, "").expect(&[]);
    scene.hold(30, "p/unevenness").expect(&[]);
    scene.hold(19, "").expect(&[]).hold(1, "").expect(&["3665 A-1 resolved ticket to team"]);
}

#[test]
fn nobody_saw_it_so_it_does_not_count() {
    let mut scene = Scene::new(to_team());
    scene.hold(20, "p/telemetry_missing");
    scene.restart().after(3600.0, "p/telemetry_missing").hold(10, "p/telemetry_missing");
    scene.expect(&[]);
    scene.hold(1, "p/telemetry_missing").expect(&["3631 A-1 fired ticket to team"]);
}

#[test]
fn a_clock_that_is_set_back_does_no_harm() {
    let mut scene = Scene::new(to_team());
    scene.hold(5, "p/unevenness").expect(&["1 A-1 fired ticket to team"]);
    scene.after(-7200.0, "p/unevenness").hold(5, "p/unevenness").expect(&[]);
    scene.hold(25, "").expect(&["-7170 A-1 resolved ticket to team"]);
}

/// Goal: who waits for an answer waits no hours more. Method: a page, and a clock that was two
/// hours ahead when it fired.
#[test]
fn a_clock_that_is_set_back_keeps_nobody_waiting() {
    let mut scene = Scene::new(with_duty());
    scene.hold(101, "p/unevenness!").expect(&["1 A-1 fired page to duty"]);
    scene.after(-7200.0, "p/unevenness!").hold(499, "p/unevenness!").expect(&[]);
    scene.hold(2, "p/unevenness!").expect(&["-6599 A-1 fired page to lead"]);
}
