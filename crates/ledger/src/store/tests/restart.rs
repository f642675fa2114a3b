//! What a process leaves behind that is killed: all that it had written, to go on from.

use std::fs;
use std::path::Path;

use evenness::PoolWindow;

use super::super::open::{FILE_NAME, Store};
use super::sample::{MIDNIGHT_S, record, seconds, sum, window};

/// The files as they lie there now, as after a kill.
fn copy(from: &Path, to: &Path) {
    for more in ["", "-wal"] {
        let name = format!("{FILE_NAME}{more}");
        fs::copy(from.join(&name), to.join(&name)).expect("copies");
    }
}

/// Goal: a kill in the middle of a minute costs nothing. Method: the files are copied while the
/// store is open, its last rows only in the write-ahead log; another store goes on with the copy.
#[test]
fn a_kill_in_the_middle_of_a_minute() {
    let (first, second) = (tempfile::tempdir().expect("one"), tempfile::tempdir().expect("two"));
    let store = Store::open(first.path()).expect("opens");
    let records = seconds("portal", MIDNIGHT_S..MIDNIGHT_S + 3 * 3600);
    let (before, after) = records.split_at(3754);
    before.chunks(50).for_each(|batch| store.write(batch).expect("writes"));
    store.put("alarms", b"one").expect("writes");
    copy(first.path(), second.path());

    let store = Store::open(second.path()).expect("opens");
    assert_eq!(store.moved_aside(), None);
    assert_eq!(store.note("alarms"), Ok(Some(b"one".to_vec())));
    let windows = store.windows("portal", 0, u64::MAX).expect("windows");
    assert_eq!(PoolWindow::sum(&windows), Some(sum(before)));
    after.chunks(50).for_each(|batch| store.write(batch).expect("writes"));
    let windows = store.windows("portal", 0, u64::MAX).expect("windows");
    assert_eq!(PoolWindow::sum(&windows), Some(sum(&records)));
    // The minute of the kill, which by now is read from tens.
    let minute = MIDNIGHT_S + 3720;
    let torn = store.sum("portal", minute, minute + 60).expect("a sum");
    assert_eq!(torn, Some(sum(&records[3720..3780])));
}

/// Goal: what lay in seconds alone is in longer steps after a week of standing still.
#[test]
fn a_long_stop() {
    let dir = tempfile::tempdir().expect("a directory");
    let records = seconds("portal", MIDNIGHT_S..MIDNIGHT_S + 95);
    Store::open(dir.path()).expect("opens").write(&records).expect("writes");
    let store = Store::open(dir.path()).expect("opens");
    let later = MIDNIGHT_S + 7 * 86_400;
    store.write(&[record("portal", window(later, 2))]).expect("writes");
    let windows = store.windows("portal", 0, later).expect("windows");
    let lengths: Vec<f64> = windows.iter().map(|window| window.length_s).collect();
    assert_eq!(lengths, [60.0, 35.0]);
    assert_eq!(PoolWindow::sum(&windows), Some(sum(&records)));
}
