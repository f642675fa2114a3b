//! Says what is wrong with a text that is no TOML, and what to write instead.

use std::ops::Range;

use toml::de::Error;

use crate::finding::Finding;

/// A parser that lost its place reports every line that follows; the first few tell the story.
const SHOWN: usize = 5;

/// How deep the parser follows keys and brackets.
const DEEPEST: usize = 80;

/// The errors of the parser, one for a line, in the file's order.
pub(crate) fn findings(text: &str, errors: &[Error]) -> Vec<Finding> {
    let deepest = deepest(text);
    let mut sorted: Vec<(Range<usize>, &Error)> =
        errors.iter().map(|error| (place(text, error, &deepest), error)).collect();
    sorted.sort_by_key(|(span, _)| span.start);
    let (mut out, mut next_line) = (Vec::new(), 0);
    for (span, error) in sorted {
        if span.start < next_line {
            continue;
        }
        if out.len() == SHOWN {
            break;
        }
        let rest = text.as_bytes().get(span.start..).unwrap_or_default();
        let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        next_line = span.start + end + 1;
        if let Some(open) = open_list(text, &span, error) {
            let hint = "close the list with `]`";
            out.push(finding(open, "this is no TOML: the list that begins here has no end", hint));
            // All that follows was read as the list's values.
            break;
        }
        out.push(one(text, span, error.message()));
    }
    out
}

/// The error of a text that is JSON: its parser would tell one for each bracket.
pub(crate) fn json(text: &str) -> Option<Finding> {
    let start = text.find(|c: char| !c.is_whitespace())?;
    let hint = "write sections as `[name]` and settings as `key = value`, one on a line";
    let is_json = text[start..].starts_with('{');
    is_json.then(|| finding(start..start + 1, "this is no TOML: it looks like JSON", hint))
}

fn finding(span: Range<usize>, what: &str, hint: &str) -> Finding {
    Finding::error("syntax", span, what)
        .why("the rest of the file can only be checked once this is repaired")
        .hint(hint)
}

/// Where the error is; the parser does not say for keys that are too deep.
fn place(text: &str, error: &Error, deepest: &Range<usize>) -> Range<usize> {
    match error.span() {
        Some(span) if span != (0..0) => span,
        _ if error.message() == "recursion limit" => deepest.clone(),
        _ => 0..text.chars().next().map_or(0, char::len_utf8),
    }
}

/// The first line whose key has more parts than the parser follows.
fn deepest(text: &str) -> Range<usize> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let key = line.split('=').next().unwrap_or_default().trim_end();
        if key.matches('.').count() >= DEEPEST {
            return start..start + key.len();
        }
        start += line.len();
    }
    0..0
}

/// The bracket of a list that swallowed the header or key at which the parser stumbled.
fn open_list(text: &str, span: &Range<usize>, error: &Error) -> Option<Range<usize>> {
    if !error.message().starts_with("missing comma between array elements") {
        return None;
    }
    let (before, after) = text.split_at_checked(span.start)?;
    let line = after.lines().next()?;
    let own_line = before.rsplit('\n').next()?.trim().is_empty();
    if !own_line || !(line.starts_with('[') || is_setting(line)) {
        return None;
    }
    let mut closed = 0;
    let open = before.bytes().rposition(|byte| {
        closed += i32::from(byte == b']') - i32::from(byte == b'[');
        closed < 0
    })?;
    Some(open..open + 1)
}

/// Whether a line begins as `key =` does.
fn is_setting(line: &str) -> bool {
    let bare = |c: char| c.is_ascii_alphanumeric() || "_-. ".contains(c);
    line.split_once('=').is_some_and(|(key, _)| key.chars().all(bare))
}

fn one(text: &str, span: Range<usize>, message: &str) -> Finding {
    let found = text.get(span.clone()).unwrap_or_default().trim();
    let rest = text.get(span.start..).unwrap_or_default();
    if message.starts_with("string values must be quoted") {
        return unquoted(text, span, found);
    }
    let hint = match rest.as_bytes() {
        [b':', ..] => "write `key = value`, and sections as `[name]`",
        [byte, ..] if byte.is_ascii_control() && !byte.is_ascii_whitespace() => {
            "remove this control character"
        }
        [b'/', b'/', ..] | [b';', ..] => "a comment begins with `#`",
        _ => hint(message),
    };
    finding(span, &format!("this is no TOML: {message}"), hint)
}

/// A value that is neither a text in quotes nor anything else; or none at all.
fn unquoted(text: &str, span: Range<usize>, found: &str) -> Finding {
    if found.is_empty() {
        let line = text[..span.start].rsplit('\n').next().unwrap_or_default();
        let key = line.split('=').next().unwrap_or_default().trim();
        let hint = format!("write a value: `{key} = …`, or remove the line");
        return finding(span, &format!("this is no TOML: `{key}` has no value"), &hint);
    }
    let hint = match found {
        "yes" | "no" | "on" => "write `true` or `false`".to_owned(),
        _ if found.contains([' ', '=', ';', ',']) => {
            "put texts in quotes, commas between a list's values, and each key on its own line"
                .to_owned()
        }
        _ => format!("write it in quotes: `\"{found}\"`"),
    };
    finding(span, "this is no TOML: a text without quotes", &hint)
}

/// What to write instead, by how the parser's message begins; the longer beginning first.
const HINTS: [(&str, &str); 30] = [
    ("`_` may only go", "write the number without `_`"),
    ("cannot extend value", "this key already has a value of its own: give each its own name"),
    ("cannot recurse", "nothing in a configuration is nested this deep: remove brackets"),
    ("carriage return", "end lines with a line feed, or with both, carriage return first"),
    ("duplicate key", "write each key and each section once: remove one, or merge the two"),
    ("extra `=`", "write one `=`"),
    ("extra comma", "remove one comma"),
    ("invalid basic string, expected `\"`", "close the text with `\"` on the same line"),
    ("invalid basic string", "write control characters as escapes, such as `\\n`"),
    ("invalid boolean", "write `true` or `false`"),
    ("invalid comment character", "remove the control character"),
    ("invalid date", "write it in quotes: no key takes a date"),
    ("invalid float", "write a number such as `1.5`; addresses and other texts in quotes"),
    ("invalid integer", "write a number such as `15`; addresses and other texts in quotes"),
    ("invalid key-value pair", "write `key = value`, and sections as `[name]`"),
    ("invalid literal string", "close the text with `'` on the same line"),
    ("invalid multi-line", "close the text with the three quotes it began with"),
    ("invalid time", "write it in quotes: no key takes a time"),
    ("invalid unquoted key", "keys are letters, digits, `_` and `-`; put any other in quotes"),
    ("key with no value", "write `key = value`, and sections as `[name]`"),
    ("missing comma", "put a comma between the values"),
    ("missing escaped value", "write `\\\\` for a backslash, or the text in single quotes"),
    ("recursion limit", "no key of a configuration has this many parts: remove dots"),
    ("redundant numeric sign", "write one sign"),
    ("unclosed array table", "close the header: `[[name]]`"),
    ("unclosed array", "close the list with `]`"),
    ("unclosed inline table", "close the table with `}`"),
    ("unclosed table", "close the header: `[name]`"),
    ("unexpected key or value", "write one key and its value on a line"),
    ("unquoted keys cannot be empty", "write a name here"),
];

/// For a message that no line of the list knows: how all of TOML is written, in one line.
const ANY: &str = "write `key = value`, texts in quotes, lists in `[ ]`, sections as `[name]`";

fn hint(message: &str) -> &'static str {
    HINTS.iter().find(|(start, _)| message.starts_with(start)).map_or(ANY, |(_, hint)| hint)
}

#[cfg(test)]
mod tests {
    use crate::check;
    use crate::lines::Lines;

    /// Line, column and hint of the only syntax error.
    #[track_caller]
    fn check(text: &str, line: usize, column: usize, hint: &str) {
        let lines = Lines::of(text);
        let found = check::check(text).1.into_iter().map(|finding| finding.locate(&lines));
        let found: Vec<_> = found.filter(|problem| problem.slug == "syntax").collect();
        let [problem] = found.as_slice() else { panic!("{text:?}: {found:?}") };
        let shown = problem.hint.as_deref().unwrap_or_default();
        assert!(shown.contains(hint), "{text:?}: {shown}");
        assert_eq!((problem.line, problem.column), (line, column), "{text:?}");
        assert_ne!(problem.span, 0..0, "{text:?} is underlined");
    }

    #[test]
    fn every_slip_of_writing_has_a_hint() {
        check("a = \"b", 1, 7, "close the text with `\"`");
        check("a = 'b", 1, 7, "close the text with `'`");
        check("a = \"\\q\"", 1, 7, "single quotes");
        check("[pools.p", 1, 9, "`[name]`");
        check("[[pools.p]", 1, 11, "`[[name]]`");
        check("a = { b = 1", 1, 12, "`}`");
        check("a = [1, 2", 1, 10, "`]`");
        check("a = [\"b\" \"c\"]", 1, 10, "comma");
        check("a = [1,,2]", 1, 8, "one comma");
        check("a = 08", 1, 5, "`[ ]`");
        check("a = tru", 1, 5, "`false`");
        check("a == 1", 1, 4, "one `=`");
        check("a = 1\na = 2", 2, 1, "merge");
        check("workers 4", 1, 9, "`key = value`");
        check("workers: 4", 1, 8, "`key = value`");
        check("// x", 1, 1, "`#`");
        check("= 1", 1, 1, "name");
        check("a = \"b\" \"c\"", 1, 9, "on a line");
        check("a = 10.0.0.1:80", 1, 9, "in quotes");
        check("\0a = 1", 1, 1, "control character");
        check("a = 1\rb = 2", 1, 7, "line feed");
    }

    #[test]
    fn what_has_no_quotes_or_no_value() {
        check("a = 10s", 1, 5, "`\"10s\"`");
        check("a = off", 1, 5, "`\"off\"`");
        check("a = yes", 1, 5, "`true`");
        check("[routes]\npool = \nb = 1", 2, 8, "`pool = …`");
    }

    #[test]
    fn another_language_is_named() {
        check("\n{\"server\": {\n\"admin\": \"off\"}}", 2, 1, "`[name]`");
        let deep = format!("[x]\na{} = 1", ".a".repeat(100));
        check(&deep, 2, 1, "dots");
    }

    /// Goal: one lost bracket is one error, at the bracket. Method: lists that swallow a header,
    /// or the next key.
    #[test]
    fn a_list_without_end() {
        check("hosts = [\"a\"\n\n[pools.p]\na = 1\n[[b]]\nc = 2", 1, 9, "`]`");
        check("a = [\n  [1, 2], \"[x]\"\nb = 3\n", 1, 5, "`]`");
        check("a = [\n  1\n  2\n]", 3, 3, "comma");
    }
}
