//! Reading beside the process that writes, after it, and without its rights.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::thread;

use evenness::PoolWindow;
use rustix::process::{Uid, geteuid};

use super::super::error::StoreError;
use super::super::open::{FILE_NAME, Store};
use super::sample::{MIDNIGHT_S, seconds, sum};

/// Goal: a reader sees every count once, at every moment of a writer's work. Method: a thread
/// rolls up and deletes while another one reads; what it sees is a beginning of what is written.
#[test]
fn beside_a_writer() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = Store::open(dir.path()).expect("opens");
    let records = seconds("portal", MIDNIGHT_S..MIDNIGHT_S + 5000);
    thread::scope(|scope| {
        let writing = scope.spawn(|| {
            let store = store;
            records.chunks(10).for_each(|batch| store.write(batch).expect("writes"));
        });
        let reader = Store::open_read_only(dir.path()).expect("opens");
        while !writing.is_finished() {
            let windows = reader.windows("portal", 0, u64::MAX).expect("windows");
            let seconds: f64 = windows.iter().map(|window| window.length_s).sum();
            let expected = (seconds > 0.0).then(|| sum(&records[..seconds as usize]));
            assert_eq!(PoolWindow::sum(&windows), expected, "after {seconds} s");
        }
    });
    let reader = Store::open_read_only(dir.path()).expect("opens");
    let windows = reader.windows("portal", 0, u64::MAX).expect("windows");
    assert_eq!(PoolWindow::sum(&windows), Some(sum(&records)));
    let refused = reader.put("a", b"b");
    assert!(matches!(refused, Err(StoreError::Denied { .. })), "{refused:?}");
}

#[test]
fn where_there_is_none() {
    let dir = tempfile::tempdir().expect("a directory");
    let missing = Store::open_read_only(dir.path()).map(|_| ());
    assert!(matches!(missing, Err(StoreError::Missing { .. })), "{missing:?}");
    assert_eq!(fs::read_dir(dir.path()).expect("a listing").count(), 0, "no traces");
    fs::write(dir.path().join(FILE_NAME), "").expect("writes");
    let unborn = Store::open_read_only(dir.path()).map(|_| ());
    assert!(matches!(unborn, Err(StoreError::Missing { .. })), "{unborn:?}");
}

/// Does something as a user that has no rights of its own; root gives them up in a thread.
fn as_nobody<T: Send>(act: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| {
        let acting = scope.spawn(|| {
            if geteuid().is_root() {
                rustix::thread::set_thread_uid(Uid::from_raw(65_534)).expect("gives root up");
            }
            act()
        });
        acting.join().expect("it acts")
    })
}

fn allow(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).expect("sets the mode");
}

/// Goal: a directory that one may only read can be read after the balancer has ended, and says
/// so when it must be written.
#[test]
fn in_a_read_only_directory() {
    let dir = tempfile::tempdir().expect("a directory");
    // A name that a database's address must not take apart.
    let state = dir.path().join("my state?#%41");
    let store = Store::open(&state).expect("opens");
    let records = seconds("portal", MIDNIGHT_S..MIDNIGHT_S + 90);
    store.write(&records).expect("writes");
    drop(store);
    allow(&state.join(FILE_NAME), 0o444);
    allow(&state, 0o555);
    allow(dir.path(), 0o755);
    let (read, refused) = as_nobody(|| {
        let read = Store::open_read_only(&state).and_then(|store| store.sum("portal", 0, u64::MAX));
        (read, Store::open(&state).map(|store| store.path().to_owned()))
    });
    assert_eq!(read, Ok(Some(sum(&records))));
    let Err(error @ StoreError::Denied { .. }) = &refused else {
        panic!("{refused:?}");
    };
    assert!(error.to_string().contains("my state") && error.hint().contains("access"), "{error}");
    allow(&state.join(FILE_NAME), 0o000);
    let hidden = as_nobody(|| Store::open_read_only(&state).map(|_| ()));
    assert!(matches!(hidden, Err(StoreError::Denied { .. })), "{hidden:?}");
    allow(&state, 0o755);
}
