//! Makes control characters visible: what a file or a log says must not steer a terminal.

use std::borrow::Cow;

/// A text in which control characters stand as `\u001b`, and which moves nothing on a terminal but
/// to the next line. In a string of JSON or TOML that means the same letter.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    escape(text, |_| 0)
}

/// The same for a text with colours of our own, which stay.
pub(crate) fn coloured(text: &str) -> Cow<'_, str> {
    escape(text, colour)
}

/// How long the colour is that a text begins with, in bytes: 0 where it begins with none.
fn colour(text: &str) -> usize {
    let Some(rest) = text.strip_prefix("\x1b[") else { return 0 };
    let codes = rest.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b';').count();
    if rest.as_bytes().get(codes) == Some(&b'm') { codes + 3 } else { 0 }
}

fn escape(text: &str, kept: impl Fn(&str) -> usize) -> Cow<'_, str> {
    let Some(first) = text.find(is_hidden) else { return Cow::Borrowed(text) };
    let mut out = String::with_capacity(text.len() + 16);
    out.push_str(&text[..first]);
    let mut rest = &text[first..];
    while let Some(letter) = rest.chars().next() {
        let length = match kept(rest) {
            // The end of a line as Windows writes it draws nothing over.
            0 if rest.starts_with("\r\n") => 2,
            length => length,
        };
        if length > 0 || !is_hidden(letter) {
            let length = length.max(letter.len_utf8());
            out.push_str(&rest[..length]);
            rest = &rest[length..];
        } else {
            out.push_str(&format!("\\u{:04x}", u32::from(letter)));
            rest = &rest[letter.len_utf8()..];
        }
    }
    Cow::Owned(out)
}

/// Whether a letter does something instead of being seen: also those that turn the direction of
/// writing, behind which a line reads as another one.
fn is_hidden(letter: char) -> bool {
    match letter {
        '\n' | '\t' => false,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        _ => letter.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_steers_a_terminal() {
        let check = |text: &str, expected: &str| assert_eq!(plain(text), expected);
        check("all\tis\nwell – ö\r\n", "all\tis\nwell – ö\r\n");
        check("a\x1b]0;b\x07c", "a\\u001b]0;b\\u0007c");
        check("a\rb\x7f\u{9b}31m", "a\\u000db\\u007f\\u009b31m");
        check("\x1b[31mred", "\\u001b[31mred");
        check("a\u{202e}b\u{2066}", "a\\u202eb\\u2066");
        check("\r", "\\u000d");
    }

    #[test]
    fn colours_of_our_own_stay() {
        let check = |text: &str, expected: &str| assert_eq!(coloured(text), expected);
        check("\x1b[1m\x1b[38;5;9merror\x1b[0m\n", "\x1b[1m\x1b[38;5;9merror\x1b[0m\n");
        check("\x1b[2J\x1b[", "\\u001b[2J\\u001b[");
        check("\x1b[mä\x07", "\x1b[mä\\u0007");
    }
}
