//! Opens logs, each in the format that reads the most of it.

use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use audit::Subject;
use audit::predict::Log;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use foreign::logs::{Asked, Format, OpenError, Reader};

use crate::{formats, output};

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
        let file = config::open_file(path).map_err(OpenError::Io);
        let reader = file.and_then(|file| match format {
            Some(LogFormat(named)) => {
                Reader::new(file, &Asked { format: Some(named.clone()), east_s: 0 })
            }
            None => Reader::fitting(file, formats::of(subject)),
        });
        let reader = reader.map_err(|why| format!("{}: {}", path.display(), told(why)))?;
        Ok(Log { name: path.display().to_string(), reader })
    };
    for note in formats::unread(subject) {
        output::say(format_args!("note: {}\n", note.escape_debug()));
    }
    paths.iter().map(log).collect()
}

/// Opens the end of a log that is still written: so many bytes, from the beginning of a line on.
///
/// # Errors
/// Why it cannot be read.
pub(crate) fn open_end(path: &Path, bytes: u64, subject: &Subject) -> Result<Log, String> {
    let name = path.display().to_string();
    let end = end(path, bytes).map_err(OpenError::Io);
    let reader = end.and_then(|end| Reader::fitting(end, formats::of(subject)));
    let reader = reader.map_err(|why| format!("{name}: {why}"))?;
    Ok(Log { name, reader })
}

fn end(path: &Path, bytes: u64) -> io::Result<impl Read + Send + use<>> {
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::other("only a file has an end that can be read alone"));
    }
    let mut file = config::open_file(path)?;
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
