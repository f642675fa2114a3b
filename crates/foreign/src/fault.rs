//! What is wrong with a text: where, what, and what would be right.

use std::fmt;

use crate::source::{Sources, Span};

/// A text that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where.
    pub span: Span,
    /// What is wrong.
    pub what: String,
    /// What was expected instead, where that can be said.
    pub expected: Option<String>,
}

impl SyntaxError {
    /// An error that is yet to say what was expected.
    pub fn new(span: Span, what: impl Into<String>) -> SyntaxError {
        SyntaxError { span, what: what.into(), expected: None }
    }

    /// Says what was expected.
    pub fn expected(mut self, expected: impl Into<String>) -> SyntaxError {
        self.expected = Some(expected.into());
        self
    }

    /// What is wrong, and what was expected, without the place.
    pub fn words(&self) -> String {
        match &self.expected {
            Some(expected) => format!("{}: expected {expected}", self.what),
            None => self.what.clone(),
        }
    }

    /// `file:line:column: what is wrong: expected …`.
    pub fn told<'a>(&'a self, sources: &'a Sources) -> impl fmt::Display + 'a {
        Told { error: self, sources }
    }
}

struct Told<'a> {
    error: &'a SyntaxError,
    sources: &'a Sources,
}

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.sources.place(self.error.span);
        write!(f, "{}:{}:{}: {}", place.file, place.line, place.column, self.error.words())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_names_the_place_and_what_was_expected() {
        let mut sources = Sources::default();
        let file = sources.add("haproxy.cfg", b"global\n  maxconn x\n");
        let span = Span { file, start: 17, end: 18 };
        let error = SyntaxError::new(span, "`x` is no number").expected("a number of connections");
        assert_eq!(
            error.told(&sources).to_string(),
            "haproxy.cfg:2:11: `x` is no number: expected a number of connections"
        );
    }
}
