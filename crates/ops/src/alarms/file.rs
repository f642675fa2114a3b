//! `alarms.json` in the state directory: alarms, silences, and what has still to be told.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::outbox::Queue;
use crate::watch::Kept;

const NAME: &str = "alarms.json";
/// The form of the file; another one is not read.
const VERSION: u32 = 1;

/// What is in the file.
#[derive(Debug, Deserialize)]
pub(super) struct Stored {
    version: u32,
    pub(super) watch: Kept,
    pub(super) queues: BTreeMap<String, Queue>,
    /// Notifications written so far.
    pub(super) written: u64,
}

/// What is written to the file.
#[derive(Serialize)]
struct Storing<'a> {
    version: u32,
    watch: &'a Kept,
    queues: &'a BTreeMap<String, Queue>,
    written: u64,
}

/// The file's place.
pub(super) fn path(state_dir: &Path) -> PathBuf {
    state_dir.join(NAME)
}

/// What was found.
pub(super) enum Found {
    Nothing,
    Whole(Box<Stored>),
    /// Something that cannot be read, and why.
    Damaged(String),
}

/// Reads the file. One that cannot be read is moved aside.
pub(super) fn read(path: &Path) -> Found {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        // What cannot be written either will be told when it is.
        Err(error) if is_absent(&error) => return Found::Nothing,
        Err(error) => return damaged(path, error.to_string()),
    };
    let damage = match serde_json::from_slice::<Stored>(&bytes) {
        Ok(stored) if stored.version == VERSION => return Found::Whole(Box::new(stored)),
        Ok(stored) => format!("it has version {}, this program reads {VERSION}", stored.version),
        Err(error) => error.to_string(),
    };
    damaged(path, damage)
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn damaged(path: &Path, damage: String) -> Found {
    let aside = path.with_extension("json.damaged");
    // Where that fails, writing fails too, and says so.
    let moved = fs::rename(path, &aside).is_ok();
    tracing::error!(
        file = %path.display(),
        aside = %aside.display(),
        moved,
        "the file of alarms cannot be read; open alarms and silences are forgotten: {damage}"
    );
    Found::Damaged(damage)
}

/// The file's bytes.
pub(super) fn bytes(
    watch: &Kept,
    queues: &BTreeMap<String, Queue>,
    written: u64,
) -> io::Result<Vec<u8>> {
    let storing = Storing { version: VERSION, watch, queues, written };
    serde_json::to_vec(&storing).map_err(io::Error::other)
}

/// Replaces the file: after a crash at any moment it is the old or the new one, whole.
pub(super) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let draft = path.with_extension("json.draft");
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&draft, path)?;
    match path.parent() {
        // Until the folder is on the disk the new name may not be.
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}
