//! Puts changes into a text.

use std::ops::Range;

/// What stands somewhere, in bytes, and what is to stand there instead.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Part {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) text: String,
}

impl Part {
    pub(super) fn range(&self) -> Range<usize> {
        self.start..self.end
    }

    /// Whether both cannot be done: what one takes away the other has to do with.
    pub(super) fn clashes(&self, other: &Part) -> bool {
        let is_apart = self.end <= other.start || other.end <= self.start;
        let is_same_place = self.start == other.start && self.end == other.end;
        self != other && (!is_apart || is_same_place)
    }
}

/// The text with its changes, which do not overlap. `None`: one of them is not about this text.
pub(super) fn applied(text: &str, parts: &[Part]) -> Option<String> {
    let mut sorted: Vec<&Part> = parts.iter().collect();
    sorted.sort();
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for part in sorted {
        out.push_str(text.get(at..part.start)?);
        out.push_str(&part.text);
        text.get(part.range())?;
        at = part.end;
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(start: usize, end: usize, text: &str) -> Part {
        Part { start, end, text: text.to_owned() }
    }

    #[test]
    fn parts_are_put_in_whatever_their_order() {
        let parts = [part(5, 5, "!"), part(0, 1, ""), part(2, 3, "xyz")];
        assert_eq!(applied("abcde", &parts).as_deref(), Some("bxyzde!"));
        assert_eq!(applied("é", &[part(1, 1, "x")]), None);
        assert_eq!(applied("a", &[part(1, 3, "x")]), None);
    }

    #[test]
    fn parts_that_touch_do_not_clash() {
        let check = |a: &Part, b: &Part, expected: bool| {
            assert_eq!((a.clashes(b), b.clashes(a)), (expected, expected), "{a:?} {b:?}");
        };
        check(&part(0, 2, ""), &part(2, 4, ""), false);
        check(&part(0, 2, ""), &part(1, 4, ""), true);
        check(&part(0, 2, ""), &part(1, 1, "x"), true);
        check(&part(1, 1, "y"), &part(1, 1, "x"), true);
        check(&part(1, 1, "x"), &part(1, 1, "x"), false);
    }
}
