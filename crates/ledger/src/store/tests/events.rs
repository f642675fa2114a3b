//! Events: one timeline, found by time and pool, and not for ever.

use std::time::{SystemTime, UNIX_EPOCH};

use super::super::open::Store;
use super::super::record::Record;
use super::sample::MIDNIGHT_S;
use crate::event::{Event, EventKind};

const WEEK_S: f64 = 7.0 * 86_400.0;

fn event(at: f64, pool: &str, what: &str) -> Event {
    Event {
        number: 0,
        at,
        kind: EventKind::Weights,
        pool: pool.into(),
        endpoint: "web1".into(),
        who: "deploy.sh".into(),
        what: what.into(),
    }
}

fn whats(store: &Store, from: f64, to: f64, pool: Option<&str>) -> Vec<String> {
    let events = store.events(from, to, pool).expect("events");
    events.into_iter().map(|event| event.what).collect()
}

#[test]
fn found_by_time_and_pool() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = Store::open(dir.path()).expect("opens");
    let written = [event(30.0, "b", "3"), event(10.5, "a", "1"), event(20.0, "", "2")];
    written.iter().for_each(|event| store.write_event(event).expect("writes"));
    assert_eq!(whats(&store, 0.0, 99.0, None), ["1", "2", "3"]);
    assert_eq!(whats(&store, 10.5, 30.0, None), ["1", "2"]);
    assert_eq!(whats(&store, 0.0, 99.0, Some("b")), ["2", "3"]);
    let second = Event { number: 2, ..written[1].clone() };
    assert_eq!(store.events(10.0, 11.0, None), Ok(vec![second]));
}

/// Goal: a number that was told to people is the one that is found, and none is used twice.
#[test]
fn numbers_are_kept() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = Store::open(dir.path()).expect("opens");
    assert_eq!(store.next_event(), Ok(1));
    for (number, what) in [(7, "seven"), (0, "next"), (7, "again")] {
        let event = Event { number, ..event(1.0, "a", what) };
        store.write_event(&event).expect("writes");
    }
    let all = store.events(0.0, 9.0, None).expect("reads");
    let numbers: Vec<_> = all.iter().map(|one| (one.number, one.what.as_str())).collect();
    assert_eq!(numbers, [(7, "seven"), (8, "next"), (9, "again")]);
    assert_eq!(store.next_event(), Ok(10));
}

#[test]
fn long_texts_are_cut_and_unknown_kinds_left_out() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = Store::open(dir.path()).expect("opens");
    store.write_event(&event(1.0, "a", &"ü".repeat(5000))).expect("writes");
    assert_eq!(whats(&store, 0.0, 9.0, None)[0].len(), 8192);
    store.connection.execute("UPDATE events SET kind = 'party'", ()).expect("updates");
    assert_eq!(whats(&store, 0.0, 9.0, None), [""; 0]);
}

/// Goal: a hundred thousand are kept, and a wrong year clears nothing.
#[test]
fn not_too_many() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = Store::open(dir.path()).expect("opens");
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_secs_f64();
    let start = (now - 4.5 * WEEK_S).floor();
    let many: Vec<_> =
        (0..100_500).map(|at| Record::Event(event(start + f64::from(at), "a", "x"))).collect();
    store.write(&many).expect("writes");
    store.write_event(&event(1e12, "a", "far")).expect("writes");
    let kept = store.events(0.0, f64::MAX, None).expect("events");
    assert_eq!((kept.len(), kept[0].at), (100_000, start + 501.0));
}

#[test]
fn not_too_old() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = Store::open(dir.path()).expect("opens");
    let start = MIDNIGHT_S as f64 - 20.0 * WEEK_S;
    for (weeks, what) in [(0.0, "first"), (1.0, "second"), (4.9, "third")] {
        store.write_event(&event(start + weeks * WEEK_S, "a", what)).expect("writes");
    }
    assert_eq!(whats(&store, 0.0, 1e11, None), ["first", "second", "third"]);
    store.write_event(&event(start + 5.5 * WEEK_S, "a", "fourth")).expect("writes");
    assert_eq!(whats(&store, 0.0, 1e11, None), ["second", "third", "fourth"]);
}

#[test]
fn the_latest_before_a_moment() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = Store::open(dir.path()).expect("opens");
    for (at, what) in [(10.0, "first"), (30.0, "third"), (20.0, "second"), (40.0, "fourth")] {
        store.write_event(&event(MIDNIGHT_S as f64 + at, "a", what)).expect("writes");
    }
    let latest = store.latest_events(MIDNIGHT_S as f64 + 40.0, 2).expect("events");
    let whats: Vec<&str> = latest.iter().map(|event| event.what.as_str()).collect();
    assert_eq!(whats, ["second", "third"]);
}
