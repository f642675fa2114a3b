//! Reads a secret where it is written, each time anew: a file may be rotated.

use std::path::Path;

use config::Secret;

use super::failure::Failure;

/// No key comes near this; a log that was named by mistake does.
const LONGEST: usize = 4096;

/// The secret that is written, or the first line of the file that holds it.
pub(crate) fn read(written: Option<&Secret>, file: Option<&Path>) -> Result<String, Failure> {
    if let Some(secret) = written {
        return Ok(secret.reveal().to_owned());
    }
    let Some(path) = file else {
        return Err(Failure::Never("no secret is configured".to_owned()));
    };
    let unreadable = |why: &str| Failure::later(format!("{}: {why}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(&error.to_string()))?;
    let line = text.lines().next().unwrap_or_default().trim();
    match line.len() {
        0 => Err(unreadable("holds no secret")),
        length if length > LONGEST => Err(unreadable("holds no secret, but something long")),
        _ => Ok(line.to_owned()),
    }
}
