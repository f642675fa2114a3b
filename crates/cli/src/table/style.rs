//! Colour where it helps, none where it would be noise.

use std::env;
use std::io::{IsTerminal, stdout};

use crate::window;

/// How text is decorated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Style {
    /// With ANSI colours.
    pub(crate) colour: bool,
    /// Columns that there are.
    pub(crate) width: usize,
}

impl Style {
    /// Text alone.
    #[cfg(test)]
    pub(crate) const PLAIN: Self = Self { colour: false, width: usize::MAX };

    /// Coloured on a terminal that can, unless `NO_COLOR` is set and not empty; as wide as the
    /// terminal now is, without limit elsewhere.
    pub(crate) fn of_stdout() -> Self {
        let refused = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = env::var_os("TERM").is_some_and(|value| value == "dumb");
        let terminal = stdout().is_terminal();
        let width = window::told().filter(|_| terminal).map_or(usize::MAX, |(width, _)| width);
        Self { colour: terminal && !refused && !dumb, width }
    }

    pub(super) fn paint(self, text: &str, colour: Option<Colour>) -> String {
        match colour {
            Some(colour) if self.colour && !text.is_empty() => {
                format!("\x1b[{}m{text}\x1b[0m", colour as u8)
            }
            _ => text.to_owned(),
        }
    }
}

/// The few colours of the table, by their ANSI number.
#[derive(Clone, Copy)]
pub(super) enum Colour {
    Bold = 1,
    Dim = 2,
    Red = 31,
    Green = 32,
    Yellow = 33,
}

/// `text` without control characters: what a file or a peer wrote must not steer a terminal.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(|char| if char.is_control() { '\u{fffd}' } else { char }).collect()
}
