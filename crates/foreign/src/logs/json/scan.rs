//! Walks through one JSON object without a tree and without recursion.

use crate::logs::fault::Refusal;

/// Deeper objects are refused: no log has them.
const DEPTH_MAX: usize = 32;
/// Keys of objects deeper than this are walked through and not told.
pub(super) const PARENTS_MAX: usize = 4;

/// A value that holds no others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
    /// What stands between quotes, and whether something in it is escaped.
    Text(&'a [u8], bool),
    /// A number, `true`, `false` or `null`.
    Word(&'a [u8]),
}

/// Where a value stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Path<'a> {
    /// The keys of the objects around it, the outermost first.
    pub(super) parents: [&'a [u8]; PARENTS_MAX],
    /// How many of them there are.
    pub(super) depth: usize,
    /// Its own key; that of the array for what is in one.
    pub(super) key: &'a [u8],
    /// Its place in the array.
    pub(super) index: usize,
}

struct Scan<'a> {
    line: &'a [u8],
    at: usize,
    path: Path<'a>,
    /// Whether each level is an array.
    arrays: [bool; DEPTH_MAX],
    levels: usize,
}

/// Tells every value of the object that `line` is.
pub(super) fn scan<'a>(
    line: &'a [u8],
    mut tell: impl FnMut(&Path<'a>, Value<'a>) -> Result<(), &'static str>,
) -> Result<(), Refusal> {
    let mut scan =
        Scan { line, at: 0, path: Path::default(), arrays: [false; DEPTH_MAX], levels: 0 };
    loop {
        let began = scan.at;
        let step = scan.step(&mut tell);
        match step {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(what) => return Err(Refusal::malformed(what, began.max(scan.at).min(line.len()))),
        }
    }
}

impl<'a> Scan<'a> {
    /// One value, or one bracket; false at the object's end.
    fn step(
        &mut self,
        tell: &mut impl FnMut(&Path<'a>, Value<'a>) -> Result<(), &'static str>,
    ) -> Result<bool, &'static str> {
        let in_object = self.levels > 0 && !self.in_array();
        match self.next() {
            Some(b']') if self.in_array() && self.path.index == 0 => return self.close(),
            Some(b'}') if in_object => return self.close(),
            _ => {}
        }
        if in_object {
            self.key()?;
        } else if self.levels == 0 && self.next() != Some(b'{') {
            return Err("no object");
        }
        match self.next().ok_or("the object does not end")? {
            open @ (b'{' | b'[') => {
                self.at += 1;
                self.open(open == b'[').map(|()| true)
            }
            b'"' => {
                let (text, escaped) = self.text()?;
                tell(&self.path, Value::Text(text, escaped))?;
                self.follow()
            }
            _ => {
                let word = self.word()?;
                tell(&self.path, Value::Word(word))?;
                self.follow()
            }
        }
    }

    /// The next byte that is no space.
    fn next(&mut self) -> Option<u8> {
        loop {
            match self.line.get(self.at) {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                byte => return byte.copied(),
            }
        }
    }

    fn in_array(&self) -> bool {
        self.levels.checked_sub(1).and_then(|level| self.arrays.get(level)) == Some(&true)
    }

    fn open(&mut self, array: bool) -> Result<(), &'static str> {
        let is_object_in_object = !array && self.levels > 0;
        if is_object_in_object {
            if let Some(parent) = self.path.parents.get_mut(self.path.depth) {
                *parent = self.path.key;
            }
            self.path.depth += 1;
        }
        *self.arrays.get_mut(self.levels).ok_or("nested too deeply")? = array;
        self.levels += 1;
        self.path.index = 0;
        Ok(())
    }

    /// Behind a bracket.
    fn close(&mut self) -> Result<bool, &'static str> {
        self.at += 1;
        let was_array = self.in_array();
        self.levels -= 1;
        if self.levels == 0 {
            return match self.next() {
                None => Ok(false),
                Some(_) => Err("something behind the object"),
            };
        }
        if !was_array {
            self.path.depth = self.path.depth.saturating_sub(1);
            let key = self.path.parents.get(self.path.depth);
            self.path.key = key.copied().unwrap_or_default();
        }
        self.follow()
    }

    /// Behind a value: a comma, or the end of what it stands in.
    fn follow(&mut self) -> Result<bool, &'static str> {
        let in_array = self.in_array();
        match self.next() {
            Some(b',') => {
                self.at += 1;
                if in_array {
                    // Not zero again, however many there are: that marks the beginning.
                    self.path.index = self.path.index.saturating_add(1);
                }
                match self.next() {
                    Some(b'}' | b']') => Err("a comma before the end"),
                    _ => Ok(true),
                }
            }
            Some(b']') if in_array => self.close(),
            Some(b'}') if !in_array => self.close(),
            Some(_) => Err("no comma"),
            None => Err("the object does not end"),
        }
    }

    fn key(&mut self) -> Result<(), &'static str> {
        if self.next() != Some(b'"') {
            return Err("no key");
        }
        let (key, _) = self.text()?;
        self.path.key = key;
        self.path.index = 0;
        if self.next() != Some(b':') {
            return Err("no colon");
        }
        self.at += 1;
        Ok(())
    }

    /// What stands between the quotes, and whether something in it is escaped.
    fn text(&mut self) -> Result<(&'a [u8], bool), &'static str> {
        let begins = self.at + 1;
        let (mut at, mut escaped) = (begins, false);
        loop {
            let rest = self.line.get(at..).unwrap_or_default();
            let found = memchr::memchr2(b'"', b'\\', rest).ok_or("a text does not end")?;
            at += found;
            if self.line.get(at) == Some(&b'"') {
                break;
            }
            escaped = true;
            at += 2;
        }
        self.at = at + 1;
        Ok((self.line.get(begins..at).unwrap_or_default(), escaped))
    }

    fn word(&mut self) -> Result<&'a [u8], &'static str> {
        let rest = self.line.get(self.at..).unwrap_or_default();
        let is_word =
            |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.');
        let length = rest.iter().take_while(is_word).count();
        self.at += length;
        match rest.get(..length).unwrap_or_default() {
            word @ (b"true" | b"false" | b"null") => Ok(word),
            word @ [b'0'..=b'9' | b'-', ..] => Ok(word),
            _ => Err("no value"),
        }
    }
}
