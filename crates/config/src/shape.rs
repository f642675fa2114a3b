//! What a configuration may look like: the JSON Schema, read once into types.
//!
//! Parser and reference page both work from it, so neither can know a key the other does not.

use std::sync::LazyLock;

use serde_json::Value;

use crate::schema::schema;
use crate::units::{Size, Span};

mod read;

/// The shape of a whole file.
pub(crate) static FILE: LazyLock<Table> = LazyLock::new(|| of(&schema()));

/// The shape of a file of another schema.
pub(crate) fn of(schema: &Value) -> Table {
    read::file(schema)
}

/// What a value may look like.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    Table(Table),
    /// A table whose keys are names of the user's choice.
    Named(Box<Shape>),
    List(Box<Shape>),
    Text(Text),
    Integer(Bounds<i128>),
    Number(Bounds<f64>),
    Flag,
    Word(Vec<Word>),
    Statuses,
    /// A schema this reader has no word for; serde judges the value alone.
    Any,
}

/// What a text may look like.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Text {
    Plain,
    Span(Bounds<Span>),
    Size(Bounds<Size>),
    Address,
    AddressOrOff,
    Network,
}

/// Limits of a value; an open lower one excludes the limit itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds<T> {
    pub(crate) least: Option<T>,
    pub(crate) above: Option<T>,
    pub(crate) most: Option<T>,
}

/// One of the words a key accepts.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    pub(crate) word: String,
    pub(crate) text: String,
}

/// A table with keys of our choice, required ones first, then by name.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    /// What one such table is called, as in "endpoint `web1`".
    pub(crate) noun: String,
    pub(crate) text: String,
    pub(crate) keys: Vec<Key>,
}

/// A key of a table.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) shape: Shape,
    pub(crate) unwritten: Unwritten,
}

/// What it means when a key is not written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Unwritten {
    /// A mistake.
    Refused,
    /// Something of its own, which no value says.
    Absent,
    /// The same as an empty table or list.
    Empty,
    /// The same as this value, in TOML.
    Default(String),
}

impl Key {
    pub(crate) fn is_required(&self) -> bool {
        self.unwritten == Unwritten::Refused
    }
}

impl Table {
    pub(crate) fn key(&self, name: &str) -> Option<&Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(|key| key.name.as_str())
    }
}

impl<T: Copy + PartialOrd> Bounds<T> {
    /// Whether the value is inside; one that compares with nothing (NaN) is not.
    pub(crate) fn contain(&self, value: T) -> bool {
        self.least.is_none_or(|least| value >= least)
            && self.above.is_none_or(|above| value > above)
            && self.most.is_none_or(|most| value <= most)
    }
}

impl<T: Copy + std::fmt::Display> Bounds<T> {
    /// `from 1 to 10`, `above 0, at most 10`, `at least 1`; `None` without limits.
    pub(crate) fn describe(&self) -> Option<String> {
        match (self.least, self.above, self.most) {
            (Some(least), None, Some(most)) => Some(format!("from {least} to {most}")),
            (Some(least), None, None) => Some(format!("at least {least}")),
            (_, Some(above), Some(most)) => Some(format!("above {above}, at most {most}")),
            (_, Some(above), None) => Some(format!("above {above}")),
            (None, None, Some(most)) => Some(format!("at most {most}")),
            (None, None, None) => None,
        }
    }
}
