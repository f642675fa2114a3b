//! Regular expressions as other balancers have them.

use std::fmt;

use fancy_regex::{Captures, Regex, RegexBuilder};

/// Steps back that one search may take: a log has lines that were made to cost.
const STEPS_MAX: usize = 20_000;

/// A regular expression.
#[derive(Clone)]
pub(super) struct Expression(Regex);

impl Expression {
    /// `None` where it is none, or one of a kind that is not known here.
    pub(super) fn new(text: &str, no_case: bool) -> Option<Expression> {
        let mut builder = RegexBuilder::new(text);
        builder.case_insensitive(no_case).backtrack_limit(STEPS_MAX);
        builder.build().ok().map(Expression)
    }

    /// The same for the whole of a text.
    pub(super) fn whole(text: &str) -> Option<Expression> {
        Expression::new(&format!("\\A(?:{text})\\z"), false)
    }

    /// Whether it is found; `None` where that would take too long.
    pub(super) fn finds(&self, text: &[u8]) -> Option<bool> {
        self.0.is_match(&*String::from_utf8_lossy(text)).ok()
    }

    /// What its groups found, numbered ones and those with a name.
    pub(super) fn groups(&self, text: &[u8]) -> Option<Option<Groups>> {
        let text = String::from_utf8_lossy(text);
        let found = self.0.captures(&*text).ok()?;
        Some(found.map(|found| self.read(&found)))
    }

    /// With every place where it is found replaced; `\\1` is what its first group found. `None`
    /// where that would take too long.
    pub(super) fn replaced(&self, text: &[u8], by: &str) -> Option<Vec<u8>> {
        let text = String::from_utf8_lossy(text);
        let (mut made, mut from) = (Vec::new(), 0);
        for found in self.0.captures_iter(&*text) {
            let found = found.ok()?;
            let whole = found.get(0)?;
            made.extend_from_slice(text.get(from..whole.start())?.as_bytes());
            let mut letters = by.chars();
            while let Some(letter) = letters.next() {
                match (letter, if letter == '\\' { letters.next() } else { None }) {
                    (_, Some(next)) if next.is_ascii_digit() => {
                        let group = found.get(next.to_digit(10)? as usize);
                        made.extend_from_slice(group.map_or("", |it| it.as_str()).as_bytes());
                    }
                    (_, Some(next)) => made.extend_from_slice(next.to_string().as_bytes()),
                    _ => made.extend_from_slice(letter.to_string().as_bytes()),
                }
            }
            from = whole.end();
        }
        made.extend_from_slice(text.get(from..)?.as_bytes());
        Some(made)
    }

    fn read(&self, found: &Captures<'_, str>) -> Groups {
        let part = |at: usize| found.get(at).map_or_else(Vec::new, |it| it.as_str().into());
        let names = self.0.capture_names().flatten();
        let named = names.filter_map(|name| {
            Some((name.to_owned(), found.name(name)?.as_str().as_bytes().to_vec()))
        });
        Groups { parts: (0..found.len()).map(part).collect(), named: named.collect() }
    }
}

/// What the groups of an expression found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Groups {
    /// By number, the whole first.
    pub(super) parts: Vec<Vec<u8>>,
    /// By name.
    pub(super) named: Vec<(String, Vec<u8>)>,
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_str().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_of_pcre_are_read() {
        let finds =
            |text: &str, in_: &str| Expression::new(text, false).unwrap().finds(in_.as_bytes());
        assert_eq!(finds(r"^/(?!admin)\w+\.php$", "/index.php"), Some(true));
        assert_eq!(finds(r"^/(?!admin)\w+\.php$", "/admin.php"), Some(false));
        assert_eq!(Expression::new("(", false).map(|_| ()), None);
        let whole = Expression::whole("/a|/b").unwrap();
        assert_eq!((whole.finds(b"/b"), whole.finds(b"/bc")), (Some(true), Some(false)));
        let groups = Expression::new("^/(?<who>[a-z]+)/(.*)$", false).unwrap().groups(b"/a/b/c");
        let groups = groups.unwrap().unwrap();
        assert_eq!(groups.named, [("who".to_owned(), b"a".to_vec())]);
    }

    /// Goal: no expression holds a prediction up. Method: one that goes back without an end.
    #[test]
    fn a_search_that_takes_too_long_is_given_up() {
        let slow = Expression::new(r"^(?:(?:a|aa|aaa)(?!x))+b$", false).unwrap();
        assert_eq!(slow.finds(&[b'a'; 60]), None);
    }
}
