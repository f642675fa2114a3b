//! Paths as nginx has them in `$uri`: decoded, without dots and double slashes.

/// The path of a target. `None` where nginx refuses it: it leaves the root, or holds what is no
/// escape.
pub(crate) fn path(target: &[u8], merges_slashes: bool) -> Option<Vec<u8>> {
    let end = memchr::memchr2(b'?', b'#', target).unwrap_or(target.len());
    let decoded = decoded(target.get(..end)?)?;
    let rest = decoded.strip_prefix(b"/")?;
    let mut parts: Vec<&[u8]> = Vec::new();
    let mut pieces = rest.split(|&byte| byte == b'/').peekable();
    while let Some(piece) = pieces.next() {
        let is_last = pieces.peek().is_none();
        match piece {
            b".." => {
                parts.pop()?;
            }
            b"." => {}
            b"" if merges_slashes => {}
            piece => {
                parts.push(piece);
                continue;
            }
        }
        // What stands at the end for a folder leaves its slash.
        if is_last {
            parts.push(b"");
        }
    }
    let mut path: Vec<u8> = Vec::with_capacity(decoded.len() + 1);
    for part in &parts {
        path.push(b'/');
        path.extend_from_slice(part);
    }
    Some(path)
}

/// With `%41` as `A`.
fn decoded(text: &[u8]) -> Option<Vec<u8>> {
    let (mut plain, mut rest) = (Vec::with_capacity(text.len()), text);
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        if byte != b'%' {
            plain.push(byte);
            continue;
        }
        let digits = std::str::from_utf8(behind.get(..2)?).ok()?;
        let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let code = u8::from_str_radix(digits, 16).ok().filter(|code| is_hex && *code != 0)?;
        plain.push(code);
        rest = behind.get(2..)?;
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(target: &str, merges_slashes: bool, expected: Option<&str>) {
        let path = path(target.as_bytes(), merges_slashes);
        let path = path.map(|path| String::from_utf8(path).expect("letters"));
        assert_eq!(path.as_deref(), expected, "{target}");
    }

    /// All of these are what nginx 1.22 has in `$uri`.
    #[test]
    fn paths_are_made_plain() {
        for (target, path) in [
            ("/a/b?c", "/a/b"),
            ("/", "/"),
            ("/a/", "/a/"),
            ("//a///b/", "/a/b/"),
            ("/a/./b/../c", "/a/c"),
            ("/a/b/..", "/a/"),
            ("/a/..", "/"),
            ("/a/.", "/a/"),
            ("/a//../b", "/b"),
            ("/%41%2fb", "/A/b"),
            ("/a/%2e%2e/b", "/b"),
            ("/a%2f..%2fb", "/b"),
            ("/a/%3Fx%23y", "/a/?x#y"),
            ("/a+b%2bc%20d", "/a+b+c d"),
            ("/a#b?c", "/a"),
            ("/a/...", "/a/..."),
        ] {
            check(target, true, Some(path));
        }
        for refused in ["/../b", "/a/../../b", "/..", "/%zz", "/a%", "/a%00b", "*", ""] {
            check(refused, true, None);
        }
        check("//a//../b/", false, Some("//a/b/"));
        check("/a//b", false, Some("/a//b"));
    }
}
