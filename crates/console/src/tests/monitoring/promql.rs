//! Finds the metrics that an expression of PromQL asks for.

use std::collections::BTreeSet;

/// Words between operands, and those before a list of labels.
const WORDS: [&str; 6] = ["and", "or", "unless", "bool", "offset", "atan2"];
const BEFORE_LABELS: [&str; 6] = ["by", "without", "on", "ignoring", "group_left", "group_right"];

/// The metrics of an expression. Whether it is valid is for others to say.
pub(super) fn metrics(expression: &str) -> BTreeSet<String> {
    let bare = without_details(expression);
    let mut found = BTreeSet::new();
    let mut rest = bare.as_str();
    while let Some(start) = rest.find(|c: char| c.is_alphanumeric() || c == '_' || c == ':') {
        let end = rest[start..].find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'));
        let (word, after) = rest[start..].split_at(end.unwrap_or(rest.len() - start));
        let next = after.trim_start();
        let opens = next.starts_with('(');
        let aggregates = next.starts_with("by (") || next.starts_with("without (");
        rest = match after.split_once(')') {
            Some((_, behind)) if BEFORE_LABELS.contains(&word) && opens => behind,
            _ => after,
        };
        let is_number = word.starts_with(|c: char| c.is_ascii_digit());
        let is_word = WORDS.contains(&word) || BEFORE_LABELS.contains(&word);
        if !is_number && !is_word && !opens && !aggregates {
            found.insert(word.to_owned());
        }
    }
    found
}

/// The expression without strings, matchers of labels and ranges.
fn without_details(expression: &str) -> String {
    let mut bare = String::new();
    let (mut depth, mut quote) = (0, None);
    let mut characters = expression.chars();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (Some(_), '\\') => drop(characters.next()),
            (Some(open), close) if open == close => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(character),
            (None, '{' | '[') => depth += 1,
            (None, '}' | ']') => depth -= 1,
            (None, other) if depth == 0 => bare.push(other),
            (None, _) => {}
        }
    }
    bare
}

// Goal: no metric is overlooked and nothing else is taken for one. Method: the awkward shapes.
#[test]
fn metrics_are_told_from_everything_else() {
    let check = |expression: &str, expected: &[&str]| {
        let expected: BTreeSet<String> = expected.iter().map(|&name| name.to_owned()).collect();
        assert_eq!(metrics(expression), expected, "{expression}");
    };
    check("a / on (job, b) group_left () c:d:e", &["a", "c:d:e"]);
    check(r#"sum without (x) (rate(a{b="c\"} d", e=~'f"'}[5m])) > 0.5"#, &["a"]);
    check(r#"label_replace(a, "b", "c", "", "") or b unless c offset 5m"#, &["a", "b", "c"]);
    check("max_over_time(a[1d:1m]) > bool 14.4 * sum(b) by (c)", &["a", "b"]);
    check("absent(up) == 0", &["up"]);
}
