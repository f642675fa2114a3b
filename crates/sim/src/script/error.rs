//! Why a file is no scenario.

use std::fmt;

/// What is wrong with a scenario, for the person who wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptError {
    /// What is wrong, with the place where it is known.
    pub message: String,
    /// What to do about it; may be empty.
    pub hint: String,
}

impl ScriptError {
    pub(crate) fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        ScriptError { message: message.into(), hint: hint.into() }
    }
}

impl fmt::Display for ScriptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message.trim_end())?;
        if !self.hint.is_empty() {
            write!(f, "\n  hint: {}", self.hint)?;
        }
        Ok(())
    }
}

impl std::error::Error for ScriptError {}
