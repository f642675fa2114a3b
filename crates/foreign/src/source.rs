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
    /// Where bytes were replaced that are no UTF-8: the first ones.
    replaced: Vec<u32>,
}

/// So many places of what is no UTF-8 are kept of a file: another encoding has one in each word.
const REPLACED_MAX: usize = 1000;
/// What stands there.
const REPLACEMENT: &str = "\u{fffd}";

impl Sources {
    /// Takes a file in. What is not UTF-8 is replaced by U+FFFD; of a file beyond 4 GiB the rest
    /// is dropped.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> FileId {
        // Replacing may make a text three times as long.
        let bytes = bytes.get(..u32::MAX as usize / 3).unwrap_or(bytes);
        let text = String::from_utf8_lossy(bytes);
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let lines = std::iter::once(0).chain(breaks.map(|(at, _)| at as u32 + 1)).collect();
        let replaced = replaced(bytes);
        self.files.push(Source { name: name.into(), text: text.into(), lines, replaced });
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

    /// Where bytes that are no UTF-8 were replaced by U+FFFD, outside comments: once for each line.
    pub fn replaced(&self) -> impl Iterator<Item = Span> {
        let all = self.files.iter().zip(0..).flat_map(|(source, file)| {
            let mut told = None;
            source.replaced.iter().filter_map(move |&start| {
                let line = source.line(start);
                let is_new = told != Some(line) && !source.is_comment(start);
                let end = start + REPLACEMENT.len() as u32;
                is_new.then(|| {
                    told = Some(line);
                    Span { file: FileId(file), start, end }
                })
            })
        });
        all.collect::<Vec<_>>().into_iter()
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

/// Where in the text that is made of these bytes others stand for what is no UTF-8.
fn replaced(bytes: &[u8]) -> Vec<u32> {
    let (mut places, mut at) = (Vec::new(), 0);
    for chunk in bytes.utf8_chunks() {
        at += chunk.valid().len();
        if chunk.invalid().is_empty() {
            continue;
        }
        if places.len() == REPLACED_MAX {
            break;
        }
        places.push(u32::try_from(at).unwrap_or(u32::MAX));
        at += REPLACEMENT.len();
    }
    places
}

impl Source {
    /// Whether a byte stands behind a `#` that begins a word and is in no quotes, as comments of
    /// all products do.
    fn is_comment(&self, at: u32) -> bool {
        let begins = self.lines.get(self.line(at)).copied().unwrap_or(0);
        let before = self.text.get(begins as usize..at as usize).unwrap_or("");
        let (mut quote, mut last) = (None, ' ');
        for letter in before.chars() {
            match (quote, letter) {
                (None, '#') if last.is_whitespace() || matches!(last, ';' | '{' | '}') => {
                    return true;
                }
                (None, '"' | '\'') => quote = Some(letter),
                (Some(open), _) if open == letter => quote = None,
                _ => {}
            }
            last = letter;
        }
        false
    }

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
    fn what_is_no_utf8_is_told_line_by_line() {
        let mut sources = Sources::default();
        let latin = b"# caf\xe9\nserver caf\xe9\xe8 # \xff\n\nname '# \xe9'; # \xe9\nlast";
        sources.add("good", "é".as_bytes());
        sources.add("a", latin);
        let places = sources.replaced().map(|span| {
            assert_eq!(sources.slice(span), REPLACEMENT);
            let place = sources.place(span);
            (place.file.to_string(), place.line, place.column)
        });
        assert_eq!(places.collect::<Vec<_>>(), [("a".to_owned(), 2, 11), ("a".to_owned(), 4, 9)]);
        let many = sources.add("b", &b"x\xff\n".repeat(3 * REPLACED_MAX));
        assert_eq!(sources.replaced().filter(|span| span.file == many).count(), REPLACED_MAX);
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
