//! How much the terminal shows.

use crossterm::terminal;

/// The classic one: what some serial lines and pipes in disguise leave to be assumed.
const CLASSIC: (u16, u16) = (80, 24);

/// Columns and lines of the terminal, if there is one that tells.
pub(crate) fn told() -> Option<(usize, usize)> {
    let (width, height) = terminal::size().ok()?;
    (width > 0 && height > 0).then(|| (width.into(), height.into()))
}

/// Columns and lines to draw for.
pub(crate) fn size() -> (usize, usize) {
    told().unwrap_or((CLASSIC.0.into(), CLASSIC.1.into()))
}
