//! Files as they were read, and places in them: whatever is said of a configuration names a line.

use std::sync::Arc;

/// One of the files of a [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

/// A part of a file, in bytes: `start` is in it, `end` is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// Its first byte.
    pub start: u32,
    /// The byte after its last one.
    pub end: u32,
}

/// Leads from places in files to the same places where those files were taken in.
#[derive(Clone, Copy, Debug)]
pub struct Shift(u32);

/// Where a span begins, as people and editors count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file's name, as it was given.
    pub file: Arc<str>,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// All files that belong to one configuration.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<Source>,
}

#[derive(Clone, Debug)]
struct Source {
    name: Arc<str>,
    text: Arc<str>,
    /// Where each line begins, in bytes.
    lines: Vec<u32>,
}

impl Sources {
    /// Takes a file in. What is not UTF-8 is replaced by U+FFFD; of a file beyond 4 GiB the rest
    /// is dropped.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> FileId {
        // Replacing may make a text three times as long.
        let bytes = bytes.get(..u32::MAX as usize / 3).unwrap_or(bytes);
        let text = String::from_utf8_lossy(bytes);
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let lines = std::iter::once(0).chain(breaks.map(|(at, _)| at as u32 + 1)).collect();
        self.files.push(Source { name: name.into(), text: text.into(), lines });
        FileId(self.files.len() as u32 - 1)
    }

    /// Takes all files of another configuration in. The shift leads from its places to the same
    /// ones here.
    pub fn append(&mut self, other: &Sources) -> Shift {
        let shift = Shift(self.files.len() as u32);
        self.files.extend(other.files.iter().cloned());
        shift
    }

    /// All files, in the order in which they were read.
    pub fn files(&self) -> impl Iterator<Item = FileId> + use<> {
        (0..self.files.len() as u32).map(FileId)
    }

    /// A file's name.
    pub fn name(&self, file: FileId) -> &str {
        self.source(file).map_or("", |source| &source.name)
    }

    /// A file's text.
    pub fn text(&self, file: FileId) -> &str {
        self.source(file).map_or("", |source| &source.text)
    }

    /// What a span holds.
    pub fn slice(&self, span: Span) -> &str {
        self.text(span.file).get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// Where a span begins.
    pub fn place(&self, span: Span) -> Place {
        let Some(source) = self.source(span.file) else {
            return Place { file: "".into(), line: 1, column: 1 };
        };
        let line = source.line(span.start);
        let begins = source.lines[line] as usize;
        let before = source.text.get(begins..span.start as usize).unwrap_or("");
        let file = Arc::clone(&source.name);
        Place { file, line: line + 1, column: before.chars().count() + 1 }
    }

    /// The whole line in which a span begins, without its end.
    pub fn line(&self, span: Span) -> &str {
        let Some(source) = self.source(span.file) else { return "" };
        let line = source.line(span.start);
        let begins = source.lines[line] as usize;
        let rest = source.text.get(begins..).unwrap_or("");
        rest.split('\n').next().unwrap_or("").trim_end_matches('\r')
    }

    fn source(&self, file: FileId) -> Option<&Source> {
        self.files.get(file.0 as usize)
    }
}

impl Shift {
    /// The same place.
    pub fn of(self, span: Span) -> Span {
        Span { file: FileId(span.file.0 + self.0), ..span }
    }
}

impl Source {
    /// The line of a byte, from 0.
    fn line(&self, at: u32) -> usize {
        self.lines.partition_point(|&begins| begins <= at).saturating_sub(1)
    }
}

impl Span {
    /// From the beginning of this one to the end of a later one of the same file.
    pub fn to(self, later: Span) -> Span {
        Span { end: later.end.max(self.start), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_an_editor() {
        let mut sources = Sources::default();
        sources.add("other", b"x");
        let file = sources.add("a.cfg", "é one\r\n\ntwo".as_bytes());
        let span = |start, end| Span { file, start, end };
        let told = |start| {
            let place = sources.place(span(start, start));
            (place.line, place.column)
        };
        assert_eq!(
            (told(0), told(3), told(8), told(9), told(12)),
            ((1, 1), (1, 3), (2, 1), (3, 1), (3, 4))
        );
        assert_eq!(sources.line(span(3, 6)), "é one");
        assert_eq!(sources.slice(span(3, 6)), "one");
        assert_eq!(sources.place(span(9, 12)).file.as_ref(), "a.cfg");
    }

    #[test]
    fn places_move_with_their_files() {
        let (mut all, mut other) = (Sources::default(), Sources::default());
        all.add("a", b"one");
        let file = other.add("b", b"two");
        let shift = all.append(&other);
        let span = shift.of(Span { file, start: 0, end: 3 });
        assert_eq!((all.slice(span), all.place(span).file.as_ref()), ("two", "b"));
    }

    #[test]
    fn what_is_out_of_range_is_empty() {
        let mut sources = Sources::default();
        let file = sources.add("a", &[0xff, b'a']);
        assert_eq!(sources.text(file), "\u{fffd}a");
        let beyond = Span { file, start: 90, end: 95 };
        assert_eq!(sources.slice(beyond), "");
        assert_eq!(sources.place(beyond).line, 1);
        assert_eq!(sources.line(Span { file: FileId(7), start: 0, end: 1 }), "");
    }
}
