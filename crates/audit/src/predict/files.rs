//! Reads what a configuration names beside itself: maps, and lists of patterns.

use std::fs;
use std::path::Path;

use foreign::Sources;

use crate::subject::Subject;

/// Nobody's map is larger; a device that never ends is.
const BYTES_MAX: u64 = 64 << 20;

/// A file that a configuration names: as it is named, else beside the configuration. `None`
/// where it cannot be read.
pub fn read_named(subject: &Subject, name: &str) -> Option<String> {
    read(subject.sources(), name)
}

/// A file by the name that the configuration has for it: as it is, or beside the configuration.
pub(super) fn read(sources: &Sources, name: &str) -> Option<String> {
    let main = sources.files().next().map(|file| Path::new(sources.name(file)));
    let beside = main.and_then(Path::parent).map(|folder| folder.join(name));
    // As a copy of a machine's files has them, side by side.
    let alone = Path::new(name).file_name();
    let copied = main.and_then(Path::parent).zip(alone).map(|(folder, name)| folder.join(name));
    let places = [Some(Path::new(name).to_owned()), beside, copied];
    places.into_iter().flatten().find_map(|path| {
        let about = fs::metadata(&path).ok()?;
        let is_usual = about.is_file() && about.len() <= BYTES_MAX;
        let bytes = is_usual.then(|| fs::read(&path).ok()).flatten()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    })
}
