//! Files that are no history, or no more: moved aside, never lost and never in the way.

use std::fs::{self, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::Duration;

use super::super::error::StoreError;
use super::super::open::{FILE_NAME, Store};
use super::super::writer::Writer;
use super::sample::{MIDNIGHT_S, seconds};

fn moved(dir: &Path) -> Vec<String> {
    let names = fs::read_dir(dir).expect("a listing").map(|entry| entry.expect("an entry"));
    let names = names.filter_map(|entry| entry.file_name().into_string().ok());
    names.filter(|name| name.contains(".damaged-")).collect()
}

fn overwrite(path: &Path, from: u64, bytes: usize) {
    let mut file = OpenOptions::new().write(true).open(path).expect("opens");
    file.seek(SeekFrom::Start(from)).expect("seeks");
    file.write_all(&vec![0xa5; bytes]).expect("writes");
}

/// Goal: whatever is wrong with the file, the balancer has a history and the file is kept.
#[test]
fn a_damaged_file_is_moved_aside() {
    type Break = fn(&Path);
    let breaks: [(&str, Break); 4] = [
        ("no database", |path| fs::write(path, "access_log = \"off\"\n".repeat(99)).expect("it")),
        ("its head", |path| overwrite(path, 0, 64)),
        ("its tables", |path| overwrite(path, 4096, 20 * 4096)),
        ("cut short", |path| {
            let file = OpenOptions::new().write(true).open(path).expect("opens");
            file.set_len(3 * 4096).expect("cuts");
        }),
    ];
    for (what, damage) in breaks {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join(FILE_NAME);
        let store = Store::open(dir.path()).expect("opens");
        store.write(&seconds("portal", MIDNIGHT_S..MIDNIGHT_S + 600)).expect("writes");
        drop(store);
        damage(&path);
        let broken = fs::read(&path).expect("it is there");
        let read = Store::open_read_only(dir.path()).map(|store| store.path().to_owned());
        assert!(matches!(read, Err(StoreError::Damaged { .. })), "{what}: {read:?}");

        let store = Store::open(dir.path()).unwrap_or_else(|error| panic!("{what}: {error}"));
        let aside = store.moved_aside().unwrap_or_else(|| panic!("{what}: in use")).to_owned();
        assert_eq!(fs::read(&aside).expect("it is kept"), broken, "{what}");
        assert_eq!(moved(dir.path()).len(), 1);
        assert_eq!(store.pools(), Ok(vec![]));
        store.write(&seconds("portal", MIDNIGHT_S..MIDNIGHT_S + 9)).expect("writes");
        assert!(Store::open(dir.path()).is_ok_and(|store| store.moved_aside().is_none()));
    }
}

/// Goal: a disk that breaks every file is not filled with them.
#[test]
fn the_latest_three_are_kept() {
    let dir = tempfile::tempdir().expect("a directory");
    for _ in 0..5 {
        fs::write(dir.path().join(FILE_NAME), "no database at all").expect("writes");
        assert!(Store::open(dir.path()).expect("opens").moved_aside().is_some());
    }
    assert_eq!(moved(dir.path()).len(), 3);
}

/// Goal: damage that shows while the process runs costs the past, not the present. Method: all of
/// an open file but its first page is written over.
#[test]
fn damage_at_run_time() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = Store::open(dir.path()).expect("opens");
    store.write(&seconds("portal", MIDNIGHT_S..MIDNIGHT_S + 3000)).expect("writes");
    drop(store);
    let store = Store::open(dir.path()).expect("opens");
    // Nothing of it may be known by heart any more.
    store.connection.execute_batch("PRAGMA shrink_memory").expect("forgets");
    let path = dir.path().join(FILE_NAME);
    let length = usize::try_from(fs::metadata(&path).expect("a file").len()).expect("a length");
    overwrite(&path, 4096, length - 4096);
    let writer = Writer::start(store).expect("starts");
    let later = MIDNIGHT_S + 3000;
    seconds("portal", later..later + 9).into_iter().for_each(|record| writer.submit(record));
    assert_eq!(writer.finish(Duration::from_secs(30)), 0);
    assert_eq!((writer.written(), writer.dropped()), (9, 0));
    assert_eq!(moved(dir.path()).len(), 1, "{:?}", moved(dir.path()));
    let store = Store::open_read_only(dir.path()).expect("opens");
    assert_eq!(store.windows("portal", 0, u64::MAX).expect("windows").len(), 9);
}

#[test]
fn a_later_version_is_left_alone() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = Store::open(dir.path()).expect("opens");
    store.connection.pragma_update(None, "user_version", 99).expect("updates");
    drop(store);
    for opened in [Store::open(dir.path()), Store::open_read_only(dir.path())] {
        let error = opened.expect_err("it is refused");
        assert!(matches!(error, StoreError::Newer { version: 99, .. }), "{error}");
        assert!(error.to_string().contains(FILE_NAME) && !error.hint().is_empty());
    }
    assert_eq!(moved(dir.path()), [""; 0]);
}
