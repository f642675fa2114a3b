//! Finds the place in a log where the last minutes begin.

use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::FileExt;

use memchr::{memchr, memrchr};

use super::lines::LINE_MAX;
use super::tail::{Back, Sink, written_s};

/// Lines may be as long as this, so that a probe finds the beginning of one.
const PROBE: usize = 2 * LINE_MAX;
/// How far before the beginning is looked for what the firewall ever wrote.
const BEFORE: u64 = 1 << 20;

/// Tells the last whole line of a file, and when the file was written last.
pub(super) fn tell_last(file: &File, metadata: &Metadata, sink: &mut impl Sink) -> io::Result<()> {
    let tail = bytes(file, metadata.len().saturating_sub(PROBE as u64), metadata.len())?;
    let whole = &tail[..memrchr(b'\n', &tail).unwrap_or(0)];
    let last = &whole[memrchr(b'\n', whole).map_or(0, |at| at + 1)..];
    sink.opened(last, written_s(metadata));
    Ok(())
}

/// The beginning of a line that is older than the time from which on is read, and near to it:
/// an older line proves that the log was kept before. Lines are about in order of time.
pub(super) fn find(
    file: &File,
    length: u64,
    now_s: u64,
    back: Back,
    sink: &mut impl Sink,
) -> io::Result<u64> {
    let from_s = now_s.saturating_sub(back.seconds);
    let mut low = match length.saturating_sub(back.bytes) {
        0 => 0,
        middle => after_line_end(file, middle, length)?,
    };
    let mut high = length;
    while high - low > PROBE as u64 {
        let middle = low + (high - low) / 2;
        match first_timed(file, middle, high, sink)? {
            Some((at, at_s)) if at_s < from_s => low = at,
            _ => high = middle,
        }
    }
    Ok(low)
}

/// Tells what stands before the place where reading begins: the first line, and the last ones.
pub(super) fn tell_before(file: &File, offset: u64, sink: &mut impl Sink) -> io::Result<()> {
    let from = offset.saturating_sub(BEFORE);
    if from > 0 {
        let head = bytes(file, 0, offset.min(LINE_MAX as u64))?;
        if let Some(end) = memchr(b'\n', &head) {
            sink.before(&head[..end]);
        }
    }
    let near = bytes(file, from, offset)?;
    near.split(|&byte| byte == b'\n')
        .skip(usize::from(from > 0))
        .filter(|line| !line.is_empty())
        .for_each(|line| sink.before(line));
    Ok(())
}

fn after_line_end(file: &File, from: u64, to: u64) -> io::Result<u64> {
    let probe = bytes(file, from, to.min(from + PROBE as u64))?;
    Ok(from + memchr(b'\n', &probe).map_or(probe.len(), |at| at + 1) as u64)
}

/// The first line behind `from` that has a time, and it.
fn first_timed(
    file: &File,
    from: u64,
    to: u64,
    sink: &mut impl Sink,
) -> io::Result<Option<(u64, u64)>> {
    let probe = bytes(file, from, to.min(from + PROBE as u64))?;
    let mut at = 0;
    while let Some(end) = memchr(b'\n', &probe[at..]) {
        // What the probe begins with is the rest of a line.
        if at > 0
            && let Some(at_s) = sink.at_s(&probe[at..at + end])
        {
            return Ok(Some((from + at as u64, at_s)));
        }
        at += end + 1;
    }
    Ok(None)
}

fn bytes(file: &File, from: u64, to: u64) -> io::Result<Vec<u8>> {
    let length = usize::try_from(to.saturating_sub(from)).unwrap_or(0);
    let mut bytes = vec![0; length];
    let mut filled = 0;
    while filled < length {
        match file.read_at(&mut bytes[filled..], from + filled as u64) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    bytes.truncate(filled);
    Ok(bytes)
}
