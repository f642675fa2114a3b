//! The one error of the chores: what failed, what is known about it, what to do next.

use std::fmt;

/// A failure a person reads: message, detail and hint; the last two may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    message: String,
    detail: String,
    hint: String,
}

impl Fault {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Fault { message: message.into(), detail: String::new(), hint: String::new() }
    }

    pub(crate) fn detail(mut self, detail: impl fmt::Display) -> Self {
        self.detail = detail.to_string();
        self
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.message)?;
        for line in self.detail.trim_end().lines() {
            write!(f, "\n  {line}")?;
        }
        if !self.hint.is_empty() {
            write!(f, "\n  hint: {}", self.hint)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Fault;

    #[test]
    fn shows_only_the_parts_it_has() {
        assert_eq!(Fault::new("no").to_string(), "error: no");
        let full = Fault::new("no").detail("a\nb\n").hint("try").to_string();
        assert_eq!(full, "error: no\n  a\n  b\n  hint: try");
    }
}
