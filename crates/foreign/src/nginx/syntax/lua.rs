//! Finds where a block of Lua ends: by its braces, those in strings and comments aside.

/// The bytes before the `}` that closes the block, or nothing where none does.
pub(super) fn end(code: &str) -> Option<usize> {
    let bytes = code.as_bytes();
    let mut depth = 0usize;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 0 => return Some(at - 1),
            b'}' => depth -= 1,
            b'"' | b'\'' => at = quoted_end(bytes, at, byte),
            b'-' if bytes.get(at) == Some(&b'-') => at = comment_end(bytes, at + 1),
            b'[' => at = long_end(bytes, at).unwrap_or(at),
            _ => {}
        }
    }
    None
}

/// Behind a string's quote. A string that its line does not close ends with the line.
fn quoted_end(bytes: &[u8], mut at: usize, quote: u8) -> usize {
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'\\' => at += 1,
            b'\n' => break,
            _ if byte == quote => break,
            _ => {}
        }
    }
    at
}

fn comment_end(bytes: &[u8], at: usize) -> usize {
    let long = (bytes.get(at) == Some(&b'[')).then(|| long_end(bytes, at + 1)).flatten();
    long.unwrap_or_else(|| {
        let rest = bytes.get(at..).unwrap_or_default();
        at + rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len())
    })
}

/// Behind `[[ … ]]` or `[==[ … ]==]`, of which the first bracket was read.
fn long_end(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    let level = rest.iter().take_while(|&&byte| byte == b'=').count();
    if rest.get(level) != Some(&b'[') {
        return None;
    }
    let mut ending = vec![b'='; level + 2];
    ending[0] = b']';
    ending[level + 1] = b']';
    let from = level + 1;
    let inner = rest.get(from..)?;
    let found = memchr::memmem::find(inner, &ending)?;
    Some(at + from + found + ending.len())
}
