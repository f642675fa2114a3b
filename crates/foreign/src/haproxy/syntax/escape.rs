//! Backslashes outside single quotes.

/// What a backslash and what follows it stand for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Escape {
    /// One byte for so many bytes of the text.
    Byte(u8, usize),
    /// `\x` without two hexadecimal digits.
    BadHex,
}

/// Reads an escape. `rest` starts behind the backslash.
pub(super) fn read(rest: &[u8], has_quotes: bool, in_double_quotes: bool) -> Escape {
    match rest.first() {
        Some(&byte @ (b' ' | b'\\' | b'#')) => Escape::Byte(byte, 2),
        Some(&byte @ (b'\'' | b'"')) if has_quotes => Escape::Byte(byte, 2),
        Some(b't') => Escape::Byte(b'\t', 2),
        Some(b'n') => Escape::Byte(b'\n', 2),
        Some(b'r') => Escape::Byte(b'\r', 2),
        Some(b'$') if in_double_quotes => Escape::Byte(b'$', 2),
        Some(b'x') => match (hex(rest.get(1)), hex(rest.get(2))) {
            (Some(high), Some(low)) => Escape::Byte(high << 4 | low, 4),
            _ => Escape::BadHex,
        },
        // Regular expressions rely on this.
        _ => Escape::Byte(b'\\', 1),
    }
}

fn hex(byte: Option<&u8>) -> Option<u8> {
    match *byte? {
        digit @ b'0'..=b'9' => Some(digit - b'0'),
        digit @ b'a'..=b'f' => Some(digit - b'a' + 10),
        digit @ b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}
