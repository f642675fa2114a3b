//! A process that is killed at any moment, and one that begins after it.

use std::collections::BTreeSet;

use super::site::{Site, change, until, webhook};
use crate::notify::tests::Taker;

/// What was taken, each delivery once, in the order of their first arrivals.
fn distinct(taker: &Taker, until_change: &str) -> Vec<String> {
    let (mut seen, mut changes) = (BTreeSet::new(), Vec::new());
    while changes.last().is_none_or(|last| last != until_change) {
        let got = taker.next();
        let delivery = got.header("x-evenkeel-delivery").unwrap().to_owned();
        if seen.insert(delivery) {
            changes.push(change(&got.body));
        }
    }
    changes
}

/// Goal: killed after any step, exactly one of each, in order. Method: a process for each step;
/// what a receiver gets twice has one name.
#[test]
fn a_process_for_every_second() {
    let taker = Taker::new();
    let site = Site::new(vec![webhook("team", &taker)]);
    let story = ["p/unevenness"; 8].into_iter().chain(["p/unevenness!"; 8]).chain([""; 40]);
    for (second, words) in story.enumerate() {
        let alarms = site.start();
        site.hold(&alarms, 1, words);
        if second % 3 == 0 {
            until("it is kept", || alarms.is_kept());
        }
        drop(alarms);
    }
    let alarms = site.start();
    site.hold(&alarms, 60, "");
    assert_eq!(distinct(&taker, "resolved"), ["fired", "escalated", "resolved"]);
    alarms.finish();
    assert_eq!(alarms.alarms().alarms.len(), 1);
}

/// Goal: what a receiver that is down is owed outlives the process. Method: killed twice while
/// it refuses, and while the alarm fires, is taken and ends.
#[test]
fn a_receiver_that_is_down_over_two_deaths_hears_all_of_it_once() {
    let taker = Taker::new();
    let site = Site::new(vec![webhook("team", &taker)]);
    taker.answer(&[503; 200]);
    let fails = |alarms: &crate::Alarms| {
        until("it fails", || alarms.alarms().receivers[0].failing_since.is_some());
    };
    let alarms = site.start();
    site.hold(&alarms, 10, "p/unevenness!");
    fails(&alarms);
    drop(alarms);

    site.pass(60);
    let alarms = site.start();
    site.hold(&alarms, 5, "p/unevenness!");
    alarms.acknowledge("A-1", "Ada", "").unwrap();
    site.hold(&alarms, 30, "");
    alarms.finish();
    drop(alarms);

    site.pass(60);
    taker.answer_no_more();
    let alarms = site.start();
    assert_eq!(distinct(&taker, "resolved"), ["fired", "acknowledged", "resolved"]);
    until("all is delivered", || alarms.alarms().receivers[0].delivered == 3);
    alarms.finish();
    drop(alarms);

    let alarms = site.start();
    site.hold(&alarms, 60, "");
    assert_eq!(alarms.alarms().receivers[0].waiting, 0);
    alarms.finish();
    assert!(taker.rest().is_empty(), "something was told twice");
}
