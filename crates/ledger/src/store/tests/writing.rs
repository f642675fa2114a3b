//! The writer's thread: it keeps what fits, counts what does not, and holds nobody up.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record as Values};
use tracing::{Event as LogEvent, Level, Metadata, Subscriber};

use super::super::open::{FILE_NAME, Store};
use super::super::record::Record;
use super::super::writer::Writer;
use super::sample::{MIDNIGHT_S, record, seconds, window};

const PATIENCE: Duration = Duration::from_secs(60);

fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "not within a minute: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

fn beside(dir: &Path) -> Connection {
    Connection::open(dir.join(FILE_NAME)).expect("a second connection")
}

#[test]
fn what_is_handed_in_is_written_at_the_end() {
    let dir = tempfile::tempdir().expect("a directory");
    let writer = Writer::start(Store::open(dir.path()).expect("opens")).expect("starts");
    seconds("portal", MIDNIGHT_S..MIDNIGHT_S + 200).into_iter().for_each(|r| writer.submit(r));
    writer.submit(Record::Note { key: "alarms".into(), body: b"none".to_vec() });
    assert_eq!(writer.finish(PATIENCE), 0);
    assert_eq!((writer.written(), writer.dropped()), (201, 0));
    let store = Store::open_read_only(dir.path()).expect("opens");
    assert_eq!(store.windows("portal", 0, u64::MAX).expect("windows").len(), 200);
    assert_eq!(store.note("alarms"), Ok(Some(b"none".to_vec())));
    writer.submit(record("portal", window(MIDNIGHT_S, 1)));
    assert_eq!(writer.dropped(), 1, "after its end");
}

/// Goal: whoever is promised something may be killed right after. Method: the answer comes before
/// the end of the writer; while another connection holds the file there is none.
#[test]
fn what_is_promised_is_written_before_the_answer() {
    let dir = tempfile::tempdir().expect("a directory");
    let writer = Writer::start(Store::open(dir.path()).expect("opens")).expect("starts");
    let promise = |body: &[u8]| Record::Note { key: "intent".into(), body: body.to_vec() };
    let store = Store::open_read_only(dir.path()).expect("opens");
    for body in [&b"one"[..], b"two"] {
        writer.submit(record("portal", window(MIDNIGHT_S, 1)));
        assert!(writer.keep(promise(body), PATIENCE));
        assert_eq!(store.note("intent"), Ok(Some(body.to_vec())));
    }
    let other = beside(dir.path());
    other.execute_batch("BEGIN IMMEDIATE").expect("holds it");
    assert!(!writer.keep(promise(b"three"), Duration::from_millis(20)));
    other.execute_batch("COMMIT").expect("lets go");
    assert!(!writer.keep(promise(&vec![0; 21 << 20]), PATIENCE), "too large");
}

/// Goal: a disk that hangs keeps its writer waiting and nobody else. Method: another connection
/// holds the file; more than fits is handed in, and all answers come at once.
#[test]
fn a_disk_that_hangs_holds_nobody_up() {
    let dir = tempfile::tempdir().expect("a directory");
    let writer = Writer::start(Store::open(dir.path()).expect("opens")).expect("starts");
    let other = beside(dir.path());
    other.execute_batch("BEGIN IMMEDIATE").expect("holds it");
    for at in 0..20_000 {
        writer.submit(record("portal", window(MIDNIGHT_S + at % 60, 1)));
    }
    let dropped = writer.dropped();
    assert!(dropped > 0 && writer.written() == 0, "{dropped}");
    let left = writer.finish(Duration::from_millis(20));
    assert_eq!(left + dropped, 20_000);
    other.execute_batch("COMMIT").expect("lets go");
}

/// Goal: a window of many endpoints counts as what it takes in memory.
#[test]
fn large_windows_wait_in_small_numbers() {
    let dir = tempfile::tempdir().expect("a directory");
    let writer = Writer::start(Store::open(dir.path()).expect("opens")).expect("starts");
    let other = beside(dir.path());
    other.execute_batch("BEGIN IMMEDIATE").expect("holds it");
    let wide = window(MIDNIGHT_S, 4000);
    (0..40).for_each(|_| writer.submit(record("portal", wide.clone())));
    assert!((20..30).contains(&writer.dropped()), "{}", writer.dropped());
    writer.submit(record("portal", window(0, 5000)));
    other.execute_batch("COMMIT").expect("lets go");
}

/// Goal: a disk that stays full is said once, nothing is lost while the queue has room, and it
/// goes on when there is room. Method: a note that fills the bound is taken away again.
#[test]
fn a_full_disk_is_one_episode() {
    let dir = tempfile::tempdir().expect("a directory");
    let store = Store::open_bounded(dir.path(), 64 * 4096).expect("opens");
    // Straight into the table: what the store writes leaves a reserve.
    let filler = "INSERT INTO notes (key, body) VALUES ('filler', zeroblob(?1))";
    let mut bytes = 64 * 4096;
    while store.connection.execute(filler, [bytes]).is_err() {
        bytes -= 512;
    }
    let log = Log::default();
    let lines = Arc::clone(&log.lines);
    // The log is a thread's own; the writer's is told of it by running in its dispatcher.
    let dispatch = tracing::Dispatch::new(log);
    tracing::dispatcher::set_global_default(dispatch).expect("the only one of this process");
    let writer = Writer::start(store).expect("starts");
    let said = |level: Level| {
        let lines = lines.lock().expect("the lines");
        let of_here = format!("{level} ");
        let dir = dir.path().display().to_string();
        lines.iter().filter(|l| l.starts_with(&of_here) && l.contains(&dir)).count()
    };
    writer.submit(record("portal", window(MIDNIGHT_S, 400)));
    until("it is said", || said(Level::ERROR) == 1);
    // It is tried again after a second, and not said again.
    let start = Instant::now();
    until("another try", || start.elapsed() > Duration::from_millis(1500));
    writer.submit(record("portal", window(MIDNIGHT_S + 1, 400)));
    assert_eq!((writer.written(), writer.dropped(), said(Level::ERROR)), (0, 0, 1));
    beside(dir.path()).execute("DELETE FROM notes", ()).expect("makes room");
    until("it goes on", || writer.written() == 2);
    until("that is said", || said(Level::INFO) == 1);
    assert_eq!(writer.finish(PATIENCE), 0);
    assert_eq!(writer.dropped(), 0);
}

/// Keeps what is logged, a line each.
#[derive(Default)]
struct Log {
    lines: Arc<Mutex<Vec<String>>>,
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let _ = write!(self.0, "{field}={value:?} ");
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Values<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &LogEvent<'_>) {
        let mut line = Line(format!("{} ", event.metadata().level()));
        event.record(&mut line);
        self.lines.lock().expect("the lines").push(line.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}
