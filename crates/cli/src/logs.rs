//! Opens logs, each in the format that reads the most of it.

use std::path::{Path, PathBuf};

use audit::predict::Log;
use audit::{Parsed, Subject};
use foreign::logs::{Asked, Format, NginxEscape, OpenError, Reader};

/// Opens logs. Formats that the configuration defines are tried beside those that are known.
///
/// # Errors
/// Which one cannot be read, and why.
pub(crate) fn open(paths: &[PathBuf], subject: &Subject) -> Result<Vec<Log>, String> {
    let log = |path: &PathBuf| {
        let reader = one(path, subject).map_err(|why| format!("{}: {why}", path.display()))?;
        Ok(Log { name: path.display().to_string(), reader })
    };
    paths.iter().map(log).collect()
}

fn one(path: &Path, subject: &Subject) -> Result<Reader, OpenError> {
    let guessed = Reader::open(path, &Asked::default());
    let fits = |reader: &Reader| {
        let found = reader.found();
        (found.read * 1000).checked_div(found.sampled).unwrap_or(0)
    };
    let mut best = guessed;
    for format in own(subject) {
        let Ok(reader) = Reader::open(path, &Asked { format: Some(format), east_s: 0 }) else {
            continue;
        };
        let before = best.as_ref().map_or(0, fits);
        if fits(&reader) > 0 && fits(&reader) >= before {
            best = Ok(reader);
        }
    }
    best
}

fn own(subject: &Subject) -> Vec<Format> {
    let Parsed::Nginx(config) = &subject.parsed else { return Vec::new() };
    let formats = config.log_formats.iter().map(|format| {
        let escape = match format.escape.as_deref() {
            Some("json") => NginxEscape::Json,
            Some("none") => NginxEscape::None,
            _ => NginxEscape::Default,
        };
        Format::Nginx(format.text.value.clone(), escape)
    });
    formats.collect()
}
