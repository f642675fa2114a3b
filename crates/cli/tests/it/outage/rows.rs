//! Goal: what `evenkeel predict` says of every step of that day is what HAProxy then does, within
//! a point. Method: the log's very requests are sent to HAProxy; the command knows the log and the
//! files, and nothing that HAProxy answers.

use super::command::Answer;
use super::haproxy::{EQUAL, Haproxy, Keeps, SCRIPT};
use super::people::{Hit, day, log};
use super::play::{Cookies, play};

/// In points.
const TOLERANCE: f64 = 1.0;

fn near(step: &str, measured: &[f64], predicted: &[f64]) {
    assert_eq!(measured.len(), predicted.len());
    for (measured, predicted) in measured.iter().zip(predicted) {
        let is_near = (measured - predicted).abs() <= TOLERANCE;
        assert!(is_near, "{step}: {measured:.1} %, not {predicted:.1} %");
    }
}

#[test]
fn sessions_by_cookie() {
    let (day, mut cookies) = (day(1), Cookies::new());
    let log = log(&day);
    let haproxy = Haproxy::start(Keeps::Cookie, EQUAL);
    let before = Answer::to(&log, Keeps::Cookie, EQUAL, None);
    near("A", &play(&haproxy, &day, &mut cookies), &before.shares("share_new"));
    haproxy.weigh(SCRIPT);
    let change = Answer::to(&log, Keeps::Cookie, SCRIPT, Some(EQUAL));
    near("B", &play(&haproxy, &day, &mut cookies), &change.shares("share_kept"));
    drop(haproxy);
    let haproxy = Haproxy::start(Keeps::Cookie, SCRIPT);
    let new = play(&haproxy, &day, &mut Cookies::new());
    near("B, new users", &new, &change.shares("share_new"));
}

#[test]
fn sessions_by_address() {
    let (day, mut cookies) = (day(1), Cookies::new());
    let log = log(&day);
    let haproxy = Haproxy::start(Keeps::Address, EQUAL);
    let mis_set = Answer::to(&log, Keeps::Address, EQUAL, None);
    near("C", &play(&haproxy, &day, &mut cookies), &mis_set.shares("share_new"));
    drop(haproxy);
    let haproxy = Haproxy::start(Keeps::Address, SCRIPT);
    let both = Answer::to(&log, Keeps::Address, SCRIPT, None);
    near("D", &play(&haproxy, &day, &mut cookies), &both.shares("share_new"));
    haproxy.weigh(EQUAL);
    let back = Answer::to(&log, Keeps::Address, EQUAL, Some(SCRIPT));
    near("E", &play(&haproxy, &day, &mut cookies), &back.shares("share_kept"));
    drop(haproxy);
    let restarted = Haproxy::start(Keeps::Address, EQUAL);
    near("F", &play(&restarted, &day, &mut cookies), &back.after_restart());
}

/// Goal: the weights of that day say 79.7 % before they go live. Method: users that ask for as
/// much as each other, ten times as many as the weights have parts.
#[test]
fn the_weight_script_is_told_before_it_runs() {
    const USERS: usize = 2510;
    let hit = |at: usize| Hit {
        user: at % USERS,
        from: std::net::Ipv4Addr::from_bits(0xcb00_0000 + (at % USERS) as u32),
        path: "/".to_owned(),
    };
    let day: Vec<Hit> = (0..3 * USERS).map(hit).collect();
    let change = Answer::to(&log(&day), Keeps::Cookie, SCRIPT, Some(EQUAL));
    for figure in ["top2_share_new", "top2_sessions_new"] {
        let share = change.figure(figure);
        assert!((share - 0.797).abs() < 0.001, "{figure}: {share}");
    }
    let kept = change.shares("share_kept");
    assert!(kept.iter().all(|share| (share - 20.0).abs() < 0.1), "{kept:?}");
}
