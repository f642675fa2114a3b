//! Opens logs, each in the format that reads the most of it.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use audit::Subject;
use audit::predict::Log;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use foreign::logs::{Asked, Format, OpenError, Reader};

use crate::formats;

/// A format that somebody names.
#[derive(Clone, Debug)]
pub(crate) struct LogFormat(Format);

/// Reads the name of a format.
pub(crate) fn format() -> impl TypedValueParser<Value = LogFormat> {
    let names = Format::recognised().into_iter().map(|format| format.name());
    PossibleValuesParser::new(names).try_map(|name| {
        Format::named(&name).map(LogFormat).ok_or_else(|| format!("there is no format `{name}`"))
    })
}

/// Opens logs. Unless `format` names theirs, those that the configuration defines are tried beside
/// those that are known.
///
/// # Errors
/// Which one cannot be read, and why.
pub(crate) fn open(
    paths: &[PathBuf],
    format: Option<&LogFormat>,
    subject: &Subject,
) -> Result<Vec<Log>, String> {
    let told = |why: OpenError| match why {
        OpenError::Unknown => format!("{why}: `--log-format` names it"),
        why => why.to_string(),
    };
    let log = |path: &PathBuf| {
        let open = |asked: &Asked| Reader::open(path, asked);
        let reader = match format {
            Some(LogFormat(named)) => open(&Asked { format: Some(named.clone()), east_s: 0 }),
            None => best(&open, subject),
        };
        let reader = reader.map_err(|why| format!("{}: {}", path.display(), told(why)))?;
        Ok(Log { name: path.display().to_string(), reader })
    };
    paths.iter().map(log).collect()
}

/// Opens the end of a log that is still written: so many bytes, from the beginning of a line on.
///
/// # Errors
/// Why it cannot be read.
pub(crate) fn open_end(path: &Path, bytes: u64, subject: &Subject) -> Result<Log, String> {
    let open = |asked: &Asked| Reader::new(end(path, bytes).map_err(OpenError::Io)?, asked);
    let name = path.display().to_string();
    let reader = best(&open, subject).map_err(|why| format!("{name}: {why}"))?;
    Ok(Log { name, reader })
}

fn end(path: &Path, bytes: u64) -> io::Result<impl Read + Send + use<>> {
    let mut file = File::open(path)?;
    let mut magic = Vec::new();
    file.by_ref().take(4).read_to_end(&mut magic)?;
    if magic.starts_with(&[0x1f, 0x8b]) || magic == [0x28, 0xb5, 0x2f, 0xfd] {
        return Err(io::Error::other("it is packed, and only its end is to be read"));
    }
    let from = file.metadata()?.len().saturating_sub(bytes);
    // The byte before tells whether a line begins there.
    file.seek(SeekFrom::Start(from.saturating_sub(1)))?;
    // Whoever writes it goes on: what comes meanwhile is for the next time.
    let mut end = BufReader::new(file.take(bytes + 1));
    if from > 0 {
        end.skip_until(b'\n')?;
    }
    Ok(end)
}

/// Opens a log in the format that reads the most of it, and of those the one that tells the most.
fn best(
    open: &dyn Fn(&Asked) -> Result<Reader, OpenError>,
    subject: &Subject,
) -> Result<Reader, OpenError> {
    let guessed = open(&Asked::default());
    let fits = |reader: &Reader| {
        let found = reader.found();
        ((found.read * 1000).checked_div(found.sampled).unwrap_or(0), found.told)
    };
    let mut best = guessed;
    for format in formats::of(subject) {
        let Ok(reader) = open(&Asked { format: Some(format), east_s: 0 }) else {
            continue;
        };
        let before = best.as_ref().map_or((0, 0), fits);
        if fits(&reader).0 > 0 && fits(&reader) >= before {
            best = Ok(reader);
        }
    }
    best
}
