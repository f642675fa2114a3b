//! Reads a configuration from files, or from texts.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::build::Build;
use super::config::Config;
use super::files;
use super::global::Global;
use super::idle;
use crate::haproxy::syntax::{self, Environment, Remarks};
use crate::{Sources, read_file};

/// A file that could not be read at all.
#[derive(Debug)]
pub struct Unreadable {
    /// Its path.
    pub path: PathBuf,
    /// Why.
    pub why: io::Error,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.why)
    }
}

impl std::error::Error for Unreadable {}

/// Reads files and directories in the order in which they are given, as HAProxy does with `-f`.
///
/// # Errors
///
/// All paths that cannot be read. What is wrong with what they say is in the configuration.
pub fn read(
    paths: &[impl AsRef<Path>],
    environment: &Environment<'_>,
) -> Result<Config, Vec<Unreadable>> {
    let (mut texts, mut unreadable) = (Vec::new(), Vec::new());
    for path in paths {
        let path = path.as_ref();
        match contents(path) {
            Ok(files) => texts.extend(files),
            Err(why) => unreadable.push(why),
        }
    }
    if !unreadable.is_empty() {
        return Err(unreadable);
    }
    let texts: Vec<(&str, &[u8])> =
        texts.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    Ok(read_texts(&texts, environment))
}

/// Reads texts, each with the name of its file.
pub fn read_texts(texts: &[(&str, &[u8])], environment: &Environment<'_>) -> Config {
    let mut config = Config {
        sources: Sources::default(),
        files: Vec::new(),
        version: environment.version(),
        sections: Vec::new(),
        global: Global::default(),
        proxies: Vec::new(),
        peers: Vec::new(),
        told: Vec::new(),
        errors: Vec::new(),
    };
    let mut remarks = Remarks::default();
    let mut files = Vec::new();
    for (name, bytes) in texts {
        let id = config.sources.add(name, bytes);
        files.push(syntax::read(&config.sources, id, environment, &mut remarks));
    }
    let mut build = Build::new(&mut config, environment, &mut remarks);
    files.iter().for_each(|file| build.lines(&file.lines));
    config.files = files;
    idle::tell(&config, &mut remarks);
    remarks.errors.sort_by_key(|error| error.span);
    remarks.told.sort_by_key(|told| told.span);
    // What `defaults` say without effect, they say without effect in every proxy below.
    remarks.told.dedup();
    (config.told, config.errors) = (remarks.told, remarks.errors);
    config
}

fn contents(path: &Path) -> Result<Vec<(String, Vec<u8>)>, Unreadable> {
    let fail = |path: &Path, why| Unreadable { path: path.to_owned(), why };
    let files = files::of(path).map_err(|why| fail(path, why))?;
    let read = |path: PathBuf| {
        let bytes = read_file(&path).map_err(|why| fail(&path, why))?;
        Ok((path.display().to_string(), bytes))
    };
    files.into_iter().map(read).collect()
}
