//! The access log's writer: its own thread, a bounded queue, and a count of what was lost.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::status::AccessLogStatus;

/// Batches that may wait for the disk; at some 32 kB each this bounds the memory to 16 MB.
const BATCHES_MAX: usize = 512;
/// Between two looks at whether the writer has ended.
const LOOK: Duration = Duration::from_millis(2);

enum Order {
    Write(Vec<u8>),
    /// Look at the wishes: there is nothing else to wake up for.
    Look,
}

/// What callers and writer share. Wishes are flags, so that a disk that hangs keeps nobody
/// waiting but the writer.
#[derive(Debug, Default)]
struct Shared {
    reopen: AtomicBool,
    stop: AtomicBool,
    written: AtomicU64,
    dropped: AtomicU64,
    /// Lines taken, and neither written nor dropped yet.
    waiting: AtomicU64,
    reopens_failed: AtomicU64,
}

/// Where workers hand their lines. Cheap to clone.
#[derive(Clone, Debug)]
pub struct AccessLog {
    orders: SyncSender<Order>,
    shared: Arc<Shared>,
    path: Arc<PathBuf>,
}

impl AccessLog {
    /// Opens the file for appending and starts the writer.
    pub fn open(path: &Path) -> io::Result<(AccessLog, JoinHandle<()>)> {
        let file = append(path)?;
        let (orders, inbox) = sync_channel(BATCHES_MAX);
        let shared = Arc::new(Shared::default());
        let log = AccessLog { orders, shared: Arc::clone(&shared), path: Arc::new(path.into()) };
        let path = Arc::clone(&log.path);
        let writer = std::thread::Builder::new()
            .name("access-log".into())
            .spawn(move || write_all(&inbox, file, &path, &shared))?;
        Ok((log, writer))
    }

    /// The file it writes.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Takes a batch of whole lines; never waits. A batch that finds no room is lost and counted.
    pub fn submit(&self, batch: Vec<u8>) {
        if batch.is_empty() {
            return;
        }
        let count = lines(&batch);
        self.shared.waiting.fetch_add(count, Relaxed);
        match self.orders.try_send(Order::Write(batch)) {
            Ok(()) => {}
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => {
                self.shared.waiting.fetch_sub(count, Relaxed);
                self.shared.dropped.fetch_add(count, Relaxed);
            }
        }
    }

    /// Has the file opened anew, after it was moved away; never waits. Lines still in the queue
    /// go to the new file.
    pub fn reopen(&self) {
        self.shared.reopen.store(true, Relaxed);
        self.wake();
    }

    /// Ends the writer once it has written what it was given, or leaves it to its disk when
    /// `patience` is over. Answers how many lines were left unwritten.
    pub fn finish(&self, writer: JoinHandle<()>, patience: Duration) -> u64 {
        self.shared.stop.store(true, Relaxed);
        self.wake();
        let until = Instant::now() + patience;
        while !writer.is_finished() && Instant::now() < until {
            std::thread::sleep(LOOK);
        }
        if writer.is_finished() {
            // A writer that panicked has left its lines as well.
            let _ = writer.join();
        }
        self.shared.waiting.load(Relaxed)
    }

    /// What was written and what was lost.
    pub fn status(&self) -> AccessLogStatus {
        AccessLogStatus {
            written: self.shared.written.load(Relaxed),
            dropped: self.shared.dropped.load(Relaxed),
            reopens_failed: self.shared.reopens_failed.load(Relaxed),
        }
    }

    fn wake(&self) {
        // With a full queue the writer looks before its next batch anyway.
        let _ = self.orders.try_send(Order::Look);
    }
}

fn append(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).open(path)
}

fn lines(batch: &[u8]) -> u64 {
    batch.iter().filter(|&&b| b == b'\n').count() as u64
}

fn write_all(inbox: &Receiver<Order>, mut file: File, path: &Path, shared: &Shared) {
    let mut torn = false;
    loop {
        let stopping = shared.stop.load(Relaxed);
        let order = if stopping { inbox.try_recv().ok() } else { inbox.recv().ok() };
        if shared.reopen.swap(false, Relaxed) {
            match append(path) {
                Ok(fresh) => (file, torn) = (fresh, false),
                Err(error) => {
                    shared.reopens_failed.fetch_add(1, Relaxed);
                    let path = path.display();
                    tracing::error!(%path, %error, "the access log stays in its old file");
                }
            }
        }
        let Some(order) = order else { return };
        let Order::Write(mut batch) = order else { continue };
        let whole = lines(&batch);
        if torn {
            // A full disk may have cut the last line short; end it first.
            batch.insert(0, b'\n');
        }
        torn = file.write_all(&batch).is_err();
        let count = if torn { &shared.dropped } else { &shared.written };
        count.fetch_add(whole, Relaxed);
        shared.waiting.fetch_sub(whole, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(30);

    fn scratch(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("evenkeel-{}-{name}", std::process::id()))
    }

    #[test]
    fn follows_a_rotation() {
        let (path, moved) = (scratch("rotate.log"), scratch("rotate.log.1"));
        let (log, writer) = AccessLog::open(&path).expect("opens");
        log.submit(b"one\n".to_vec());
        while log.status().written < 1 {
            std::thread::yield_now();
        }
        std::fs::rename(&path, &moved).expect("renames");
        log.reopen();
        log.submit(b"two\nthree\n".to_vec());
        assert_eq!(log.finish(writer, PATIENCE), 0);
        assert_eq!(std::fs::read_to_string(&path).expect("new file"), "two\nthree\n");
        assert_eq!(std::fs::read_to_string(&moved).expect("old file"), "one\n");
        assert_eq!(log.status(), AccessLogStatus { written: 3, dropped: 0, reopens_failed: 0 });
        let _ = (std::fs::remove_file(path), std::fs::remove_file(moved));
    }

    /// Goal: a full disk loses lines, counts them and stops nothing. Method: /dev/full.
    #[test]
    fn a_full_disk_is_counted() {
        let (log, writer) = AccessLog::open(Path::new("/dev/full")).expect("opens");
        log.submit(b"one\ntwo\n".to_vec());
        assert_eq!(log.finish(writer, PATIENCE), 0);
        assert_eq!(log.status(), AccessLogStatus { written: 0, dropped: 2, reopens_failed: 0 });
    }

    /// Goal: a disk that hangs keeps only its writer waiting. Method: a pipe that nobody reads
    /// takes two batches; the rest fills the queue, and every wish is answered at once.
    #[test]
    fn a_disk_that_hangs_holds_nobody_up() {
        let (reader, pipe) = io::pipe().expect("a pipe");
        let path = format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&pipe));
        let (log, writer) = AccessLog::open(Path::new(&path)).expect("opens");
        let batch = [b"x".repeat(40_000), b"\n".to_vec()].concat();
        for _ in 0..BATCHES_MAX + 10 {
            log.submit(batch.clone());
        }
        let before = log.status();
        assert!(before.dropped > 0, "{before:?}");
        log.reopen();
        let left = log.finish(writer, Duration::from_millis(50));
        assert!(left >= BATCHES_MAX as u64, "{left}");
        assert_eq!(left + before.dropped + log.status().written, BATCHES_MAX as u64 + 10);
        drop(reader);
    }

    /// Goal: a rotation that fails is counted, and loses no line. Method: the file's name
    /// becomes a directory's.
    #[test]
    fn a_failed_rotation_is_counted() {
        let (path, moved) = (scratch("stays.log"), scratch("stays.log.1"));
        let (log, writer) = AccessLog::open(&path).expect("opens");
        std::fs::rename(&path, &moved).expect("renames");
        std::fs::create_dir(&path).expect("a directory in its place");
        log.reopen();
        log.submit(b"one\n".to_vec());
        assert_eq!(log.finish(writer, PATIENCE), 0);
        assert_eq!(std::fs::read_to_string(&moved).expect("old file"), "one\n");
        assert_eq!(log.status(), AccessLogStatus { written: 1, dropped: 0, reopens_failed: 1 });
        let _ = (std::fs::remove_dir(path), std::fs::remove_file(moved));
    }
}
