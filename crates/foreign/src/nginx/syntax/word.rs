//! Words: what their quotes and backslashes stand for, and the variables in them.

use crate::source::Span;

/// A name or an argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// What it says, without quotes and with `\n`, `\t`, `\r`, `\"`, `\'` and `\\` put in.
    pub text: String,
    /// Where it stands, with its quotes.
    pub span: Span,
    /// `"` or `'`, where it was written in quotes.
    pub quote: Option<char>,
}

impl Word {
    /// Reads a word as it stands in a file.
    pub(super) fn read(raw: &str, span: Span) -> Word {
        let quote = raw.chars().next().filter(|first| matches!(first, '"' | '\''));
        let inner = match quote {
            Some(quote) => {
                let rest = raw.get(1..).unwrap_or("");
                rest.strip_suffix(quote).unwrap_or(rest)
            }
            None => raw,
        };
        Word { text: unescaped(inner), span, quote }
    }

    /// Whether it has no quotes and says exactly this.
    pub fn is(&self, text: &str) -> bool {
        self.text == text
    }
}

/// Puts in what backslashes stand for. Before anything else, as in `\.`, they stay.
fn unescaped(raw: &str) -> String {
    if !raw.contains('\\') {
        return raw.to_owned();
    }
    let mut text = String::with_capacity(raw.len());
    let mut chars = raw.chars().peekable();
    while let Some(char) = chars.next() {
        let meant = match (char, chars.peek()) {
            ('\\', Some('n')) => Some('\n'),
            ('\\', Some('t')) => Some('\t'),
            ('\\', Some('r')) => Some('\r'),
            ('\\', Some(&literal @ ('"' | '\'' | '\\'))) => Some(literal),
            _ => None,
        };
        match meant {
            Some(meant) => {
                text.push(meant);
                chars.next();
            }
            None => text.push(char),
        }
    }
    text
}

/// The names of the variables in a text, without `$` and braces, in small letters as nginx keeps
/// them.
pub fn variables(text: &str) -> impl Iterator<Item = String> + '_ {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let (_, behind) = rest.split_once('$')?;
            let (braced, name) = match behind.strip_prefix('{') {
                Some(inner) => (true, inner),
                None => (false, behind),
            };
            let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            let (name, after) = name.split_at(end.unwrap_or(name.len()));
            rest = after;
            let closed = !braced || after.starts_with('}');
            if !name.is_empty() && closed {
                return Some(name.to_ascii_lowercase());
            }
        }
    })
}
