//! All that is wrong with a configuration, at once.

use std::fmt;

use crate::problem::{Problem, Severity};
use crate::render;

/// All that is wrong with a configuration, in the file's order; at least one error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems {
    name: String,
    text: String,
    list: Vec<Problem>,
}

impl Problems {
    pub(crate) fn new(name: &str, text: &str, list: Vec<Problem>) -> Self {
        Self { name: name.to_owned(), text: text.to_owned(), list }
    }

    /// The problems, in the file's order; warnings among them.
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.list.iter()
    }

    /// How many of the problems are of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.list.iter().filter(|problem| problem.severity == severity).count()
    }

    /// Name of the file, as it is shown.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The file's text, in which the problems' places are.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Every problem with its source line underlined, and a closing line that counts them.
    pub fn render(&self, color: bool) -> String {
        render::problems(&self.name, &self.text, &self.list, color)
    }
}

impl<'a> IntoIterator for &'a Problems {
    type Item = &'a Problem;
    type IntoIter = std::slice::Iter<'a, Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Problems {}
