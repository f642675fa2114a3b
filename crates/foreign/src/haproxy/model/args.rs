//! The words of a line, one after the other, with a word about what is wrong with them.

use super::values::{self, BadTime, Unit};
use crate::haproxy::syntax::{Doubt, Environment, Remarks, Text, Word};
use crate::placed::Placed;
use crate::{Span, SyntaxError};

/// The words behind a keyword. A method that answers `None` has said why.
pub(super) struct Args<'w, 'r, 'e> {
    pub(super) words: &'w [Word],
    at: usize,
    /// The line.
    pub(super) line: Span,
    /// What the line does, as it is called in messages.
    pub(super) keyword: &'w str,
    pub(super) environment: &'r Environment<'e>,
    pub(super) remarks: &'r mut Remarks,
}

impl<'w, 'r, 'e> Args<'w, 'r, 'e> {
    pub(super) fn new(
        words: &'w [Word],
        line: Span,
        environment: &'r Environment<'e>,
        remarks: &'r mut Remarks,
    ) -> Args<'w, 'r, 'e> {
        let keyword = words.first().map_or("", |word| word.text.as_ref());
        Args { words, at: 1, line, keyword, environment, remarks }
    }

    /// The next word, without taking it.
    pub(super) fn peek(&self) -> Option<&'w Word> {
        self.words.get(self.at)
    }

    /// The text of the next word, or nothing.
    pub(super) fn peek_text(&self) -> &'w str {
        self.peek().map_or("", |word| word.text.as_ref())
    }

    pub(super) fn next(&mut self) -> Option<&'w Word> {
        let word = self.words.get(self.at)?;
        self.at += 1;
        Some(word)
    }

    /// Takes the next word if it says this.
    pub(super) fn take(&mut self, text: &str) -> bool {
        let is_next = self.peek().is_some_and(|word| word.text.as_ref() == text);
        self.at += usize::from(is_next);
        is_next
    }

    /// All words that are left.
    pub(super) fn rest(&mut self) -> &'w [Word] {
        let rest = self.words.get(self.at..).unwrap_or_default();
        self.at = self.words.len();
        rest
    }

    /// The next word, which has to be there.
    pub(super) fn word(&mut self, expected: &str) -> Option<&'w Word> {
        let word = self.next();
        if word.is_none() {
            let last = self.words.last().map_or(self.line, |word| word.span);
            let error = SyntaxError::new(last, format!("`{}` is not complete", self.keyword));
            self.remarks.fail(error.expected(expected));
        }
        word
    }

    /// The next word's text, which has to be there.
    pub(super) fn text(&mut self, expected: &str) -> Option<Text> {
        self.word(expected).map(|word| word.text.clone())
    }

    /// The next word as a number, as HAProxy reads it: what is no number is 0, and told.
    pub(super) fn integer(&mut self, expected: &str) -> Option<i64> {
        let word = self.word(expected)?;
        let integer = values::integer(&word.text);
        if !integer.is_clean {
            let what = format!("HAProxy reads `{}` as {}", word.text, integer.value);
            self.remarks.tell(word.span, Doubt::Misread, what);
        }
        Some(integer.value)
    }

    /// A number within bounds.
    pub(super) fn number(&mut self, least: i64, most: i64, expected: &str) -> Option<u64> {
        let span = self.peek().map_or(self.line, |word| word.span);
        let value = self.integer(expected)?;
        if !(least..=most).contains(&value) {
            let error = SyntaxError::new(span, format!("{value} is out of range"));
            self.remarks.fail(error.expected(expected));
            return None;
        }
        u64::try_from(value).ok()
    }

    /// A number that may be missing at the end of a `server` line, where it is 0.
    pub(super) fn number_or_zero(&mut self, least: i64, most: i64, expected: &str) -> Option<u64> {
        if self.peek().is_none() {
            let what = format!("`{}` ends without {expected}: it is 0", self.keyword);
            self.remarks.tell(self.line, Doubt::Misread, what);
            return Some(0);
        }
        self.number(least, most, expected)
    }

    /// Tells of words that are left over.
    pub(super) fn done(&mut self) {
        if let Some(word) = self.next() {
            self.unknown(word);
        }
    }

    /// A number that HAProxy does not check: what is negative is told, and none.
    pub(super) fn count(&mut self, expected: &str) -> Option<u64> {
        let span = self.peek().map_or(self.line, |word| word.span);
        let value = self.integer(expected)?;
        let count = u64::try_from(value).ok();
        if count.is_none() {
            self.remarks.tell(span, Doubt::Misread, format!("{value} is no {expected}"));
        }
        count
    }

    /// A time in milliseconds.
    pub(super) fn time_ms(&mut self, unit: Unit) -> Option<u64> {
        let word = self.word("a time")?;
        let expected = match unit {
            Unit::Milliseconds => "a number of milliseconds, or one with us, ms, s, m, h or d",
            Unit::Seconds => "a number of seconds, or one with us, ms, s, m, h or d",
        };
        let what = match values::time_ms(&word.text, unit) {
            Ok((time, has_tail)) => {
                if has_tail {
                    let what =
                        format!("HAProxy ignores what stands behind the unit of `{}`", word.text);
                    self.remarks.tell(word.span, Doubt::Misread, what);
                }
                return Some(time);
            }
            Err(BadTime::Letter) => format!("`{}` is no time", word.text),
            Err(BadTime::Over) => format!("`{}` is too long a time", word.text),
        };
        self.remarks.fail(SyntaxError::new(word.span, what).expected(expected));
        None
    }

    /// A size, or a number with a binary unit.
    pub(super) fn size(&mut self) -> Option<u64> {
        let word = self.word("a size")?;
        let size = values::size(&word.text);
        if size.is_none() {
            let error = SyntaxError::new(word.span, format!("`{}` is no size", word.text));
            self.remarks.fail(error.expected("a number, or one with k, m or g"));
        }
        size
    }

    /// One of some words.
    pub(super) fn one_of<T: Copy>(&mut self, known: &[(&str, T)]) -> Option<T> {
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        let expected = format!("one of {}", names.join(", "));
        let word = self.word(&expected)?;
        let found = known.iter().find(|(name, _)| *name == word.text.as_ref());
        if found.is_none() {
            self.fail(word, format!("`{}` is none of these", word.text), &expected);
        }
        found.map(|&(_, value)| value)
    }

    /// One of some words, as it is written.
    pub(super) fn said_of(&mut self, known: &[&str]) -> Option<Placed<Text>> {
        let known: Vec<(&str, &str)> = known.iter().map(|name| (*name, *name)).collect();
        let text = self.one_of(&known)?;
        Some(Placed::new(text.into(), self.line))
    }

    /// A mistake that is a word.
    pub(super) fn fail(&mut self, word: &Word, what: impl Into<String>, expected: &str) {
        self.remarks.fail(SyntaxError::new(word.span, what).expected(expected));
    }

    /// A mistake that concerns the whole line.
    pub(super) fn fail_line(&mut self, what: impl Into<String>, expected: &str) {
        self.remarks.fail(SyntaxError::new(self.line, what).expected(expected));
    }

    /// Tells that a word is not known here.
    pub(super) fn unknown(&mut self, word: &Word) {
        let what = format!("`{}` is not known here in `{}`", word.text, self.keyword);
        self.remarks.tell(word.span, Doubt::UnknownKeyword, what);
    }
}
