//! Seconds become tens and minutes, and every count is in each of them once.

use evenness::PoolWindow;

use super::super::open::Store;
use super::super::step::{Step, sql};
use super::sample::{MIDNIGHT_S, record, seconds, sum, window};

fn rows(store: &Store, step: Step) -> i64 {
    let text = format!("SELECT count(*) FROM {}", step.table());
    store.connection.query_row(&text, (), |row| row.get(0)).expect("a count")
}

fn read_all(store: &Store, pool: &str) -> Vec<PoolWindow> {
    store.windows(pool, 0, u64::MAX).expect("windows")
}

/// Goal: two hours come back as they were measured, the first one in tens. Method: batches of a
/// second and of many; sums are compared field by field.
#[test]
fn sums_are_exact() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = Store::open(dir.path()).expect("opens");
    let records = seconds("portal", MIDNIGHT_S + 17..MIDNIGHT_S + 7217);
    store.write(&records[..1]).expect("writes");
    records[1..].chunks(700).for_each(|batch| store.write(batch).expect("writes"));
    let windows = read_all(&store, "portal");
    // The first ten began late; its window is that of all of it.
    assert_eq!((windows[0].from_s, windows[0].length_s), (MIDNIGHT_S + 10, 3.0));
    let expected = PoolWindow { from_s: MIDNIGHT_S + 10, ..sum(&records) };
    assert_eq!(PoolWindow::sum(&windows), Some(expected));
    let of = |length: f64| windows.iter().filter(|one| one.length_s == length).count();
    assert_eq!((of(1.0), of(10.0)), (3617, 358), "an hour and what is left of its minute");
    assert_eq!(rows(&store, Step::Minute), 120);
    let hour = store.sum("portal", MIDNIGHT_S + 3600, MIDNIGHT_S + 7200).expect("a sum");
    assert_eq!(hour, Some(sum(&records[3583..7183])));
}

/// Goal: whatever stretch is asked for, each second is in it at most once. Method: neighbouring
/// stretches over the seams of the steps add up to the whole.
#[test]
fn neighbours_add_up() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = Store::open(dir.path()).expect("opens");
    let records = seconds("portal", MIDNIGHT_S..MIDNIGHT_S + 4500);
    records.chunks(60).for_each(|batch| store.write(batch).expect("writes"));
    for seam in (0..4500).step_by(7) {
        let middle = MIDNIGHT_S + seam;
        let before = store.windows("portal", MIDNIGHT_S, middle).expect("windows");
        let after = store.windows("portal", middle, MIDNIGHT_S + 4500).expect("windows");
        let both: Vec<PoolWindow> = before.into_iter().chain(after).collect();
        assert_eq!(PoolWindow::sum(&both), Some(sum(&records)), "{seam}");
    }
}

#[test]
fn longer_steps_are_summed_when_read() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = Store::open(dir.path()).expect("opens");
    let records = seconds("portal", MIDNIGHT_S + 30..MIDNIGHT_S + 1830);
    store.write(&records).expect("writes");
    let sums = store.summed("portal", MIDNIGHT_S, MIDNIGHT_S + 3600, 600).expect("windows");
    let shape: Vec<_> = sums.iter().map(|one| (one.from_s - MIDNIGHT_S, one.length_s)).collect();
    assert_eq!(shape, [(0, 570.0), (600, 600.0), (1200, 600.0), (1800, 30.0)]);
}

/// Goal: a window that comes late, or twice in a second, is in every step. Method: pools that
/// are not in step, and two windows of half a second.
#[test]
fn late_windows_are_in_the_sums() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = Store::open(dir.path()).expect("opens");
    let mut late = seconds("late", MIDNIGHT_S..MIDNIGHT_S + 120);
    let half = |at_s| record("late", PoolWindow { length_s: 0.5, ..window(at_s, 2) });
    late.extend([half(MIDNIGHT_S + 130), half(MIDNIGHT_S + 130)]);
    for record in &late {
        store.write(&seconds("early", MIDNIGHT_S + 125..MIDNIGHT_S + 126)).expect("writes");
        store.write(std::slice::from_ref(record)).expect("writes");
    }
    store.write(&seconds("early", MIDNIGHT_S + 8000..MIDNIGHT_S + 8001)).expect("writes");
    assert_eq!(rows(&store, Step::Second), 1, "the others are only in longer steps");
    assert_eq!(PoolWindow::sum(&read_all(&store, "late")), Some(sum(&late)));
}

/// Goal: a clock that is set back two hours loses nothing and counts nothing twice.
#[test]
fn a_clock_set_back() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = Store::open(dir.path()).expect("opens");
    let later = seconds("portal", MIDNIGHT_S + 7200..MIDNIGHT_S + 7500);
    let earlier = seconds("portal", MIDNIGHT_S..MIDNIGHT_S + 300);
    let after = seconds("portal", MIDNIGHT_S + 7500..MIDNIGHT_S + 7600);
    for records in [&later, &earlier, &after] {
        records.chunks(1).for_each(|batch| store.write(batch).expect("writes"));
    }
    let all = [earlier, later, after].concat();
    assert_eq!(PoolWindow::sum(&read_all(&store, "portal")), Some(sum(&all)));
}

/// Goal: each step is kept as long as it should be. Method: one second every minute of six weeks.
#[test]
fn each_step_has_its_age() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = Store::open(dir.path()).expect("opens");
    let minutes = 6 * 7 * 24 * 60;
    let records: Vec<_> =
        (0..minutes).map(|at| record("portal", window(MIDNIGHT_S + at * 60, 1))).collect();
    records.chunks(2000).for_each(|batch| store.write(batch).expect("writes"));
    let end = MIDNIGHT_S + (minutes - 1) * 60;
    for (step, kept_s) in
        [(Step::Second, 3600), (Step::TenSeconds, 86_400), (Step::Minute, 5 * 7 * 86_400)]
    {
        let text = format!("SELECT min(from_s) FROM {}", step.table());
        let oldest: i64 =
            store.connection.query_row(&text, (), |row| row.get(0)).expect("the oldest");
        assert_eq!(oldest, sql(end - kept_s), "{step:?}");
    }
    let windows = read_all(&store, "portal");
    assert_eq!(windows.len(), 5 * 7 * 24 * 60 + 1);
    store.write(&[record("new", window(end + 6 * 7 * 86_400, 1))]).expect("writes");
    assert_eq!(store.pools(), Ok(vec!["new".to_owned()]), "a pool goes with its last window");
}
