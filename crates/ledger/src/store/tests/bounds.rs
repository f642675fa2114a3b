//! The size of the file: bounded, whatever comes, and the oldest fine rows go first.

use std::fs;

use super::super::error::StoreError;
use super::super::open::{FILE_NAME, Store};
use super::super::room::pages_used;
use super::super::step::Step;
use super::sample::{MIDNIGHT_S, record, seconds, window};

fn oldest(store: &Store, step: Step) -> Option<u64> {
    let text = format!("SELECT min(from_s) FROM {}", step.table());
    let oldest: Option<i64> = store.connection.query_row(&text, (), |row| row.get(0)).expect("it");
    oldest.map(|at_s| u64::try_from(at_s).expect("a time") - MIDNIGHT_S)
}

/// Goal: a month of three pools of five endpoints fits well into the bound. Method: a second of
/// each minute, which fills the minutes as all seconds would, and whole seconds in the last hour.
#[test]
fn a_month_fits() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = Store::open(dir.path()).expect("opens");
    let month_s = 30 * 86_400;
    let day = (month_s - 86_400..month_s - 3600).step_by(10);
    let times = (0..month_s - 86_400).step_by(60).chain(day).chain(month_s - 3600..month_s);
    let times: Vec<u64> = times.collect();
    for part in times.chunks(500) {
        let records = part.iter().flat_map(|at_s| {
            ["portal", "shop", "api"].map(|pool| record(pool, window(MIDNIGHT_S + at_s, 5)))
        });
        store.write(&records.collect::<Vec<_>>()).expect("writes");
    }
    assert_eq!(
        (oldest(&store, Step::Minute), store.pools().map(|all| all.len())),
        (Some(0), Ok(3))
    );
    let size = fs::metadata(dir.path().join(FILE_NAME)).expect("a file").len();
    assert!(size < 150 << 20, "{} MiB", size >> 20);
}

/// Goal: at its bound, the history loses seconds, then tens, and keeps minutes for longest.
/// Method: half a MiB, three hours of a pool, written as it goes.
#[test]
fn the_oldest_of_the_finest_goes_first() {
    const PAGES: u64 = 128;
    let dir = tempfile::tempdir().expect("a directory");
    let store = Store::open_bounded(dir.path(), PAGES * 4096).expect("opens");
    for records in seconds("portal", MIDNIGHT_S..MIDNIGHT_S + 3 * 3600).chunks(20) {
        store.write(records).expect("writes");
        assert!(pages_used(&store.connection).expect("a count") <= PAGES);
    }
    let seconds = oldest(&store, Step::Second).expect("seconds");
    assert!(seconds > 2 * 3600 + 600, "{seconds}");
    assert_eq!(oldest(&store, Step::Minute), Some(0));
    // What is left is read without a gap: minutes, tens, seconds.
    let sum = store.sum("portal", 0, u64::MAX).expect("a sum").expect("windows");
    assert_eq!(sum.length_s, 3.0 * 3600.0);
    drop(store);
    let size = fs::metadata(dir.path().join(FILE_NAME)).expect("a file").len();
    assert!(size <= PAGES * 4096, "{size}");
}

/// Goal: a bound that is made smaller takes effect. Method: half of what there is.
#[test]
fn a_smaller_bound() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = Store::open(dir.path()).expect("opens");
    store.write(&seconds("portal", MIDNIGHT_S..MIDNIGHT_S + 3600)).expect("writes");
    let pages = pages_used(&store.connection).expect("a count");
    drop(store);
    let store = Store::open_bounded(dir.path(), pages / 2 * 4096).expect("opens");
    let next = MIDNIGHT_S + 3600;
    store.write(&seconds("portal", next..next + 1)).expect("writes");
    assert!(pages_used(&store.connection).expect("a count") <= pages / 2);
    let last = store.sum("portal", next, next + 1).expect("a sum").expect("a window");
    assert_eq!(last, window(next, 2));
}

#[test]
fn too_large_is_refused_and_too_full_is_said() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = Store::open_bounded(dir.path(), 0).expect("opens");
    let refused = store.put("big", &vec![0; 21 << 20]);
    assert!(matches!(refused, Err(StoreError::TooLarge { .. })), "{refused:?}");
    let wide = store.write(&[record("portal", window(0, 5000))]);
    assert!(matches!(wide, Err(StoreError::TooLarge { .. })), "{wide:?}");
    let full = store.put("big", &vec![0; 1 << 20]);
    assert!(matches!(full, Err(StoreError::Full { .. })), "{full:?}");
    assert!(store.put("small", b"it goes on").is_ok());
    assert_eq!(store.note("big"), Ok(None));
}
