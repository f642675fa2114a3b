//! Finds out which format a log is in: each reads the first lines, and the one that reads the most
//! is taken.

use super::each::{bare, lines};
use super::format::Format;
use super::parser::Parser;

/// So many lines are looked at.
const LINES_MAX: usize = 400;
/// One line in so many has to be read at least: a log of another kind has a few that look alike.
const SHARE_MIN: usize = 2;

/// A format, and how well it fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The format.
    pub format: Format,
    /// How many of the first lines it reads.
    pub read: usize,
    /// How much these lines tell together: of two formats that read all of them, one may pass over
    /// what the other one understands.
    pub told: usize,
    /// How many were looked at; empty ones do not count.
    pub sampled: usize,
    /// Whether it was found out, not asked for.
    pub guessed: bool,
}

/// The format that reads the most of the first lines; `None` where none reads half of them.
pub fn detect(bytes: &[u8], east_s: i32) -> Option<Found> {
    let mut best: Option<Found> = None;
    for format in Format::recognised() {
        let Ok(mut parser) = Parser::new(&format, east_s) else { continue };
        let (read, told, sampled) = sample(bytes, &mut parser);
        if read * SHARE_MIN >= sampled && best.as_ref().map_or(0, |best| best.read) < read {
            best = Some(Found { format, read, told, sampled, guessed: true });
        }
    }
    best
}

/// How many of the first lines a parser reads, how much these tell, and how many there are.
pub(super) fn sample(bytes: &[u8], parser: &mut Parser) -> (usize, usize, usize) {
    let first = lines(bytes).enumerate().map(|(index, line)| bare(line, index == 0));
    let mut counts = (0, 0, 0);
    for line in first.filter(|line| !line.is_empty()).take(LINES_MAX) {
        if let Ok(line) = parser.read(line) {
            counts.0 += 1;
            counts.1 += line.told();
        }
        counts.2 += 1;
    }
    counts
}
