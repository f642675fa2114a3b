//! One thing that an audit found, as far as a history asks.

use config::LevelName;

/// One thing that an audit found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The rule's number.
    pub rule: String,
    /// The rule's name.
    pub name: String,
    /// How bad it is.
    pub severity: LevelName,
    /// What was found.
    pub what: String,
    /// `file:line:column`; empty where no line says it.
    pub place: String,
    /// What stays the same while lines are put in above it and figures change.
    pub key: String,
}

/// What an audit of a target saw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// What it found.
    pub found: Vec<Found>,
    /// Rules that had nothing to look at this time: what they found before still stands.
    pub unasked: Vec<String>,
    /// What could not be looked at, and why.
    pub missed: Option<String>,
}

/// The worse, the greater.
pub(super) fn rank(level: LevelName) -> u8 {
    match level {
        LevelName::Info => 0,
        LevelName::Warning => 1,
        LevelName::Error => 2,
    }
}

pub(super) fn word(level: LevelName) -> &'static str {
    match level {
        LevelName::Info => "info",
        LevelName::Warning => "warning",
        LevelName::Error => "error",
    }
}

/// What is not known counts as the worst.
pub(super) fn level(word: &str) -> LevelName {
    match word {
        "info" => LevelName::Info,
        "warning" => LevelName::Warning,
        _ => LevelName::Error,
    }
}
