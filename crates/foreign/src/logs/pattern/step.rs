//! A compiled format: what stands before the first field, then each field and what ends it.

use crate::logs::field::Field;
use crate::logs::format::Captures;
use crate::logs::scratch::Escape;

/// A compiled format.
#[derive(Clone, Debug, Default)]
pub(in crate::logs) struct Pattern {
    /// What a line begins with.
    pub(super) head: Box<[u8]>,
    /// Its fields.
    pub(super) steps: Vec<Step>,
    /// What names of headers and cookies point to.
    pub(super) names: Vec<Box<[u8]>>,
    /// What captured headers are called.
    pub(super) captures: Captures,
    /// How values are written.
    pub(super) escape: Escape,
    /// Whether the product cuts long lines, most often within the request.
    pub(super) cut: bool,
    /// Whether more may follow than the format tells.
    pub(super) open: bool,
}

/// A field and the text that ends it.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) field: Field,
    /// Nothing: the field goes to the end of the line.
    pub(super) end: Box<[u8]>,
    /// The end of the line will do too.
    pub(super) or_line_end: bool,
    /// Nothing follows, so that only the last of what looks like the end is one.
    pub(super) last: bool,
    /// A digit or a `-` must follow: what looks like the end may be a part of the field.
    pub(super) number_follows: bool,
}
