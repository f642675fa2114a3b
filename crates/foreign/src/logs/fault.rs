//! Why a line was not read, and what is wrong with a format's text.

use std::fmt;

use crate::{Span, SyntaxError};

/// Why a line was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It tells of no request: a header, a comment, a server that went down.
    Aside(&'static str),
    /// It is not in the format.
    Malformed(Malformed),
}

/// Where a line leaves its format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// What is wrong.
    pub what: &'static str,
    /// Where, in bytes from the line's start.
    pub at: usize,
}

impl Refusal {
    /// The same in a line that has so many bytes more at its start.
    pub(super) fn behind(self, bytes: usize) -> Refusal {
        match self {
            Refusal::Malformed(Malformed { what, at }) => {
                Refusal::malformed(what, at.saturating_add(bytes))
            }
            aside @ Refusal::Aside(_) => aside,
        }
    }

    pub(super) fn malformed(what: &'static str, at: usize) -> Refusal {
        Refusal::Malformed(Malformed { what, at })
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Aside(what) => write!(f, "no request: {what}"),
            Refusal::Malformed(Malformed { what, at }) => write!(f, "{what} at byte {}", at + 1),
        }
    }
}

/// A format's text that cannot be compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatFault {
    /// Where, in bytes from the text's start.
    pub at: usize,
    /// What is wrong.
    pub what: String,
    /// What was expected instead.
    pub expected: &'static str,
}

impl FormatFault {
    /// The same as an error in the file that holds the text: `span` is where it stands there.
    pub fn within(&self, span: Span) -> SyntaxError {
        SyntaxError::new(span, self.what.clone()).expected(self.expected)
    }
}

impl fmt::Display for FormatFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "log format, byte {}: {}: expected {}", self.at + 1, self.what, self.expected)
    }
}

impl std::error::Error for FormatFault {}
