//! Opens the history: to write it, or to read beside the process that does.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::aside;
use super::error::StoreError;
use super::schema;

/// Bound of the file unless another one is given: months of a few pools, days of a hundred large
/// ones.
pub const BYTES_MAX: u64 = 512 << 20;
/// The file's name in the state directory.
pub const FILE_NAME: &str = "history.sqlite";

const PAGE_BYTES: u64 = 4096;
/// Below this the tables alone fill the file.
const PAGES_MIN: u64 = 64;
/// What the write-ahead log is cut back to after it had to grow.
const LOG_BYTES: i64 = 16 << 20;
/// Another process writes for moments only.
const PATIENCE: Duration = Duration::from_secs(5);

/// An open history. It belongs to one thread at a time; several may have one each.
#[derive(Debug)]
pub struct Store {
    pub(super) connection: Connection,
    pub(super) path: PathBuf,
    pub(super) pages_max: u64,
    moved_aside: Option<PathBuf>,
}

impl Store {
    /// Opens the history of a state directory, or begins one, of at most [`BYTES_MAX`].
    ///
    /// A file that is damaged, or no database, is moved aside: [`Store::moved_aside`] tells.
    ///
    /// # Errors
    /// When the file may not be written, is of a later version, or does not fit on the disk.
    pub fn open(dir: &Path) -> Result<Store, StoreError> {
        Store::open_bounded(dir, BYTES_MAX)
    }

    /// The same with a bound of its own, in bytes; its write-ahead log comes on top of it, some
    /// 4 MB as a rule.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_bounded(dir: &Path, bytes_max: u64) -> Result<Store, StoreError> {
        fs::create_dir_all(dir).map_err(|error| StoreError::of_io(dir, &error))?;
        let path = dir.join(FILE_NAME);
        let pages_max = (bytes_max / PAGE_BYTES).max(PAGES_MIN);
        let (connection, moved_aside) = match writable(&path, pages_max) {
            Err(StoreError::Damaged { .. }) => {
                let aside = aside::move_aside(&path)?;
                (writable(&path, pages_max)?, aside)
            }
            opened => (opened?, None),
        };
        Ok(Store { connection, path, pages_max, moved_aside })
    }

    /// Opens the history of a state directory to read it, whether or not a process writes it.
    ///
    /// # Errors
    /// When there is none, or it may not be read, is damaged, or of a later version.
    pub fn open_read_only(dir: &Path) -> Result<Store, StoreError> {
        let path = dir.join(FILE_NAME);
        match fs::metadata(&path) {
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(StoreError::Missing { path });
            }
            Err(error) => return Err(StoreError::of_io(&path, &error)),
        }
        let connection = match readable(&path, &path, OpenFlags::empty()) {
            // Reading needs an index beside the file, which this user may not make. With nothing
            // in the write-ahead log it can do without.
            Err(StoreError::Denied { .. }) if log_is_empty(&path) => {
                readable(&path, &immutable(&path), OpenFlags::SQLITE_OPEN_URI)?
            }
            opened => opened?,
        };
        Ok(Store { connection, path, pages_max: 0, moved_aside: None })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the file went that was damaged when the history was opened.
    pub fn moved_aside(&self) -> Option<&Path> {
        self.moved_aside.as_deref()
    }

    /// Moves the file aside although it is open, and begins a new one: damage was found in it.
    pub(super) fn begin_anew(&mut self) -> Result<(), StoreError> {
        // Closing deletes the log beside the file by its name: it must not be the new one's.
        self.connection = self.told(Connection::open_in_memory())?;
        let moved_aside = aside::move_aside(&self.path)?;
        self.connection = writable(&self.path, self.pages_max)?;
        self.moved_aside = moved_aside;
        Ok(())
    }

    /// An answer of the database, its error with the file's name.
    pub(super) fn told<T>(&self, answer: rusqlite::Result<T>) -> Result<T, StoreError> {
        answer.map_err(|error| StoreError::of(&self.path, &error))
    }
}

fn writable(path: &Path, pages_max: u64) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let wrong = |error| StoreError::of(path, &error);
    let connection = Connection::open_with_flags(path, flags).map_err(wrong)?;
    connection.busy_timeout(PATIENCE).map_err(wrong)?;
    check_version(&connection, path)?;
    prepare(&connection, pages_max).map_err(wrong)?;
    if !schema::create(&connection).map_err(wrong)? {
        let detail = "it holds other tables".to_owned();
        return Err(StoreError::Damaged { path: path.to_owned(), detail });
    }
    schema::probe(&connection).map_err(wrong)?;
    Ok(connection)
}

fn prepare(connection: &Connection, pages_max: u64) -> rusqlite::Result<()> {
    // A write is on disk with the next checkpoint, not at once: a power cut takes the last moments
    // and damages nothing, and a slow disk is waited for seldom.
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "journal_size_limit", LOG_BYTES)?;
    connection.pragma_update(None, "max_page_count", i64::try_from(pages_max).unwrap_or(i64::MAX))
}

fn readable(path: &Path, name: &Path, more: OpenFlags) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | more;
    let wrong = |error| StoreError::of(path, &error);
    let connection = Connection::open_with_flags(name, flags).map_err(wrong)?;
    connection.busy_timeout(PATIENCE).map_err(wrong)?;
    if check_version(&connection, path)? == 0 {
        // A process that is just about to begin it.
        return Err(StoreError::Missing { path: path.to_owned() });
    }
    schema::probe(&connection).map_err(wrong)?;
    Ok(connection)
}

fn check_version(connection: &Connection, path: &Path) -> Result<i64, StoreError> {
    let version = schema::version(connection).map_err(|error| StoreError::of(path, &error))?;
    if version > schema::VERSION {
        return Err(StoreError::Newer { path: path.to_owned(), version });
    }
    Ok(version)
}

fn log_is_empty(path: &Path) -> bool {
    fs::metadata(aside::beside(path, "-wal")).map_or(true, |log| log.len() == 0)
}

/// The file as one that nobody changes, which is read without locks and without an index.
fn immutable(path: &Path) -> PathBuf {
    let mut name = "file:".to_owned();
    for &byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'_' | b'-' => {
                name.push(char::from(byte));
            }
            _ => name.push_str(&format!("%{byte:02X}")),
        }
    }
    PathBuf::from(name + "?immutable=1")
}
