//! Moves a damaged history out of the way, so that somebody can look at it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::error::StoreError;

/// Damaged files that are kept, the latest ones: a disk that breaks every file must not be filled
/// with them.
const KEPT: usize = 3;

/// Moves the file and what lies beside it. Answers where to; `None` when it was gone already.
pub(super) fn move_aside(path: &Path) -> Result<Option<PathBuf>, StoreError> {
    let target = free_name(path);
    match fs::rename(path, &target) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(StoreError::of_io(path, &error)),
    }
    // The write-ahead log holds the latest seconds; the index is made anew by who reads it. Either
    // may be missing.
    let _ = fs::rename(beside(path, "-wal"), beside(&target, "-wal"));
    let _ = fs::remove_file(beside(path, "-shm"));
    delete_oldest(path);
    Ok(Some(target))
}

/// A path with something behind its name.
pub(super) fn beside(path: &Path, more: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(more);
    PathBuf::from(name)
}

fn free_name(path: &Path) -> PathBuf {
    let now_s = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let mut names = (now_s..).map(|at_s| beside(path, &format!(".damaged-{at_s}")));
    names.find(|name| !name.exists()).unwrap_or_else(|| beside(path, ".damaged"))
}

fn delete_oldest(path: &Path) {
    let (Some(dir), Some(name)) = (path.parent(), path.file_name().and_then(|name| name.to_str()))
    else {
        return;
    };
    let prefix = format!("{name}.damaged-");
    let at_s = |entry: io::Result<fs::DirEntry>| {
        let name = entry.ok()?.file_name();
        name.to_str()?.strip_prefix(&prefix)?.parse::<u64>().ok()
    };
    // What cannot be listed or deleted stays: there is no harm but its size.
    let mut times: Vec<u64> = fs::read_dir(dir).into_iter().flatten().filter_map(at_s).collect();
    times.sort_unstable();
    times.truncate(times.len().saturating_sub(KEPT));
    for at_s in times {
        let old = beside(path, &format!(".damaged-{at_s}"));
        let _ = fs::remove_file(beside(&old, "-wal"));
        let _ = fs::remove_file(old);
    }
}
