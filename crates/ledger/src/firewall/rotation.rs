//! Notices when a log was rotated twice between two looks.

use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Whether a file came and went between `old`, which was read, and `new`, which has its name
/// now: something beside them, of the same name and an ending, that was written after `old` was.
pub(super) fn missed(path: &Path, old: &Metadata, new: &Metadata) -> bool {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return false };
    // A folder that may not be listed shows no rotation.
    let Ok(entries) = fs::read_dir(folder) else { return false };
    let written = |metadata: &Metadata| (metadata.mtime(), metadata.mtime_nsec());
    entries.filter_map(Result::ok).any(|entry| {
        let other = entry.file_name();
        let ending = other.as_encoded_bytes().strip_prefix(name.as_encoded_bytes());
        if !matches!(ending, Some([b'.' | b'-', ..])) {
            return false;
        }
        entry.metadata().is_ok_and(|metadata| {
            let known = [old.ino(), new.ino()].contains(&metadata.ino());
            metadata.is_file() && !known && written(&metadata) > written(old)
        })
    })
}
