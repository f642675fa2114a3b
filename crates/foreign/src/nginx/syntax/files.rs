//! Where files come from: a disk, or an archive in memory.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::glob::{fits, fits_path, is_pattern};

/// A pattern that fits more files than this is not followed.
const MATCHES_MAX: usize = 10_000;

/// What files are read from.
pub trait Files {
    /// What a file holds, or why it cannot be read.
    fn bytes(&self, path: &str) -> Result<Vec<u8>, String>;

    /// The files that a pattern fits, sorted. None is no error.
    fn matching(&self, pattern: &str) -> Result<Vec<String>, String>;
}

/// Files in memory, by their paths.
#[derive(Clone, Debug, Default)]
pub struct Kept(pub BTreeMap<String, Vec<u8>>);

impl Kept {
    /// Adds a file.
    pub fn with(mut self, path: &str, text: impl Into<Vec<u8>>) -> Kept {
        self.0.insert(path.to_owned(), text.into());
        self
    }
}

impl Files for Kept {
    fn bytes(&self, path: &str) -> Result<Vec<u8>, String> {
        self.0.get(path).cloned().ok_or_else(|| "no such file".to_owned())
    }

    fn matching(&self, pattern: &str) -> Result<Vec<String>, String> {
        Ok(self.0.keys().filter(|path| fits_path(pattern, path)).cloned().collect())
    }
}

/// Files on a disk.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    /// A folder of the machine that the configuration is for, and where that folder lies here.
    moved: Vec<(String, PathBuf)>,
}

impl Disk {
    /// Reads what the configuration says of a folder from another one: `/etc/nginx` from a copy.
    pub fn moved(mut self, from: &str, to: &Path) -> Disk {
        self.moved.push((from.trim_end_matches('/').to_owned(), to.to_owned()));
        self
    }

    fn here(&self, path: &str) -> PathBuf {
        let moved = self.moved.iter().find_map(|(from, to)| {
            let rest = path.strip_prefix(from.as_str())?;
            rest.strip_prefix('/').map(|rest| to.join(rest))
        });
        moved.unwrap_or_else(|| PathBuf::from(path))
    }
}

impl Files for Disk {
    fn bytes(&self, path: &str) -> Result<Vec<u8>, String> {
        crate::read_file(&self.here(path)).map_err(|error| error.to_string())
    }

    fn matching(&self, pattern: &str) -> Result<Vec<String>, String> {
        // Folders found so far, as the configuration calls them.
        let absolute = pattern.starts_with('/');
        let mut found = vec![String::new()];
        for (index, part) in pattern.split('/').enumerate() {
            let first = index == 0;
            let join = |folder: &String, name: &str| match (first, absolute) {
                (true, _) => name.to_owned(),
                (false, _) => format!("{folder}/{name}"),
            };
            found = if is_pattern(part) {
                found.iter().flat_map(|folder| self.names(folder, part, &join)).collect()
            } else {
                found.iter().map(|folder| join(folder, part)).collect()
            };
            if found.len() > MATCHES_MAX {
                return Err(format!("it fits more than {MATCHES_MAX} files"));
            }
        }
        found.retain(|path| self.here(path).exists());
        found.sort();
        Ok(found)
    }
}

impl Disk {
    fn names(
        &self,
        folder: &String,
        pattern: &str,
        join: &dyn Fn(&String, &str) -> String,
    ) -> Vec<String> {
        let path = if folder.is_empty() { "." } else { folder };
        let Ok(entries) = std::fs::read_dir(self.here(path)) else { return Vec::new() };
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        names.filter(|name| fits(pattern, name)).map(|name| join(folder, &name)).collect()
    }
}
