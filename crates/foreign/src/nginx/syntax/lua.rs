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
            b'-' if bytes.get(at) == Some(&b'-') => at = comment_end(bytes, at + 1)?,
            b'[' if is_long(bytes, at) => at = long_end(bytes, at)?,
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

fn comment_end(bytes: &[u8], at: usize) -> Option<usize> {
    if bytes.get(at) == Some(&b'[') && is_long(bytes, at + 1) {
        return long_end(bytes, at + 1);
    }
    let rest = bytes.get(at..).unwrap_or_default();
    Some(at + rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len()))
}

/// How many `=` stand here.
fn level(bytes: &[u8], at: usize) -> usize {
    bytes.iter().skip(at).take_while(|&&byte| byte == b'=').count()
}

/// Whether `[[` or `[==[` begins here, of which the first bracket was read.
fn is_long(bytes: &[u8], at: usize) -> bool {
    bytes.get(at + level(bytes, at)) == Some(&b'[')
}

/// Behind `[[ … ]]` or `[==[ … ]==]`; nothing where that is never closed.
fn long_end(bytes: &[u8], at: usize) -> Option<usize> {
    let level = level(bytes, at);
    let mut ending = vec![b'='; level + 2];
    ending[0] = b']';
    ending[level + 1] = b']';
    let from = at + level + 1;
    let found = memchr::memmem::find(bytes.get(from..)?, &ending)?;
    Some(from + found + ending.len())
}
