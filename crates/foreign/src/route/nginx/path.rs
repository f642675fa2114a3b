//! Paths as nginx compares them: decoded, without dots and double slashes.

/// The path of a target. What leaves the root is refused by nginx and comes out as it is.
pub(super) fn plain(target: &[u8]) -> Vec<u8> {
    let end = memchr::memchr2(b'?', b'#', target).unwrap_or(target.len());
    let decoded = decoded(target.get(..end).unwrap_or(target));
    let mut parts: Vec<&[u8]> = Vec::new();
    let mut pieces = decoded.split(|&byte| byte == b'/').peekable();
    // What stands before the first slash is nothing.
    pieces.next();
    let mut is_folder = true;
    while let Some(piece) = pieces.next() {
        is_folder = matches!(piece, b"" | b"." | b"..");
        match piece {
            b"" | b"." => {}
            b".." if parts.pop().is_none() => return decoded,
            b".." => {}
            piece => parts.push(piece),
        }
        if pieces.peek().is_some() {
            is_folder = true;
        }
    }
    let mut path: Vec<u8> = Vec::with_capacity(decoded.len());
    for part in &parts {
        path.push(b'/');
        path.extend_from_slice(part);
    }
    if is_folder || path.is_empty() {
        path.push(b'/');
    }
    path
}

/// With `%41` as `A`.
pub(super) fn decoded(text: &[u8]) -> Vec<u8> {
    let (mut plain, mut rest) = (Vec::with_capacity(text.len()), text);
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        let digits = behind.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(code) if byte == b'%' => {
                plain.push(code);
                rest = behind.get(2..).unwrap_or_default();
            }
            _ => plain.push(byte),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_made_plain() {
        let check = |target: &str, path: &str| {
            assert_eq!(String::from_utf8(plain(target.as_bytes())).unwrap(), path, "{target}");
        };
        check("/a/b?c", "/a/b");
        check("/", "/");
        check("/a/", "/a/");
        check("//a///b/", "/a/b/");
        check("/a/./b/../c", "/a/c");
        check("/a/b/..", "/a/");
        check("/%41%2fb", "/A/b");
        check("/a/%2e%2e/b", "/b");
    }
}
