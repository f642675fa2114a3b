//! Which files a list of paths stands for.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The files of a path, in the order in which HAProxy reads them: of a directory, those that end
/// in `.cfg` and do not begin with a dot, by name. It does not look into directories below.
pub(super) fn of(path: &Path) -> io::Result<Vec<PathBuf>> {
    if !fs::metadata(path)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.as_encoded_bytes();
        if name.ends_with(b".cfg") && !name.starts_with(b".") && is_file(&entry.path())? {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

fn is_file(path: &Path) -> io::Result<bool> {
    Ok(fs::metadata(path)?.is_file())
}
