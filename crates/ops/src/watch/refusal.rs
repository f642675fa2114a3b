//! Why something that a person asked for was not done.

use std::fmt;

/// Why something that a person asked for was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No open alarm has this id.
    NoSuchAlarm(String),
    /// No silence has this id.
    NoSuchSilence(String),
    /// It was not said who asks.
    NoName,
    /// It was not said why.
    NoReason,
    /// It was not said of which alarms.
    NoMatcher,
    /// The end is not in the future, or is further away than a silence may last.
    BadExpiry,
    /// Somebody has it already.
    Taken(String),
    /// Nobody has it.
    NotTaken(String),
    /// So many are in force already.
    TooMany(usize),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchAlarm(id) => write!(f, "there is no open alarm `{id}`"),
            Self::NoSuchSilence(id) => write!(f, "there is no silence `{id}` in force"),
            Self::NoName => f.write_str("it is not said who asks"),
            Self::NoReason => f.write_str("it is not said why"),
            Self::NoMatcher => f.write_str("a silence names a pool, a kind, a cause or a severity"),
            Self::BadExpiry => f.write_str("a silence ends in the future, within 90 days"),
            Self::Taken(by) => write!(f, "{by} has acknowledged it already"),
            Self::NotTaken(id) => write!(f, "nobody has acknowledged `{id}`"),
            Self::TooMany(most) => write!(f, "there are {most} silences already"),
        }
    }
}

impl std::error::Error for Refusal {}
