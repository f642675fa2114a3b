//! A value that was written, or that a balancer takes where nothing is written.

use crate::placed::Placed;
use crate::source::Span;

/// A value with a default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting<T> {
    /// What is in force.
    pub value: T,
    /// Where it was written; absent for the default.
    pub span: Option<Span>,
}

impl<T> Setting<T> {
    /// The default of whoever reads the file.
    pub fn default(value: T) -> Setting<T> {
        Setting { value, span: None }
    }

    /// A value that stands in the file.
    pub fn written(value: T, span: Span) -> Setting<T> {
        Setting { value, span: Some(span) }
    }

    /// Whether nothing was written.
    pub fn is_default(&self) -> bool {
        self.span.is_none()
    }
}

impl<T> From<Placed<T>> for Setting<T> {
    fn from(placed: Placed<T>) -> Setting<T> {
        Setting::written(placed.value, placed.span)
    }
}
