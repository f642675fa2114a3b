//! `replace-…`: where an expression fits, the whole value becomes another text.

use crate::route::expression::{Expression, Groups};

/// The value after it; `None` where looking for it would take too long.
pub(super) fn whole(value: &[u8], expression: &Expression, text: &[u8]) -> Option<Vec<u8>> {
    Some(match expression.groups(value)? {
        Some(groups) => filled(text, &groups),
        None => value.to_vec(),
    })
}

/// `\1` is a group, `\x2f` a byte, and any other letter behind a backslash itself.
fn filled(text: &[u8], groups: &Groups) -> Vec<u8> {
    let (mut made, mut rest) = (Vec::new(), text);
    while let Some((&byte, behind)) = rest.split_first() {
        rest = match (byte, behind) {
            (b'\\', [digit, behind @ ..]) if digit.is_ascii_digit() => {
                let group = groups.parts.get(usize::from(digit - b'0'));
                made.extend_from_slice(group.map_or(b"", Vec::as_slice));
                behind
            }
            (b'\\', [b'x', high, low, behind @ ..])
                if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() =>
            {
                let value = |digit: &u8| char::from(*digit).to_digit(16).unwrap_or(0) as u8;
                made.push(value(high) << 4 | value(low));
                behind
            }
            (b'\\', [letter, behind @ ..]) => {
                made.push(*letter);
                behind
            }
            _ => {
                made.push(byte);
                behind
            }
        };
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_value_is_replaced() {
        let check = |value: &str, expression: &str, text: &str, expected: &str| {
            let expression = Expression::new(expression, false).expect("an expression");
            let made = whole(value.as_bytes(), &expression, text.as_bytes());
            assert_eq!(made.as_deref(), Some(expected.as_bytes()), "{value} {text}");
        };
        check("/pre/foo/a", "/foo/(.*)", r"/\1", "/a");
        check("/none", "/foo/(.*)", r"/\1", "/none");
        check("/abcz/k", "^/a(.*)z", r"/q\1\x2f\qend\2", "/qbc/qend");
    }
}
