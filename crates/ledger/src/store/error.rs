//! What can go wrong with the history, with the file and with what to do about it.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// Why the history could not be opened, read or written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// There is no history at this place.
    Missing {
        /// The file that was looked for.
        path: PathBuf,
    },
    /// The system does not allow it.
    Denied {
        /// The file or directory.
        path: PathBuf,
        /// What it said.
        detail: String,
    },
    /// There is no room: the disk is full, or the bound too small for what must be kept.
    Full {
        /// The file.
        path: PathBuf,
    },
    /// A later version of the program wrote it.
    Newer {
        /// The file.
        path: PathBuf,
        /// The version of its tables.
        version: i64,
    },
    /// It is no database, or a broken one.
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// Another process holds it, for longer than one can wait.
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// One record is larger than any may be.
    TooLarge {
        /// The file.
        path: PathBuf,
        /// What was to be written.
        what: String,
    },
    /// Anything else.
    Failed {
        /// The file.
        path: PathBuf,
        /// What was said.
        detail: String,
    },
}

impl StoreError {
    /// What a person can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            StoreError::Missing { .. } => {
                "a balancer writes it into its `server.state_dir`; is this the right directory?"
            }
            StoreError::Denied { .. } => {
                "give the user that runs it read and write access to the directory and its files"
            }
            StoreError::Full { .. } => "make room on the disk of `server.state_dir`",
            StoreError::Newer { .. } => {
                "use the version that wrote it, or move the file away to begin a new history"
            }
            StoreError::Damaged { .. } => {
                "the next start of the balancer moves it aside and begins a new one; \
                 `sqlite3 FILE .recover` may save what is left"
            }
            StoreError::Busy { .. } => {
                "is a second process using the same `server.state_dir`, or the disk stuck?"
            }
            StoreError::TooLarge { .. } => "nothing to do: it was left out, all else was kept",
            StoreError::Failed { .. } => "look at the disk and at the log of the system",
        }
    }

    /// Whether the same may succeed later, when room, rights or the other process have changed.
    pub(super) fn passes(&self) -> bool {
        matches!(
            self,
            StoreError::Full { .. } | StoreError::Denied { .. } | StoreError::Busy { .. }
        )
    }

    pub(super) fn of(path: &Path, error: &rusqlite::Error) -> StoreError {
        let (path, detail) = (path.to_owned(), error.to_string());
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                StoreError::Damaged { path, detail }
            }
            Some(ErrorCode::DiskFull) => StoreError::Full { path },
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
                StoreError::Denied { path, detail }
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy { path },
            _ => StoreError::Failed { path, detail },
        }
    }

    pub(super) fn of_io(path: &Path, error: &io::Error) -> StoreError {
        let (path, detail) = (path.to_owned(), error.to_string());
        match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                StoreError::Denied { path, detail }
            }
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::Full { path },
            _ => StoreError::Failed { path, detail },
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StoreError::Missing { path } => write!(f, "there is no history {}", path.display()),
            StoreError::Denied { path, detail } => {
                write!(f, "the history {} may not be used: {detail}", path.display())
            }
            StoreError::Full { path } => {
                write!(f, "there is no room for the history {}", path.display())
            }
            StoreError::Newer { path, version } => {
                let path = path.display();
                write!(f, "the history {path} is of a later version (tables {version})")
            }
            StoreError::Damaged { path, detail } => {
                write!(f, "the history {} is damaged: {detail}", path.display())
            }
            StoreError::Busy { path } => {
                write!(f, "the history {} is held by another process", path.display())
            }
            StoreError::TooLarge { path, what } => {
                write!(f, "{what} is too large for the history {}", path.display())
            }
            StoreError::Failed { path, detail } => {
                write!(f, "the history {} cannot be used: {detail}", path.display())
            }
        }
    }
}

impl std::error::Error for StoreError {}
