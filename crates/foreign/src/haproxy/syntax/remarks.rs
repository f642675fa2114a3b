//! What is said of a configuration while it is read: mistakes, and what is not known.

use crate::{Span, SyntaxError};

/// Something that is not wrong, but unknown or doubtful.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Where.
    pub span: Span,
    /// Of which kind.
    pub doubt: Doubt,
    /// What is to be said of it.
    pub what: String,
}

/// Kinds of what is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Doubt {
    /// A section that is not known here.
    UnknownSection,
    /// A keyword, or an argument of one, that is not known here.
    UnknownKeyword,
    /// A variable that is not set, and is left empty.
    UnsetVariable,
    /// An empty word, behind which HAProxy ignores the line.
    EmptyWord,
    /// A condition that cannot be evaluated from here: all its branches count.
    OpenCondition,
    /// What the file itself has to say, with `.notice`, `.warning`, `.diag` or `.alert`.
    Message,
    /// A value that HAProxy reads as another one, or does not use.
    Misread,
    /// What older or newer versions accept, and others do not.
    Version,
    /// A limit of this reader.
    Limit,
}

/// So many of each are kept: nobody reads more, and a file that is no configuration has one for
/// each line.
const KEPT_MAX: usize = 10_000;

/// All that is said of a configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remarks {
    /// What HAProxy refuses.
    pub errors: Vec<SyntaxError>,
    /// What is unknown or doubtful.
    pub told: Vec<Told>,
}

impl Remarks {
    /// Tells something.
    pub fn tell(&mut self, span: Span, doubt: Doubt, what: impl Into<String>) {
        if self.told.len() < KEPT_MAX {
            self.told.push(Told { span, doubt, what: what.into() });
        }
    }

    /// Adds why nothing is read from here on, however much was said before.
    pub fn fail_last(&mut self, error: SyntaxError) {
        self.errors.push(error);
    }

    /// Adds a mistake.
    pub fn fail(&mut self, error: SyntaxError) {
        if self.errors.len() < KEPT_MAX {
            self.errors.push(error);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::haproxy::{Environment, read_texts};

    #[test]
    fn a_file_that_is_no_configuration_is_not_told_line_by_line() {
        let text = "{\n".repeat(3 * super::KEPT_MAX);
        let none = |_: &str| None;
        let config = read_texts(&[("a", text.as_bytes())], &Environment::new(&none));
        assert_eq!(config.errors.len(), super::KEPT_MAX);
        assert!(config.told.len() <= super::KEPT_MAX);
    }

    /// Goal: a file that is not read to its end is none that was read. Method: more empty lines,
    /// and more proxies, than are read.
    #[test]
    fn what_is_too_long_is_told() {
        let check = |text: &str, expected: &str| {
            let none = |_: &str| None;
            let config = read_texts(&[("a", text.as_bytes())], &Environment::new(&none));
            let told: Vec<&str> = config.errors.iter().map(|error| error.what.as_str()).collect();
            assert_eq!(told, [expected]);
        };
        check(&"\n".repeat((1 << 20) + 1), "more lines than are read");
        let proxies: String = (0..(1 << 17) + 2).map(|at| format!("backend b{at}\n")).collect();
        check(&proxies, "more proxies than are read");
    }
}
