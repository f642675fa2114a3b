//! What Envoy makes of a path before any route is asked.

use std::borrow::Cow;

use crate::envoy::model::Listener;

/// What is done to paths. Nothing, unless it is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Paths {
    normalizes: bool,
    merges_slashes: bool,
    escaped: Escaped,
}

/// What is done where a path holds an escaped slash or backslash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Escaped {
    #[default]
    Keep,
    /// Refused, or redirected to what it stands for.
    Answer,
    Unescape,
}

impl Paths {
    pub(super) fn of(listener: &Listener) -> Paths {
        let escaped = match listener.escaped_slashes.value.as_str() {
            "REJECT_REQUEST" | "UNESCAPE_AND_REDIRECT" => Escaped::Answer,
            "UNESCAPE_AND_FORWARD" => Escaped::Unescape,
            _ => Escaped::Keep,
        };
        Paths {
            normalizes: listener.normalizes_path.value,
            merges_slashes: listener.merges_slashes.value,
            escaped,
        }
    }

    /// The target as routes see it. `None` where Envoy answers by itself.
    pub(super) fn seen<'t>(&self, target: &'t [u8]) -> Option<Cow<'t, [u8]>> {
        // A path with a fragment is refused.
        if !target.starts_with(b"/") || memchr::memchr(b'#', target).is_some() {
            return (target == b"*").then_some(Cow::Borrowed(target));
        }
        let (path, query) = target.split_at(memchr::memchr(b'?', target).unwrap_or(target.len()));
        let mut path = Cow::Borrowed(path);
        if self.escaped != Escaped::Keep
            && let Some(unescaped) = unescaped(&path)
        {
            if self.escaped == Escaped::Answer {
                return None;
            }
            path = Cow::Owned(unescaped);
        }
        if self.normalizes {
            path = Cow::Owned(canonical(&path)?);
        }
        if self.merges_slashes {
            let mut last = 0;
            let both = |byte: &u8| std::mem::replace(&mut last, *byte) == b'/' && *byte == b'/';
            let mut both = both;
            path = Cow::Owned(path.iter().copied().filter(|byte| !both(byte)).collect());
        }
        match path {
            Cow::Borrowed(_) => Some(Cow::Borrowed(target)),
            Cow::Owned(mut path) => {
                path.extend_from_slice(query);
                Some(Cow::Owned(path))
            }
        }
    }
}

/// With slashes and backslashes in place of their escapes, where there are any.
fn unescaped(path: &[u8]) -> Option<Vec<u8>> {
    let (mut made, mut rest, mut any) = (Vec::with_capacity(path.len()), path, false);
    while let Some((&byte, behind)) = rest.split_first() {
        let code = escape(rest).filter(|code| matches!(code, b'/' | b'\\'));
        any |= code.is_some();
        made.push(code.unwrap_or(byte));
        rest = if code.is_some() { rest.get(3..)? } else { behind };
    }
    any.then_some(made)
}

/// As URLs are compared: letters that need no escape without one, no dots, no backslashes.
fn canonical(path: &[u8]) -> Option<Vec<u8>> {
    let (mut made, mut rest) = (Vec::with_capacity(path.len()), path);
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        match byte {
            b'\\' => made.push(b'/'),
            b'%' => match escape(&[&b"%"[..], behind.get(..2).unwrap_or_default()].concat()) {
                Some(0) => return None,
                Some(code) if code.is_ascii_alphanumeric() || b"-._~".contains(&code) => {
                    made.push(code);
                    rest = behind.get(2..)?;
                }
                _ => made.push(b'%'),
            },
            b'"' | b'<' | b'>' | b'^' | b'`' | b'{' | b'|' | b'}' | 0..=b' ' | 0x7f.. => {
                made.extend_from_slice(format!("%{byte:02X}").as_bytes());
            }
            _ => made.push(byte),
        }
    }
    Some(without_dots(&made))
}

fn without_dots(path: &[u8]) -> Vec<u8> {
    let mut parts: Vec<&[u8]> = Vec::new();
    let mut pieces = path.split(|&byte| byte == b'/').skip(1).peekable();
    while let Some(piece) = pieces.next() {
        match piece {
            b"." => {}
            b".." => {
                parts.pop();
            }
            piece => {
                parts.push(piece);
                continue;
            }
        }
        if pieces.peek().is_none() {
            parts.push(b"");
        }
    }
    let mut made = Vec::with_capacity(path.len());
    for part in parts {
        made.push(b'/');
        made.extend_from_slice(part);
    }
    made
}

/// What `%41` at the start stands for.
fn escape(text: &[u8]) -> Option<u8> {
    let [b'%', high, low, ..] = text else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(paths: Paths, target: &str, expected: Option<&str>) {
        let seen = paths.seen(target.as_bytes());
        let seen = seen.map(|seen| String::from_utf8(seen.into_owned()).expect("letters"));
        assert_eq!(seen.as_deref(), expected, "{target}");
    }

    /// All of these are what servers behind Envoy 1.40 get.
    #[test]
    fn paths_are_made_as_envoy_makes_them() {
        let kept = Paths::default();
        for target in ["/a/../b", "//a//b", "/a%2Fb", "/%zz", "/%41?x=/../y"] {
            check(kept, target, Some(target));
        }
        check(kept, "/x#y", None);
        check(kept, "?q", None);
        let normal = Paths { normalizes: true, ..kept };
        for (target, path) in [
            ("/a/./b", "/a/b"),
            ("/../b", "/b"),
            ("/a/%2e%2e/b", "/b"),
            ("/a//../b", "/a/b"),
            ("/a%2Fb", "/a%2Fb"),
            ("/a\\b", "/a/b"),
            ("/%41%2d%7e%5f%21", "/A-~_%21"),
            ("/%zz", "/%zz"),
            ("/a%", "/a%"),
            ("/a|b^c\"d<e>{f}`'", "/a%7Cb%5Ec%22d%3Ce%3E%7Bf%7D%60'"),
            ("/a/..", "/"),
            ("/a/.", "/a/"),
            ("/a/b?x=/../y//z%2f", "/a/b?x=/../y//z%2f"),
            ("/%2E%2e/%2e", "/"),
            ("/.a/..b", "/.a/..b"),
            ("/a/%2F%2e./c", "/a/%2F../c"),
            ("/a%252e", "/a%252e"),
        ] {
            check(normal, target, Some(path));
        }
        check(normal, "/a%00b", None);
        check(Paths { merges_slashes: true, ..kept }, "/a//../b?c//d", Some("/a/../b?c//d"));
        check(Paths { escaped: Escaped::Answer, ..kept }, "/a%5Cb", None);
        let forward = Paths { escaped: Escaped::Unescape, ..normal };
        check(forward, "/a%2f..%2fb", Some("/b"));
        check(forward, "/a/%2F%2e./c", Some("/a/c"));
    }
}
