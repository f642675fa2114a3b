//! The access log's writer: its own thread, a bounded queue, and a count of what was lost.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;

use crate::status::AccessLogStatus;

/// Batches that may wait for the disk; at some 32 kB each this bounds the memory to 16 MB.
const BATCHES_MAX: usize = 512;

enum Order {
    Write(Vec<u8>),
    Reopen,
    Stop,
}

#[derive(Debug, Default)]
struct Counts {
    written: AtomicU64,
    dropped: AtomicU64,
}

/// Where workers hand their lines. Cheap to clone.
#[derive(Clone, Debug)]
pub struct AccessLog {
    orders: SyncSender<Order>,
    counts: Arc<Counts>,
    path: Arc<PathBuf>,
}

impl AccessLog {
    /// Opens the file for appending and starts the writer.
    pub fn open(path: &Path) -> io::Result<(AccessLog, JoinHandle<()>)> {
        let file = append(path)?;
        let (orders, inbox) = sync_channel(BATCHES_MAX);
        let counts = Arc::new(Counts::default());
        let log = AccessLog { orders, counts: Arc::clone(&counts), path: Arc::new(path.into()) };
        let path = Arc::clone(&log.path);
        let writer = std::thread::Builder::new()
            .name("access-log".into())
            .spawn(move || write_all(&inbox, file, &path, &counts))?;
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
        match self.orders.try_send(Order::Write(batch)) {
            Ok(()) => {}
            Err(TrySendError::Full(lost) | TrySendError::Disconnected(lost)) => {
                if let Order::Write(batch) = lost {
                    self.counts.dropped.fetch_add(lines(&batch), Relaxed);
                }
            }
        }
    }

    /// Opens the file anew, after it was moved away.
    pub fn reopen(&self) {
        // Waits for room: this is not the data path, and the order must not be lost.
        let _ = self.orders.send(Order::Reopen);
    }

    /// Ends the writer once it has written what it was given.
    pub fn stop(&self) {
        let _ = self.orders.send(Order::Stop);
    }

    /// What was written and what was lost.
    pub fn status(&self) -> AccessLogStatus {
        AccessLogStatus {
            written: self.counts.written.load(Relaxed),
            dropped: self.counts.dropped.load(Relaxed),
        }
    }
}

fn append(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).append(true).open(path)
}

fn lines(batch: &[u8]) -> u64 {
    batch.iter().filter(|&&b| b == b'\n').count() as u64
}

fn write_all(inbox: &Receiver<Order>, mut file: File, path: &Path, counts: &Counts) {
    let mut torn = false;
    while let Ok(order) = inbox.recv() {
        match order {
            Order::Write(mut batch) => {
                let whole = lines(&batch);
                if torn {
                    // A full disk may have cut the last line short; end it first.
                    batch.insert(0, b'\n');
                }
                torn = file.write_all(&batch).is_err();
                let count = if torn { &counts.dropped } else { &counts.written };
                count.fetch_add(whole, Relaxed);
            }
            Order::Reopen => {
                if let Ok(fresh) = append(path) {
                    file = fresh;
                    torn = false;
                }
            }
            Order::Stop => break,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("evenkeel-{}-{name}", std::process::id()))
    }

    #[test]
    fn follows_a_rotation() {
        let (path, moved) = (scratch("rotate.log"), scratch("rotate.log.1"));
        let (log, writer) = AccessLog::open(&path).expect("opens");
        log.submit(b"one\n".to_vec());
        // The rename may come before the first write: the open file moves along either way.
        std::fs::rename(&path, &moved).expect("renames");
        log.reopen();
        log.submit(b"two\nthree\n".to_vec());
        log.stop();
        writer.join().expect("ends");
        assert_eq!(std::fs::read_to_string(&path).expect("new file"), "two\nthree\n");
        assert_eq!(std::fs::read_to_string(&moved).expect("old file"), "one\n");
        assert_eq!(log.status(), AccessLogStatus { written: 3, dropped: 0 });
        let _ = (std::fs::remove_file(path), std::fs::remove_file(moved));
    }

    /// Goal: a full disk loses lines, counts them and stops nothing. Method: /dev/full.
    #[test]
    fn a_full_disk_is_counted() {
        let (log, writer) = AccessLog::open(Path::new("/dev/full")).expect("opens");
        log.submit(b"one\ntwo\n".to_vec());
        log.stop();
        writer.join().expect("ends");
        assert_eq!(log.status(), AccessLogStatus { written: 0, dropped: 2 });
    }
}
