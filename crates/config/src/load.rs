//! Reads a configuration, from a file or from a text.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::check;
use crate::file::read_file;
use crate::lines::Lines;
use crate::problem::Problem;
use crate::problems::Problems;
use crate::render;
use crate::settings::Settings;

/// No configuration comes near this, in MiB; a device or a core dump does.
const LARGEST_FILE: u64 = 16;

/// A valid configuration and where it came from.
#[derive(Clone, Debug, PartialEq)]
pub struct Loaded {
    /// What the file says.
    pub settings: Settings,
    /// The file.
    pub path: PathBuf,
    /// The file's text.
    pub text: String,
    /// SHA-256 of the file's bytes, in hexadecimal.
    pub digest: String,
    /// What is allowed, but probably not meant; in the file's order.
    pub warnings: Vec<Problem>,
}

impl Loaded {
    /// The warnings with their source lines and a closing count; empty without warnings.
    pub fn render_warnings(&self, color: bool) -> String {
        if self.warnings.is_empty() {
            return String::new();
        }
        let name = self.path.display().to_string();
        render::problems(&name, &self.text, &self.warnings, color)
    }
}

/// Why a file gave no configuration.
#[derive(Debug)]
pub enum LoadError {
    /// The file could not be read.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The file was read, and is no valid configuration.
    Invalid(Problems),
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { path, error } => {
                write!(f, "cannot read the configuration {}: {error}", path.display())
            }
            Self::Invalid(problems) => problems.fmt(f),
        }
    }
}

impl std::error::Error for LoadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreadable { error, .. } => Some(error),
            Self::Invalid(problems) => Some(problems),
        }
    }
}

/// Reads and checks a configuration file.
///
/// # Errors
/// When the file cannot be read, is larger than 16 MiB or not UTF-8, or is not valid.
pub fn load(path: &Path) -> Result<Loaded, LoadError> {
    let text =
        read(path).map_err(|error| LoadError::Unreadable { path: path.to_owned(), error })?;
    let name = path.display().to_string();
    let (settings, warnings) = examine(&text, &name).map_err(LoadError::Invalid)?;
    let digest = digest(text.as_bytes());
    Ok(Loaded { settings, path: path.to_owned(), text, digest, warnings })
}

/// Checks a configuration's text; `name` stands for the file in messages.
///
/// # Errors
/// All that is wrong with the text, warnings included.
pub fn parse(text: &str, name: &str) -> Result<Settings, Problems> {
    examine(text, name).map(|(settings, _)| settings)
}

fn examine(text: &str, name: &str) -> Result<(Settings, Vec<Problem>), Problems> {
    let (settings, findings) = check::check(text);
    let list = check::located(text, findings);
    match settings {
        Some(settings) => Ok((settings, list)),
        None => Err(Problems::new(name, text, list)),
    }
}

/// The text of a file that somebody wrote.
///
/// # Errors
/// When it cannot be read, is larger than 16 MiB, is a pipe into which nobody writes, or is not
/// UTF-8.
pub fn read(path: &Path) -> io::Result<String> {
    let bytes = read_file(path, LARGEST_FILE)?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let valid = String::from_utf8_lossy(&error.as_bytes()[..at]);
        let (line, column) = Lines::of(&valid).place(at);
        let what = format!("not UTF-8 at line {line}, column {column} (byte {at})");
        io::Error::new(io::ErrorKind::InvalidData, what)
    })
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
