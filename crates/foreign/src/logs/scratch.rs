//! Room beside a line for what its log has written in another way than it was sent.

use std::mem;

use super::number::hex;

/// How a log writes bytes that would break its lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Escape {
    /// As they are.
    #[default]
    None,
    /// `\xHH`, `\"`, `\n`, `\u00e9`: nginx, Apache and JSON have parts of the same set.
    Backslash,
    /// The same where `\u00e9` stands for the byte and not for the letter: Envoy and Evenkeel.
    BackslashBytes,
    /// `#HH`: HAProxy.
    Hash,
}

impl Escape {
    /// The byte that begins an escape.
    fn sign(self) -> Option<u8> {
        match self {
            Escape::None => None,
            Escape::Backslash | Escape::BackslashBytes => Some(b'\\'),
            Escape::Hash => Some(b'#'),
        }
    }

    /// Nothing, where a line has nothing to be read in another way.
    pub(super) fn within(self, line: &[u8]) -> Escape {
        let some = self.sign().is_some_and(|sign| memchr::memchr(sign, line).is_some());
        if some { self } else { Escape::None }
    }
}

/// What is left of the room of one line.
#[derive(Debug)]
pub(super) struct Scratch<'a> {
    rest: &'a mut [u8],
}

impl<'a> Scratch<'a> {
    /// `room` as long as the line is enough: what is read is never longer than what was written.
    pub(super) fn new(room: &'a mut [u8]) -> Scratch<'a> {
        Scratch { rest: room }
    }

    /// A text as it was sent. Without room it stays as it was written.
    pub(super) fn plain(&mut self, text: &'a [u8], escape: Escape) -> &'a [u8] {
        let Some(sign) = escape.sign() else { return text };
        if memchr::memchr(sign, text).is_none() {
            return text;
        }
        let Some(room) = self.rest.get_mut(..text.len()) else { return text };
        let length = unescape(text, sign, escape, room);
        self.take(length).unwrap_or(text)
    }

    /// Two texts as one.
    pub(super) fn joined(&mut self, first: &[u8], by: u8, second: &[u8]) -> Option<&'a [u8]> {
        let length = first.len().checked_add(second.len())?.checked_add(1)?;
        let room = self.rest.get_mut(..length)?;
        let bytes = first.iter().chain(std::iter::once(&by)).chain(second);
        room.iter_mut().zip(bytes).for_each(|(place, byte)| *place = *byte);
        self.take(length)
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (used, rest) = mem::take(&mut self.rest).split_at_mut_checked(length)?;
        self.rest = rest;
        Some(used)
    }
}

/// Writes what `text` stands for into `room` and tells how long that is. Whatever is no escape
/// stays as it is.
fn unescape(text: &[u8], sign: u8, how: Escape, room: &mut [u8]) -> usize {
    let (mut rest, mut length) = (text, 0);
    let mut put = |bytes: &[u8]| {
        if let Some(place) = room.get_mut(length..length + bytes.len()) {
            place.copy_from_slice(bytes);
            length += bytes.len();
        }
    };
    while let Some((before, escape)) =
        memchr::memchr(sign, rest).and_then(|at| rest.split_at_checked(at))
    {
        put(before);
        let mut encoded = [0; 4];
        let (bytes, used) = one(escape, sign, how, &mut encoded);
        put(bytes);
        rest = escape.get(used..).unwrap_or_default();
    }
    put(rest);
    length
}

/// What the escape at the start stands for, and how long it is written.
fn one<'b>(text: &'b [u8], sign: u8, how: Escape, encoded: &'b mut [u8; 4]) -> (&'b [u8], usize) {
    let byte = |byte: u8, used: usize, encoded: &'b mut [u8; 4]| {
        encoded[0] = byte;
        (encoded.get(..1).unwrap_or_default(), used)
    };
    match text {
        [b'#', high, low, ..] if sign == b'#' => match hex(*high, *low) {
            Some(value) => byte(value, 3, encoded),
            None => byte(b'#', 1, encoded),
        },
        [b'\\', b'x', high, low, ..] => match hex(*high, *low) {
            Some(value) => byte(value, 4, encoded),
            None => byte(b'\\', 1, encoded),
        },
        [b'\\', b'u', ..] => match unicode(text) {
            Some((letter @ '\u{80}'..='\u{ff}', used)) if how == Escape::BackslashBytes => {
                byte(letter as u8, used, encoded)
            }
            Some((letter, used)) => (letter.encode_utf8(encoded).as_bytes(), used),
            None => byte(b'\\', 1, encoded),
        },
        [b'\\', letter, ..] => match named(*letter) {
            Some(value) => byte(value, 2, encoded),
            None => byte(b'\\', 1, encoded),
        },
        _ => byte(sign, 1, encoded),
    }
}

fn named(letter: u8) -> Option<u8> {
    Some(match letter {
        b'"' | b'\\' | b'/' => letter,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' => 8,
        b'v' => 11,
        b'f' => 12,
        _ => return None,
    })
}

/// `\u00e9`, and two of them where one is half of a pair; half a pair alone is U+FFFD.
fn unicode(text: &[u8]) -> Option<(char, usize)> {
    let unit = |text: &[u8]| match text {
        [b'\\', b'u', a, b, c, d, ..] => {
            Some(u32::from(hex(*a, *b)?) << 8 | u32::from(hex(*c, *d)?))
        }
        _ => None,
    };
    let first = unit(text)?;
    if (0xd800..0xdc00).contains(&first)
        && let Some(second @ 0xdc00..0xe000) = text.get(6..).and_then(unit)
    {
        let letter = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        return Some((char::from_u32(letter)?, 12));
    }
    Some((char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER), 6))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_as_they_were_sent() {
        let check = |text: &[u8], escape: Escape, expected: &[u8]| {
            let mut room = vec![0; text.len()];
            assert_eq!(Scratch::new(&mut room).plain(text, escape), expected);
        };
        check(b"a\\x22b\\x5C", Escape::Backslash, b"a\"b\\");
        check(b"\\\"\\\\\\/\\n\\t\\q\\", Escape::Backslash, b"\"\\/\n\t\\q\\");
        check(b"\\u00e9\\ud83d\\ude00\\ud800x", Escape::Backslash, "é😀\u{fffd}x".as_bytes());
        check(b"\\u00c3\\u00A9\\u0100\\n", Escape::BackslashBytes, "éĀ\n".as_bytes());
        check(b"\\u12", Escape::Backslash, b"\\u12");
        check(b"\\xZZ#41", Escape::Backslash, b"\\xZZ#41");
        check(b"a#22#7Cb#7 #", Escape::Hash, b"a\"|b#7 #");
        check(b"\\x41", Escape::Hash, b"\\x41");
        check(b"\\x41", Escape::None, b"\\x41");
    }

    #[test]
    fn without_room_nothing_is_lost() {
        let mut room = [0; 5];
        let mut scratch = Scratch::new(&mut room);
        assert_eq!(scratch.joined(b"/a", b'?', b"b"), Some(&b"/a?b"[..]));
        assert_eq!(scratch.plain(b"\\x41", Escape::Backslash), b"\\x41");
        assert_eq!(scratch.joined(b"a", b'?', b"b"), None);
    }
}
