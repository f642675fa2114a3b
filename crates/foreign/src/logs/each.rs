//! Reads the lines of a block one by one.

use memchr::memchr;

use super::fault::Refusal;
use super::line::Line;
use super::parser::Parser;
use super::tally::Summary;

/// Tells each request of some lines, of which the first has this number, and what became of all.
pub(super) fn each(
    bytes: &[u8],
    first: u64,
    parser: &mut Parser,
    mut visit: impl FnMut(u64, &Line<'_>),
) -> Summary {
    let mut summary = Summary::default();
    for (number, line) in (first..).zip(lines(bytes)) {
        let line = bare(line, number == 1);
        if line.is_empty() {
            summary.refused(number, Refusal::Aside("an empty line"));
            continue;
        }
        match parser.read(line) {
            Ok(line) => {
                summary.read += 1;
                visit(number, &line);
            }
            Err(refusal) => summary.refused(number, refusal),
        }
    }
    summary
}

/// Lines without their ends.
pub(super) fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = memchr(b'\n', rest).unwrap_or(rest.len());
        let line = rest.get(..end)?;
        rest = rest.get(end.saturating_add(1)..).unwrap_or_default();
        Some(line)
    })
}

/// A line without what belongs to the file: a byte order mark, NULs where a file was cut under its
/// writer, an end as on Windows.
pub(super) fn bare(line: &[u8], is_first: bool) -> &[u8] {
    let line = match line.strip_prefix(b"\xef\xbb\xbf") {
        Some(rest) if is_first => rest,
        _ => line,
    };
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if line.first() != Some(&0) {
        return line;
    }
    let zeros = line.iter().take_while(|&&byte| byte == 0).count();
    line.get(zeros..).unwrap_or_default()
}
