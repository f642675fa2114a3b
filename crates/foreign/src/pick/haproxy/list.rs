//! The values of a header line, parted by commas that are not quoted.

/// The values of a header line, without the spaces around them.
pub(crate) fn values(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    parts(line, |byte| byte == b',').map(trimmed)
}

/// What stands between bytes of a kind, where they are not quoted.
pub(super) fn parts(text: &[u8], is_end: fn(u8) -> bool) -> impl Iterator<Item = &[u8]> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(move |&byte| {
        let plain = !escaped;
        escaped = quoted && plain && byte == b'\\';
        quoted ^= plain && byte == b'"';
        is_end(byte) && !quoted
    })
}

pub(super) fn trimmed(text: &[u8]) -> &[u8] {
    let is_letter = |byte: &u8| !matches!(byte, b' ' | b'\t');
    let start = text.iter().position(is_letter).unwrap_or(text.len());
    let end = text.iter().rposition(is_letter).map_or(start, |last| last + 1);
    text.get(start..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_keep_values_together() {
        let check = |line: &str, expected: &[&str]| {
            let found: Vec<&[u8]> = values(line.as_bytes()).collect();
            let expected: Vec<&[u8]> = expected.iter().map(|it| it.as_bytes()).collect();
            assert_eq!(found, expected, "{line}");
        };
        check("a , \"b,\\\",c\",d", &["a", "\"b,\\\",c\"", "d"]);
        check("a,,b,", &["a", "", "b", ""]);
        check(" \t ", &[""]);
    }
}
