//! Follows a file that another program writes, as `tail -F` does, without waiting for anything.
//!
//! It is asked once a second and then looks: a file that grew is read on; one that was renamed is
//! finished before the new one of its name is begun; one that was cut to nothing is begun anew.
//! What was compressed is not read back. A poll reads a bounded amount and says what is left.

use std::fs::{self, File, Metadata};
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};

use super::lines::Lines;
use super::rotation;
use super::start;

/// Most bytes that a poll reads; lines come at 100 bytes and more, so these are many.
pub(crate) const POLL_MAX: u64 = 8 << 20;
const CHUNK: usize = 256 << 10;
/// A file that is gone may be about to come back under its name.
const GONE_S: u64 = 60;
/// A logger may write to the file it has for a moment after the new one is there.
const SETTLE_S: u64 = 10;

/// Who takes the lines.
pub(crate) trait Sink {
    /// A line, without its end.
    fn line(&mut self, line: &[u8]);

    /// A line before the place where reading begins: it counts for nothing, and may be a header.
    fn before(&mut self, line: &[u8]);

    /// When a line was written.
    fn at_s(&mut self, line: &[u8]) -> Option<u64>;

    /// A file was opened that was last written at `written_s`, with this as its last line.
    fn opened(&mut self, last: &[u8], written_s: u64);

    /// The lines that follow were written up to this time.
    fn written(&mut self, at_s: u64);
}

/// How far back reading begins in a file that is found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Back {
    /// By time, seconds.
    pub(crate) seconds: u64,
    /// By size, bytes, whatever the time.
    pub(crate) bytes: u64,
}

/// What a poll found.
#[derive(Debug, Default)]
pub(crate) struct Look {
    /// Why there is nothing to read from.
    pub(crate) absent: Option<Absent>,
    /// Whether reading was begun in the middle, and not where it was left.
    pub(crate) opened: bool,
    /// Whether something may have been written and lost since the last poll.
    pub(crate) lost: bool,
    /// Bytes that are there and were not read.
    pub(crate) lag: u64,
}

/// Why a file is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Absent {
    Missing,
    Unreadable(String),
}

/// A file that is followed.
#[derive(Debug)]
pub(crate) struct Tail {
    path: PathBuf,
    back: Back,
    open: Option<Open>,
    buffer: Vec<u8>,
}

#[derive(Debug)]
struct Open {
    file: File,
    id: (u64, u64),
    offset: u64,
    lines: Lines,
    /// Since when its name is not its own.
    replaced_s: Option<u64>,
}

impl Tail {
    pub(crate) fn new(path: &Path, back: Back) -> Tail {
        Tail { path: path.to_owned(), back, open: None, buffer: Vec::new() }
    }

    /// Looks at the file and reads what is new.
    pub(crate) fn poll(&mut self, now_s: u64, sink: &mut impl Sink) -> Look {
        let looked = match fs::metadata(&self.path) {
            Ok(found) if found.is_file() => self.found(&found, now_s, sink),
            Ok(_) => Err(io::Error::other("it is no regular file")),
            Err(error) => Err(error),
        };
        match looked {
            Ok(look) => look,
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.gone(now_s, sink),
            Err(error) => {
                self.open = None;
                let absent = Some(Absent::Unreadable(error.to_string()));
                Look { absent, ..Look::default() }
            }
        }
    }

    fn found(&mut self, found: &Metadata, now_s: u64, sink: &mut impl Sink) -> io::Result<Look> {
        let Some(open) = &mut self.open else {
            let opened = Open::back(&self.path, now_s, self.back, sink)?;
            let open = self.open.insert(opened);
            let lag = open.read(&mut self.buffer, POLL_MAX, sink)?;
            return Ok(Look { opened: true, lag, ..Look::default() });
        };
        if open.id != id(found) {
            return self.replaced(found, now_s, sink);
        }
        open.replaced_s = None;
        let lost = found.len() < open.offset;
        if lost {
            open.begin_anew();
        }
        sink.written(written_s(found));
        let lag = match found.len() > open.offset {
            true => open.read(&mut self.buffer, POLL_MAX, sink)?,
            false => 0,
        };
        Ok(Look { lost, lag, ..Look::default() })
    }

    /// Another file has the name: finishes the one that had it, then begins the other.
    fn replaced(&mut self, found: &Metadata, now_s: u64, sink: &mut impl Sink) -> io::Result<Look> {
        let Some(open) = &mut self.open else { return Ok(Look::default()) };
        let before = open.offset;
        let lag = open.read(&mut self.buffer, POLL_MAX, sink)?;
        let since_s = *open.replaced_s.get_or_insert(now_s);
        let settled = found.len() > 0 || now_s.saturating_sub(since_s) >= SETTLE_S;
        if lag > 0 || !settled {
            return Ok(Look { lag: lag + found.len(), ..Look::default() });
        }
        let budget = POLL_MAX.saturating_sub(open.offset - before);
        open.lines.finish(sink);
        let lost = rotation::missed(&self.path, &open.file.metadata()?, found);
        let mut next = Open::start(&self.path, sink)?;
        let lag = next.read(&mut self.buffer, budget, sink)?;
        self.open = Some(next);
        Ok(Look { lost, lag, ..Look::default() })
    }

    /// No file has the name: the one that had it may still be written.
    fn gone(&mut self, now_s: u64, sink: &mut impl Sink) -> Look {
        let missing = || Look { absent: Some(Absent::Missing), ..Look::default() };
        let Some(open) = &mut self.open else { return missing() };
        let since_s = *open.replaced_s.get_or_insert(now_s);
        match open.read(&mut self.buffer, POLL_MAX, sink) {
            Ok(lag) if lag > 0 || now_s.saturating_sub(since_s) < GONE_S => {
                Look { lag, ..Look::default() }
            }
            _ => {
                open.lines.finish(sink);
                self.open = None;
                missing()
            }
        }
    }
}

impl Open {
    /// Opens a file to be read from its beginning.
    fn start(path: &Path, sink: &mut impl Sink) -> io::Result<Open> {
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        start::tell_last(&file, &metadata, sink)?;
        let (id, lines) = (id(&metadata), Lines::default());
        Ok(Open { file, id, offset: 0, lines, replaced_s: None })
    }

    /// Opens a file to be read from some way back.
    fn back(path: &Path, now_s: u64, back: Back, sink: &mut impl Sink) -> io::Result<Open> {
        let mut open = Open::start(path, sink)?;
        let length = open.file.metadata()?.len();
        open.offset = start::find(&open.file, length, now_s, back, sink)?;
        start::tell_before(&open.file, open.offset, sink)?;
        Ok(open)
    }

    fn begin_anew(&mut self) {
        (self.offset, self.lines) = (0, Lines::default());
    }

    /// Reads on, at most `budget` bytes; answers how many are left.
    fn read(&mut self, buffer: &mut Vec<u8>, budget: u64, sink: &mut impl Sink) -> io::Result<u64> {
        buffer.resize(CHUNK, 0);
        let end = self.offset.saturating_add(budget);
        while self.offset < end {
            let most = usize::try_from(end - self.offset).unwrap_or(CHUNK).min(CHUNK);
            let count = match self.file.read_at(&mut buffer[..most], self.offset) {
                Ok(0) => return Ok(0),
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            self.lines.take(&buffer[..count], sink);
            self.offset += count as u64;
        }
        Ok(self.file.metadata()?.len().saturating_sub(self.offset))
    }
}

/// When a file was last written, seconds since the Unix epoch.
pub(super) fn written_s(metadata: &Metadata) -> u64 {
    u64::try_from(metadata.mtime()).unwrap_or(0)
}

/// What tells a file from another that has its name later.
fn id(metadata: &Metadata) -> (u64, u64) {
    (metadata.dev(), metadata.ino())
}

#[cfg(test)]
mod tests;
