//! Parts of a configuration that is being written, each with what is to be said beside it.

use config::{Endpoint, Pool};
use foreign::Span;

/// What became of a meaning that could not be kept as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Something near it stands in its place.
    Changed,
    /// Nothing does.
    Lost,
}

/// A meaning that could not be kept.
#[derive(Clone, Debug)]
pub(super) struct Remark {
    pub(super) fate: Fate,
    pub(super) span: Option<Span>,
    pub(super) what: String,
}

/// A table, and what is to be said above it.
#[derive(Clone, Debug)]
pub(super) struct Part<T> {
    pub(super) value: T,
    /// Where it comes from.
    pub(super) from: Option<Span>,
    pub(super) remarks: Vec<Remark>,
}

/// A pool; its endpoints are beside it and not in it.
#[derive(Clone, Debug)]
pub(super) struct PoolPart {
    pub(super) name: String,
    pub(super) pool: Part<Pool>,
    pub(super) endpoints: Vec<Part<Endpoint>>,
}

impl<T> Part<T> {
    pub(super) fn new(value: T, from: impl Into<Option<Span>>) -> Part<T> {
        Part { value, from: from.into(), remarks: Vec::new() }
    }

    pub(super) fn changed(&mut self, span: impl Into<Option<Span>>, what: impl Into<String>) {
        self.remarks.push(Remark { fate: Fate::Changed, span: span.into(), what: what.into() });
    }

    pub(super) fn lost(&mut self, span: impl Into<Option<Span>>, what: impl Into<String>) {
        self.remarks.push(Remark { fate: Fate::Lost, span: span.into(), what: what.into() });
    }
}
