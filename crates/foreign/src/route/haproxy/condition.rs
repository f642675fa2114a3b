//! Conditions: tests, negated or not, all of them or one of several rows.

use std::sync::Arc;

use super::reading::Reading;
use super::seen::Seen;
use super::test::Test;
use crate::haproxy::model;
use crate::haproxy::syntax::Word;
use crate::route::truth::Truth;

/// A condition; without one it always holds.
#[derive(Clone, Debug, Default)]
pub(super) struct Condition {
    is_negated: bool,
    /// Rows of tests of which all have to hold; one row is enough.
    rows: Vec<Vec<Term>>,
}

#[derive(Clone, Debug)]
struct Term {
    is_negated: bool,
    /// The lines of an ACL are alternatives.
    tests: Arc<[Test]>,
}

impl Condition {
    pub(super) fn parse(
        condition: Option<&model::Condition>,
        reading: &mut Reading<'_>,
    ) -> Condition {
        let Some(condition) = condition else { return Condition::default() };
        let is_or = |word: &Word| matches!(word.text.as_ref(), "or" | "||" | "OR");
        let rows = condition.words.split(is_or).map(|words| row(words, reading)).collect();
        Condition { is_negated: condition.is_negated, rows }
    }

    pub(super) fn holds(&self, seen: Seen<'_>) -> Truth {
        if self.rows.is_empty() {
            return Truth::Yes;
        }
        let holds = Truth::any(self.rows.iter().map(|row| {
            Truth::all(row.iter().map(|term| {
                let holds = Truth::any(term.tests.iter().map(|test| test.holds(seen)));
                if term.is_negated { holds.not() } else { holds }
            }))
        }));
        if self.is_negated { holds.not() } else { holds }
    }
}

fn row(words: &[Word], reading: &mut Reading<'_>) -> Vec<Term> {
    let (mut terms, mut at, mut is_negated) = (Vec::new(), 0, false);
    while let Some(word) = words.get(at) {
        at += 1;
        let mut name = word.text.as_ref();
        while let Some(rest) = name.strip_prefix('!') {
            is_negated = !is_negated;
            name = rest;
        }
        let tests: Arc<[Test]> = match name {
            "" | "and" | "AND" | "&&" => continue,
            "{" => {
                let rest = words.get(at..).unwrap_or_default();
                let is_end = |word: &Word| word.text.as_ref() == "}";
                let end = rest.iter().position(is_end).unwrap_or(rest.len());
                at += end + 1;
                [Test::parse(rest.get(..end).unwrap_or_default(), reading)].into()
            }
            name => named(name, word.span, reading),
        };
        terms.push(Term { is_negated: std::mem::take(&mut is_negated), tests });
    }
    terms
}

fn named(name: &str, span: crate::Span, reading: &mut Reading<'_>) -> Arc<[Test]> {
    let lines: Vec<_> =
        reading.acls.iter().copied().filter(|it| it.name.as_ref() == name).collect();
    if !lines.is_empty() {
        return lines.iter().map(|acl| Test::parse(&acl.words, reading)).collect();
    }
    let words: &[&str] = match name {
        "TRUE" => &["always_true"],
        "FALSE" => &["always_false"],
        "METH_GET" => &["method", "GET", "HEAD"],
        "METH_CONNECT" => &["method", "CONNECT"],
        "METH_DELETE" => &["method", "DELETE"],
        "METH_HEAD" => &["method", "HEAD"],
        "METH_OPTIONS" => &["method", "OPTIONS"],
        "METH_POST" => &["method", "POST"],
        "METH_PUT" => &["method", "PUT"],
        "METH_TRACE" => &["method", "TRACE"],
        "LOCALHOST" => &["src", "127.0.0.1/8"],
        "HTTP" | "WAIT_END" => &["always_true"],
        "HTTP_URL_SLASH" => &["url_beg", "/"],
        "HTTP_URL_STAR" => &["url", "*"],
        _ => return [Test::Unknown(reading.unknown(name))].into(),
    };
    let word = |text: &&str| Word { span, text: Arc::from(*text) };
    [Test::parse(&words.iter().map(word).collect::<Vec<_>>(), reading)].into()
}
