//! Takes a line out of the object in which Docker keeps what a container has written.

use memchr::memchr2;

/// What stands between the quotes of `{"log":"…\n","stream":…}`, still as JSON writes it.
pub(super) fn written(line: &[u8]) -> Option<&[u8]> {
    let rest = line.strip_prefix(b"{\"log\":\"")?;
    let mut at = 0;
    loop {
        at += memchr2(b'"', b'\\', rest.get(at..)?)?;
        if rest.get(at) == Some(&b'"') {
            break;
        }
        at += 2;
    }
    let stream = rest.get(at..)?.starts_with(b"\",\"stream\":");
    let text = rest.get(..at).filter(|_| stream)?;
    let text = text.strip_suffix(b"\\n").unwrap_or(text);
    Some(text.strip_suffix(b"\\r").unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_dockers_own_object_is_opened() {
        let check = |line: &[u8], expected: Option<&[u8]>| assert_eq!(written(line), expected);
        check(br#"{"log":"a \"b\" \\\n","stream":"stdout","time":"x"}"#, Some(br#"a \"b\" \\"#));
        check(br#"{"log":"","stream":"stderr"}"#, Some(b""));
        for other in [&b"{"[..], b"{\"log\":\"a", b"{\"log\":\"a\\", br#"{"log":"a","x":1}"#] {
            check(other, None);
        }
    }
}
