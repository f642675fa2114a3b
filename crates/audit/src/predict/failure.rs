//! Why there is no prediction.

use std::fmt;

/// Why there is no prediction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No pool of that name; those that there are.
    UnknownPool(String, Vec<String>),
    /// No server of that name, and the one that may have been meant.
    UnknownServer(String, Option<String>),
    /// No pool that can be imitated, and why not.
    Nothing(Vec<String>),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::UnknownPool(name, known) => {
                write!(f, "there is no pool `{name}`; there are: {}", known.join(", "))
            }
            Failure::UnknownServer(name, nearest) => {
                write!(f, "no pool has a server `{name}`")?;
                let Some(nearest) = nearest else { return Ok(()) };
                write!(f, "; did you mean `{nearest}`?")
            }
            Failure::Nothing(why) if why.is_empty() => f.write_str("there is no pool with servers"),
            Failure::Nothing(why) => f.write_str(&why.join("\n")),
        }
    }
}

impl std::error::Error for Failure {}
