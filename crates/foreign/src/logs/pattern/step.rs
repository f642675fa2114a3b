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
    /// So often what looks like the end stands within the field: times hold spaces.
    pub(super) inner: usize,
    /// The product cut what was longer: such a value may be a part of what was sent.
    pub(super) cut_at: Option<usize>,
}

/// What is known of a field's text beside what it means.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Shape {
    /// A value as all of them look, where they hold the same signs.
    pub(super) sample: Box<[u8]>,
    /// As [`Step::cut_at`].
    pub(super) cut_at: Option<usize>,
}

impl Shape {
    /// How often what is to end such a field stands within it.
    pub(super) fn inner(&self, end: &[u8]) -> usize {
        if end.is_empty() { 0 } else { memchr::memmem::find_iter(&self.sample, end).count() }
    }
}
