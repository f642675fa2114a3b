//! Who asked: counted once in every step, and known by name for as long as it should be.

use evenness::{Headcount, Mixer, PoolWindow, Ranking, Turnout};

use super::super::encode::{decode, encode};
use super::super::open::Store;
use super::sample::{MIDNIGHT_S, record, window};

/// A second to which a hundred clients come: fifty that always come, and fifty of its own.
fn second(from_s: u64) -> PoolWindow {
    let mixer = Mixer::new(5);
    let (mut all, mut new) = (Headcount::default(), Headcount::default());
    (0..50).for_each(|key| all.note(mixer.word(key)));
    for own in 0..50 {
        let hash = mixer.word(1_000 + from_s * 50 + own);
        all.note(hash);
        new.note(hash);
    }
    let turnout = Turnout {
        length_s: 1.0,
        all,
        new,
        new_heard: 50.0,
        new_there: 50.0,
        clients: Ranking::of([(7, 30), (from_s, 2)]),
        paths: Ranking::of([("/".into(), 40), ("/search".into(), 20)]),
        agents: Ranking::of([("curl/8".into(), 60)]),
    };
    let mut second = PoolWindow { requests: 100, turnout: Box::new(turnout), ..window(from_s, 2) };
    (second.clients.distinct, second.clients.new) = (100.0, 50.0);
    second.clients.top_client = Some(7);
    second
}

fn near(seen: f64, expected: f64) {
    // Three standard errors.
    assert!((seen / expected - 1.0).abs() < 0.1, "{seen} is not {expected}");
}

/// Goal: each step says how many different clients there were, for ever, and the busiest paths;
/// addresses are gone after a day. Method: half an hour, read at once, hours and days later.
#[test]
fn clients_are_counted_once_in_every_step() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = Store::open(dir.path()).expect("opens");
    let end_s = MIDNIGHT_S + 1800;
    let records: Vec<_> = (MIDNIGHT_S..end_s).map(|at_s| record("portal", second(at_s))).collect();
    records.chunks(60).for_each(|batch| store.write(batch).expect("writes"));
    let client = Ranking::requests;
    for later_s in [0, 5 * 3600, 2 * 86_400] {
        if later_s > 0 {
            let later = record("portal", window(end_s + later_s, 2));
            store.write(&[later]).expect("writes");
        }
        let is_old = later_s > 86_400;
        for step_s in [60, 600] {
            let sums = store.summed("portal", MIDNIGHT_S, end_s, step_s).expect("windows");
            assert_eq!(sums.len() as u64, 1800 / step_s);
            for sum in &sums {
                near(sum.distinct(), 50.0 + 50.0 * step_s as f64);
                near(sum.new_clients(), 50.0 * step_s as f64);
            }
        }
        let all = store.sum("portal", MIDNIGHT_S, end_s).expect("reads").expect("a sum");
        near(all.distinct(), 50.0 + 50.0 * 1800.0);
        assert_eq!(all.turnout.paths.requests(&"/search".into()), 1800 * 20);
        assert_eq!(all.turnout.agents.first().map(|first| first.1), Some(1800 * 60));
        assert_eq!(client(&all.turnout.clients, &7), if is_old { 0 } else { 1800 * 30 });
        let part = store.sum("portal", MIDNIGHT_S + 300, MIDNIGHT_S + 900).expect("reads");
        let part = part.expect("a sum").turnout;
        assert_eq!(part.paths.requests(&"/search".into()), 600 * 20);
    }
    let minutes = store.windows("portal", MIDNIGHT_S, end_s).expect("windows");
    near(minutes[3].distinct(), 50.0 + 50.0 * 60.0);
    let body = "SELECT max(length(body)) FROM window_1m";
    let most: i64 = store.connection.query_row(body, (), |row| row.get(0)).expect("a length");
    assert!(most < 500, "{most}: minutes of long ago do not know who asked");
}

/// Goal: a file of before is read, and goes on. Method: the table that came later is dropped.
#[test]
fn a_file_without_ten_minutes() {
    let dir = tempfile::tempdir().expect("a directory");
    let records: Vec<_> = (0..90).map(|at| record("portal", second(MIDNIGHT_S + at))).collect();
    {
        let store = Store::open(dir.path()).expect("opens");
        store.write(&records).expect("writes");
        store.connection.execute_batch("DROP TABLE window_10m").expect("drops");
        let read = Store::open_read_only(dir.path()).expect("opens");
        let sum = read.sum("portal", 0, MIDNIGHT_S + 90).expect("reads").expect("a sum");
        assert_eq!(sum.requests, 9_000);
    }
    let store = Store::open(dir.path()).expect("opens");
    store.write(&[record("portal", window(MIDNIGHT_S + 3 * 86_400, 2))]).expect("writes");
    let sum = store.sum("portal", 0, MIDNIGHT_S + 90).expect("reads").expect("a sum");
    near(sum.distinct(), 50.0 + 50.0 * 90.0);
}

#[test]
fn what_is_kept_is_small_and_comes_back() {
    let second = second(MIDNIGHT_S);
    let body = encode(&second);
    assert_eq!(decode(MIDNIGHT_S, &body), Some(second));
    let bare = encode(&window(MIDNIGHT_S, 2)).len();
    assert!(body.len() < bare + 600, "{} bytes", body.len() - bare);
    for end in 0..body.len() {
        decode(MIDNIGHT_S, &body[..end]);
    }
}
