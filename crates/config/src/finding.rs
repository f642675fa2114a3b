//! One thing that is wrong, as the checks put it down: a place in bytes, and words.

use std::ops::Range;

use crate::lines::Lines;
use crate::problem::{Problem, Related, Severity};

/// What a check found, before its line and column are known.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    pub(crate) severity: Severity,
    pub(crate) slug: &'static str,
    pub(crate) span: Range<usize>,
    pub(crate) what: String,
    pub(crate) why: String,
    pub(crate) hint: Option<String>,
    pub(crate) related: Vec<(Range<usize>, String)>,
}

impl Finding {
    pub(crate) fn error(slug: &'static str, span: Range<usize>, what: impl AsRef<str>) -> Self {
        Self {
            severity: Severity::Error,
            slug,
            span,
            what: printable(what.as_ref()),
            why: String::new(),
            hint: None,
            related: Vec::new(),
        }
    }

    pub(crate) fn warning(slug: &'static str, span: Range<usize>, what: impl AsRef<str>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(slug, span, what) }
    }

    pub(crate) fn why(mut self, why: impl AsRef<str>) -> Self {
        self.why = printable(why.as_ref());
        self
    }

    pub(crate) fn hint(mut self, hint: impl AsRef<str>) -> Self {
        self.hint = Some(printable(hint.as_ref()));
        self
    }

    /// Adds `did you mean …?` where a word close to the written one is known.
    pub(crate) fn did_you_mean(self, word: Option<&str>) -> Self {
        match word {
            Some(word) => self.hint(format!("did you mean `{word}`?")),
            None => self,
        }
    }

    pub(crate) fn related(mut self, span: Range<usize>, label: impl AsRef<str>) -> Self {
        self.related.push((span, printable(label.as_ref())));
        self
    }

    /// The finding with the lines and columns that its places have.
    pub(crate) fn locate(self, lines: &Lines<'_>) -> Problem {
        let span = lines.within(self.span);
        let (line, column) = lines.place(span.start);
        let related = self.related.into_iter().map(|(span, label)| {
            let span = lines.within(span);
            let (line, column) = lines.place(span.start);
            Related { line, column, span, label }
        });
        Problem {
            severity: self.severity,
            slug: self.slug,
            line,
            column,
            span,
            what: self.what,
            why: self.why,
            hint: self.hint,
            related: related.collect(),
        }
    }
}

/// A file's own words stand in messages: none of them may steer a terminal.
pub(crate) fn printable(text: &str) -> String {
    let escape = |c: char| match c {
        c if c.is_control() => c.escape_default().collect(),
        c => String::from(c),
    };
    text.chars().map(escape).collect()
}
