//! Finds the line and column of a place in a text.

use std::ops::Range;

/// A text and where its lines begin.
pub(crate) struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        let after = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(i, _)| i + 1);
        Self { text, starts: std::iter::once(0).chain(after).collect() }
    }

    /// The span, kept inside the text and on character boundaries.
    pub(crate) fn within(&self, span: Range<usize>) -> Range<usize> {
        let start = self.text.floor_char_boundary(span.start);
        start..self.text.ceil_char_boundary(span.end).max(start)
    }

    /// Line and column of a character boundary, both from 1, the column in characters.
    pub(crate) fn place(&self, at: usize) -> (usize, usize) {
        let line = self.starts.partition_point(|start| *start <= at);
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        (line, self.text[start..at].chars().count() + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, at: usize, expected: (usize, usize)) {
        assert_eq!(Lines::of(text).place(at), expected, "{text:?} at {at}");
    }

    #[test]
    fn lines_and_columns_begin_at_one() {
        check("", 0, (1, 1));
        check("ab\ncd", 1, (1, 2));
        check("ab\ncd", 2, (1, 3));
        check("ab\ncd", 3, (2, 1));
        check("ab\n", 3, (2, 1));
        check("é\né=", 5, (2, 2));
    }

    #[test]
    fn spans_are_kept_inside() {
        let lines = Lines::of("aé");
        assert_eq!(lines.within(2..2), 1..3);
        assert_eq!(lines.within(5..9), 3..3);
    }
}
