//! A queue that overflows, ages and fails.

use evenness::Severity;
use ledger::alarm::Change;

use super::{Backoff, Job, Outcome, Queue};
use crate::notify::Notice;
use crate::notify::sample::alarm;

fn job(number: u32, change: Change, id: &str) -> Job {
    let mut alarm = alarm();
    (alarm.id, alarm.key) = (id.to_owned(), format!("key-{id}"));
    let notice = Notice { change, alarm, was: Severity::Page, label: None };
    Job { delivery: format!("{id}-{number}"), notice, since: 100.0, generation: 0 }
}

/// Delivers all that waits, and says what it was.
fn drain(queue: &mut Queue) -> Vec<String> {
    let mut sent = Vec::new();
    while let Some(job) = queue.next(100.0, 0) {
        queue.settle(&job.delivery, &Outcome::Delivered, 100.0);
        sent.push(job.delivery);
    }
    sent
}

#[test]
fn it_is_sent_in_order_and_again_until_it_arrives() {
    let mut queue = Queue::default();
    queue.push(job(1, Change::Fired, "A-1"));
    queue.push(job(2, Change::Resolved, "A-1"));
    for at in [101.0, 102.0] {
        assert_eq!(queue.next(at, 0).unwrap().delivery, "A-1-1");
        queue.settle("A-1-1", &Outcome::Failed("down".into()), at);
    }
    let state = queue.state("team", "webhook");
    assert_eq!((state.waiting, state.failing_since), (2, Some(101.0)));
    assert_eq!(state.last_error, "down");
    assert_eq!(drain(&mut queue), ["A-1-1", "A-1-2"]);
    let state = queue.state("team", "webhook");
    assert_eq!((state.delivered, state.failing_since), (2, None));
}

#[test]
fn what_is_refused_is_given_up() {
    let mut queue = Queue::default();
    queue.push(job(1, Change::Fired, "A-1"));
    queue.push(job(2, Change::Resolved, "A-1"));
    queue.settle("A-1-1", &Outcome::Refused("400".into()), 101.0);
    assert_eq!(drain(&mut queue), ["A-1-2"]);
    assert_eq!(queue.state("", "").refused, 1);
}

#[test]
fn nothing_is_sent_before_it_is_on_the_disk() {
    let mut queue = Queue::default();
    queue.push(Job { generation: 7, ..job(1, Change::Fired, "A-1") });
    assert_eq!(queue.next(100.0, 6), None);
    assert!(queue.next(100.0, 7).is_some());
}

#[test]
fn what_is_over_for_a_day_is_no_news() {
    let mut queue = Queue::default();
    queue.push(job(1, Change::Fired, "A-1"));
    assert!(queue.next(86_500.0, 0).is_some(), "it still fires");
    queue.push(Job { since: 200.0, ..job(2, Change::Resolved, "A-1") });
    assert!(queue.next(86_599.0, 0).is_some(), "it fired until yesterday");
    assert_eq!(queue.next(86_600.0, 0), None);
    assert_eq!(queue.state("", "").expired, 2);
}

/// Goal: of too many the least is lost. Method: one more than fits, with and without a pair.
#[test]
fn of_too_many_the_oldest_that_is_over_goes_first() {
    let mut queue = Queue::default();
    queue.push(job(0, Change::Fired, "A-0"));
    queue.push(job(1, Change::Fired, "A-1"));
    queue.push(job(2, Change::Reminded, "A-1"));
    queue.push(job(3, Change::Resolved, "A-1"));
    for number in 4..=1000 {
        queue.push(job(number, Change::Fired, "A-2"));
    }
    let state = queue.state("", "");
    assert_eq!((state.waiting, state.dropped), (998, 3));
    let sent = drain(&mut queue);
    assert_eq!(sent[..2], ["A-0-0", "A-2-4"]);

    for number in 0..=1000 {
        let change = if number == 500 { Change::Reminded } else { Change::Fired };
        queue.push(job(number, change, "A-3"));
    }
    let sent = drain(&mut queue);
    assert_eq!((sent.len(), sent.contains(&"A-3-500".to_owned())), (1000, false));
}

#[test]
fn what_is_on_its_way_is_not_taken_back() {
    let mut queue = Queue::default();
    for number in 0..1000 {
        let change = if number == 1 { Change::Resolved } else { Change::Fired };
        queue.push(job(number, change, if number < 2 { "A-1" } else { "A-2" }));
    }
    assert_eq!(queue.next(100.0, 0).unwrap().delivery, "A-1-0");
    queue.push(job(1000, Change::Fired, "A-2"));
    queue.settle("A-1-0", &Outcome::Delivered, 100.0);
    assert_eq!(drain(&mut queue)[0], "A-1-1");
}

#[test]
fn pauses_grow_to_half_a_minute() {
    let mut backoff = Backoff::default();
    let longest: Vec<f64> = (0..7).map(|_| backoff.failed(1.0)).collect();
    assert_eq!(longest, [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]);
    assert_eq!(backoff.failed(0.0), 15.0);
    backoff.reached();
    assert_eq!(backoff.failed(0.0), 0.5);
}
