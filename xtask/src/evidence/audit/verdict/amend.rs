//! Puts in place what a program misses, after what it says.

use std::path::{Path, PathBuf};

use super::super::room::Room;
use crate::fault::Fault;

const HOSTS: &str = "/etc/hosts";
/// For documentation; nobody is there.
const ADDRESS: &str = "192.0.2.1";

/// Gives a host an address. Answers whether it had none.
pub(super) fn host(room: &Room, name: &str) -> Result<bool, Fault> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    if name.is_empty() || !name.chars().all(fits) {
        return Ok(false);
    }
    room.add(Path::new(HOSTS), &format!("{ADDRESS} {name}"))
}

/// Makes a user or a group, by the file that has them.
pub(super) fn member(room: &Room, name: &str) -> Result<bool, Fault> {
    room.add(Path::new("/etc/passwd"), &format!("{name}:x:4242:4242::/:/bin/false"))?;
    room.add(Path::new("/etc/group"), &format!("{name}:x:4242:"))
}

/// Every word of a complaint that could be a file: between quotes, brackets or spaces.
pub(super) fn words(complaint: &str) -> impl Iterator<Item = &str> {
    complaint
        .split(|c: char| c.is_whitespace() || "'\"<>`(),".contains(c))
        .map(|word| word.trim_end_matches([':', '.']))
        .filter(|word| word.len() > 1)
}

/// The first file that is named and missing.
pub(super) fn missing(room: &Room, complaint: &str, folder: &Path) -> Option<PathBuf> {
    words(complaint)
        .filter(|word| word.contains('/') || word.contains('.'))
        .map(|word| folder.join(word))
        .find(|path| !room.has(path))
}

/// What stands between `before` and `after`.
pub(super) fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(found, _)| found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_found_in_a_complaint() {
        let room = Room::new().unwrap();
        let found = |complaint| missing(&room, complaint, Path::new("/nowhere"));
        let path = |path| Some(PathBuf::from(path));
        assert_eq!(found("error opening file </e/404.http> for code"), path("/e/404.http"));
        assert_eq!(found("failed to open file 'a.lst'."), path("/nowhere/a.lst"));
        assert_eq!(found("unknown keyword in section"), None);
    }
}
