//! Changes of a text that rules offer.

use foreign::{Placed, Sources, Span};

/// A line of its own behind the one where a span ends, with the same space before it.
pub(super) fn line_after(sources: &Sources, span: Span, line: &str) -> Placed<String> {
    let text = sources.text(span.file);
    let start = text
        .get(..span.start as usize)
        .map_or(0, |before| before.rfind('\n').map_or(0, |newline| newline + 1));
    let indent: String =
        text.get(start..).unwrap_or("").chars().take_while(|c| matches!(c, ' ' | '\t')).collect();
    let rest = text.get(span.end as usize..).unwrap_or("");
    // Behind a comment that stands on the line, and before the end of the line.
    let length = rest.find('\n').unwrap_or(rest.len());
    let length = length - usize::from(rest[..length].ends_with('\r'));
    let end = span.end + u32::try_from(length).unwrap_or_default();
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    Placed::new(format!("{newline}{indent}{line}"), Span { start: end, end, ..span })
}

/// Takes something away, and with it the line where nothing else stands on it.
pub(crate) fn removed(sources: &Sources, span: Span) -> Placed<String> {
    let text = sources.text(span.file);
    let before = text.get(..span.start as usize).unwrap_or("");
    let after = text.get(span.end as usize..).unwrap_or("");
    let line = before.rfind('\n').map_or(0, |newline| newline + 1);
    let blank = |c: char| c.is_whitespace() && c != '\n';
    let spaces = after.len() - after.trim_start_matches(blank).len();
    let is_last = after.len() == spaces || after[spaces..].starts_with('\n');
    let (start, end) = match (before[line..].trim().is_empty(), is_last) {
        (true, true) => (line, (span.end as usize + spaces + 1).min(text.len())),
        (false, true) => (before.trim_end_matches(blank).len(), span.end as usize),
        (_, false) => (span.start as usize, span.end as usize + spaces),
    };
    let at = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
    Placed::new(String::new(), Span { start: at(start), end: at(end), ..span })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(edit: fn(&Sources, Span) -> Placed<String>, text: &str, expected: &str) {
        let (before, rest) = text.split_once('[').expect("a start");
        let (inside, after) = rest.split_once(']').expect("an end");
        let text = format!("{before}{inside}{after}");
        let mut sources = Sources::default();
        let file = sources.add("a", text.as_bytes());
        let start = before.len() as u32;
        let edit = edit(&sources, Span { file, start, end: start + inside.len() as u32 });
        let (start, end) = (edit.span.start as usize, edit.span.end as usize);
        assert_eq!(format!("{}{}{}", &text[..start], edit.value, &text[end..]), expected);
    }

    #[test]
    fn a_line_comes_behind_its_own_line() {
        let after = |sources: &Sources, span| line_after(sources, span, "new");
        check(after, "a\n\t[x] # why\nb\n", "a\n\tx # why\n\tnew\nb\n");
        check(after, "[x]", "x\nnew");
        check(after, "a\r\n  [x]\r\nb\r\n", "a\r\n  x\r\n  new\r\nb\r\n");
    }

    #[test]
    fn what_is_removed_leaves_no_empty_line() {
        check(removed, "a\n  [x]\nb\n", "a\nb\n");
        check(removed, "a [x]\nb\n", "a\nb\n");
        check(removed, "a [x]\r\nb\r\n", "a\r\nb\r\n");
        check(removed, "a\n[x]\r\nb\r\n", "a\nb\r\n");
        check(removed, "a\n[x] b\n", "a\nb\n");
        check(removed, "a [x] b\n", "a b\n");
        check(removed, "[x]", "");
    }
}
