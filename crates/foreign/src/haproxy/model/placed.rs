//! A value and the line that decided it.

use crate::Span;

/// A value and the line that decided it, so that a finding can name the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed<T> {
    /// The value.
    pub value: T,
    /// The line, from its first word to its last one.
    pub span: Span,
}

impl<T> Placed<T> {
    pub(super) fn new(value: T, span: Span) -> Placed<T> {
        Placed { value, span }
    }
}
