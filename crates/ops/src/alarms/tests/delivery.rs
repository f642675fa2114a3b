//! Notifications reach their receivers, whatever one of them does.

use std::net::TcpListener;
use std::time::Duration;

use config::{Heartbeat, Receiver, Secret, Span, Webhook};
use evenness::Cause;
use ledger::alarm::Matchers;

use super::site::{Site, alertmanager, change, settings, until, webhook};
use crate::notify::tests::Taker;
use crate::watch::tests::scene::signals;

#[test]
fn every_state_is_told_once_and_in_order() {
    let taker = Taker::new();
    let site = Site::new(vec![webhook("team", &taker)]);
    let alarms = site.start();
    site.hold(&alarms, 10, "p/unevenness=weights");
    alarms.acknowledge("A-1", "Ada", "looking").unwrap();
    alarms.set_cause("A-1", &[Cause::Weights], "the script").unwrap();
    site.hold(&alarms, 60, "");
    let told: Vec<String> = (0..3).map(|_| change(&taker.next().body)).collect();
    assert_eq!(told, ["fired", "acknowledged", "resolved"]);
    until("all is delivered", || alarms.alarms().receivers[0].delivered == 3);
    alarms.finish();
    assert!(taker.rest().is_empty());
    let status = alarms.alarms();
    assert_eq!((status.receivers[0].kind.as_str(), status.receivers[0].waiting), ("webhook", 0));
    assert_eq!(status.alarms[0].id, "A-1");
}

/// Goal: a receiver that is down for two minutes gets all of it afterwards, once. Method: it
/// refuses while an alarm fires, is taken and ends.
#[test]
fn a_receiver_that_was_down_hears_all_of_it() {
    let taker = Taker::new();
    let site = Site::new(vec![webhook("team", &taker)]);
    let alarms = site.start();
    taker.answer(&[503, 0, 429, 500, 503, 503]);
    site.hold(&alarms, 10, "p/unevenness");
    alarms.acknowledge("A-1", "Ada", "").unwrap();
    site.hold(&alarms, 120, "");
    let told: Vec<_> = (0..3).map(|_| taker.next()).collect();
    let changes: Vec<String> = told.iter().map(|got| change(&got.body)).collect();
    assert_eq!(changes, ["fired", "acknowledged", "resolved"]);
    until("it is back", || alarms.alarms().receivers[0].failing_since.is_none());
    alarms.finish();
    assert!(taker.rest().is_empty());
}

#[test]
fn what_is_refused_for_good_is_given_up_and_shown() {
    let taker = Taker::new();
    let site = Site::new(vec![webhook("team", &taker)]);
    let alarms = site.start();
    taker.answer(&[400]);
    site.hold(&alarms, 1, "p/unevenness");
    until("it is given up", || alarms.alarms().receivers[0].refused == 1);
    assert!(alarms.alarms().receivers[0].last_error.starts_with("answered 400"));
    site.hold(&alarms, 60, "");
    assert_eq!(change(&taker.next().body), "resolved");
}

/// Goal: neither a step nor another receiver waits. Method: one takes connections and is silent.
#[test]
fn a_receiver_that_hangs_keeps_nobody_waiting() {
    let silent = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}/", silent.local_addr().unwrap());
    let webhook_to = Some(Webhook { url: Secret::new(url) });
    let hung = Receiver { name: "hung".into(), webhook: webhook_to, ..Receiver::default() };
    let taker = Taker::new();
    let site = Site::new(vec![hung, webhook("team", &taker)]);
    let alarms = site.start();
    site.hold(&alarms, 90, "p/unevenness");
    assert_eq!(change(&taker.next().body), "fired");
    site.hold(&alarms, 90, "");
    assert_eq!(change(&taker.next().body), "resolved");
    assert_eq!(alarms.alarms().receivers[0].waiting, 2);
}

#[test]
fn an_alertmanager_hears_again_every_minute() {
    let taker = Taker::new();
    let site = Site::new(vec![alertmanager("am", taker.port)]);
    let alarms = site.start();
    site.hold(&alarms, 1, "p/unevenness");
    let first = taker.next();
    assert_eq!(first.line, "POST /api/v2/alerts HTTP/1.1");
    until("it is delivered", || alarms.alarms().receivers[0].delivered == 1);
    site.hold(&alarms, 61, "p/unevenness");
    let again = taker.next();
    assert_eq!(again.body[0]["labels"], first.body[0]["labels"]);
    assert_eq!(again.body[0]["startsAt"], first.body[0]["startsAt"]);
    assert_ne!(again.body[0]["endsAt"], first.body[0]["endsAt"]);
}

/// Goal: the sign of life stays away when nobody watches, or sees anything. Method: two minutes
/// without a step, and one in which nothing is measured.
#[test]
fn a_heart_beats_while_somebody_watches() {
    let taker = Taker::new();
    let mut site = Site::new(vec![webhook("deadman", &taker)]);
    let every = Span::from_secs(60);
    site.settings.heartbeat = Some(Heartbeat { receiver: "deadman".into(), every });
    let alarms = site.start();
    let beats = |count| until("it beats", || alarms.alarms().heartbeat.unwrap().sent == count);
    site.hold(&alarms, 1, "");
    beats(1);
    site.pass(120);
    alarms.wait(site.now(), &signals("/telemetry_missing"));
    std::thread::sleep(Duration::from_millis(50));
    beats(1);
    site.hold(&alarms, 1, "");
    beats(2);
    let names: Vec<_> = (0..2).map(|_| taker.next().body).collect();
    assert_eq!(names[0]["commonLabels"]["alertname"], "EvenkeelHeartbeat");
    assert!(taker.rest().is_empty());
}

#[test]
fn silences_and_new_settings_take_effect_at_once() {
    let (first, second) = (Taker::new(), Taker::new());
    let site = Site::new(vec![webhook("first", &first)]);
    let alarms = site.start();
    let matchers = Matchers { pool: Some("p".into()), ..Matchers::default() };
    let silence = alarms.silence(matchers, "Ada", "maintenance", site.now() + 600.0).unwrap();
    site.hold(&alarms, 5, "p/unevenness");
    alarms.unsilence(&silence).unwrap();
    assert_eq!(change(&first.next().body), "fired");
    until("it is delivered", || alarms.alarms().receivers[0].delivered == 1);
    alarms.reconfigure(&settings(vec![webhook("second", &second)])).unwrap();
    site.hold(&alarms, 5, "p/unevenness");
    assert_eq!(change(&second.next().body), "fired");
    site.hold(&alarms, 60, "");
    assert_eq!(change(&second.next().body), "resolved");
    assert!(first.rest().is_empty());
}
