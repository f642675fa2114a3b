//! A value that was written, or that nginx takes where nothing is written.

use crate::placed::Placed;
use crate::source::Span;

/// A value with a default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting<T> {
    /// What is in force.
    pub value: T,
    /// Where it was written; absent for nginx's default.
    pub span: Option<Span>,
}

impl<T> Setting<T> {
    /// nginx's default.
    pub fn default(value: T) -> Setting<T> {
        Setting { value, span: None }
    }

    /// A value that stands in the file.
    pub fn written(value: T, span: Span) -> Setting<T> {
        Setting { value, span: Some(span) }
    }

    /// Whether it is nginx's default, and not written.
    pub fn is_default(&self) -> bool {
        self.span.is_none()
    }
}

impl<T> From<Placed<T>> for Setting<T> {
    fn from(placed: Placed<T>) -> Setting<T> {
        Setting::written(placed.value, placed.span)
    }
}
