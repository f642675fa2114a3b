//! Reads a file line by line: words, conditions, messages, and variables that it sets.

use super::blocks::Blocks;
use super::directive;
use super::environment::Environment;
use super::line::{Line, Liveness, Piece, PieceKind, Text, Word};
use super::remarks::{Doubt, Remarks};
use super::scan::{Place, Scan};
use super::template;
use crate::haproxy::section::SectionKind;
use crate::{FileId, Sources, Span, SyntaxError};

/// A file and its lines.
#[derive(Clone, Debug)]
pub struct File {
    /// Which one.
    pub id: FileId,
    /// All its lines, in order.
    pub lines: Vec<Line>,
}

/// Longer lines are kept, and refused.
const LINE_MAX: usize = 1 << 20;

/// Lines of a file that are read, the empty ones too: each is kept whole, with its words.
const LINES_MAX: usize = 150_000;

/// Reads a file.
pub fn read(
    sources: &Sources,
    id: FileId,
    environment: &Environment<'_>,
    remarks: &mut Remarks,
) -> File {
    let mut reader = Reader {
        id,
        name: sources.name(id),
        section: "".into(),
        environment,
        remarks,
        blocks: Blocks::default(),
        lines: Vec::new(),
    };
    let mut at = 0;
    if sources.text(id).starts_with('\u{feff}') {
        let span = Span { file: id, start: 0, end: 3 };
        let what = "the file begins with a byte order mark, which HAProxy takes for a word";
        let error = SyntaxError::new(span, what);
        reader.remarks.fail(error.expected("a file without it"));
    }
    for line in sources.text(id).split_inclusive('\n') {
        if reader.lines.len() == LINES_MAX {
            let span = Span { file: id, start: at as u32, end: (at + line.len()) as u32 };
            reader.remarks.fail_last(SyntaxError::new(span, "more lines than are read"));
            break;
        }
        reader.line(at, line);
        at += line.len();
        if let Some(error) = reader.lines.last().and_then(|line| template::begins(line, sources)) {
            reader.unrendered(error, at, sources.text(id).len());
            return File { id, lines: reader.lines };
        }
    }
    reader.end();
    File { id, lines: reader.lines }
}

struct Reader<'r, 'e> {
    id: FileId,
    name: &'r str,
    /// The first word of the section, for `.SECTION` and for what `global` sets.
    section: Text,
    environment: &'r Environment<'e>,
    remarks: &'r mut Remarks,
    blocks: Blocks,
    lines: Vec<Line>,
}

impl Reader<'_, '_> {
    fn line(&mut self, at: usize, text: &str) {
        let span = Span { file: self.id, start: at as u32, end: (at + text.len()) as u32 };
        let body = text.strip_suffix('\n').unwrap_or(text);
        let mut line =
            Line { span, pieces: Vec::new(), words: Vec::new(), liveness: Liveness::Broken };
        let body_span = Span { end: span.start + body.len() as u32, ..span };
        if body.len() > LINE_MAX {
            let error = SyntaxError::new(body_span, "a line too long to be read here");
            self.remarks.fail(error.expected(format!("at most {LINE_MAX} bytes")));
            line.pieces.push(Piece { kind: PieceKind::Unread, span: body_span });
        } else if body.trim_start().starts_with('[') {
            let what = "a scope, which HAProxy knows in files of SPOE alone";
            self.remarks.tell(body_span, Doubt::UnknownKeyword, what);
            line.pieces.push(Piece { kind: PieceKind::Unread, span: body_span });
        } else {
            let (name, section) = (self.name, self.section.clone());
            let place = Place { file: name, line: self.lines.len() + 1, section: &section };
            let body = (self.id, at, body.as_bytes());
            let scanned = Scan::new(body, place, self.environment, self.remarks).run();
            line.pieces = scanned.pieces;
            line.words = scanned.words;
            if !scanned.is_broken {
                line.liveness = self.liveness(&line);
                self.observe(&line);
            }
        }
        if body.len() < text.len() {
            let end = Span { start: body_span.end, ..span };
            line.pieces.push(Piece { kind: PieceKind::End, span: end });
        }
        self.lines.push(line);
    }

    fn liveness(&mut self, line: &Line) -> Liveness {
        let Some(first) = line.words.first() else { return self.blocks.liveness() };
        if !first.text.starts_with('.') {
            return self.checked(line, self.blocks.liveness());
        }
        let is_condition = self.blocks.directive(line, self.environment, self.remarks);
        if !is_condition && self.blocks.liveness() != Liveness::Dropped {
            let is_live = self.blocks.liveness() == Liveness::Live;
            directive::read(line, is_live, self.remarks);
        }
        Liveness::Directive
    }

    /// Tells of an empty word. An empty first word makes the line an empty one.
    fn checked(&mut self, line: &Line, liveness: Liveness) -> Liveness {
        let words = line.words.get(1..).unwrap_or_default();
        if let (true, Some(word)) =
            (liveness != Liveness::Dropped, words.iter().find(|word| word.text.is_empty()))
        {
            let what = "an empty word: older versions ignore the rest of the line, newer ones \
                        refuse it";
            self.remarks.tell(word.span, Doubt::EmptyWord, what);
        }
        liveness
    }

    /// Follows what `global` does to the variables of the lines below it.
    fn observe(&mut self, line: &Line) {
        if !matches!(line.liveness, Liveness::Live | Liveness::Doubtful) {
            return;
        }
        let Some((keyword, rest)) = line.arguments().split_first() else { return };
        if SectionKind::of(&keyword.text).is_some() {
            self.section = keyword.text.clone();
        }
        if self.section.as_ref() == "global" {
            self.set(&keyword.text, rest);
        }
    }

    fn set(&mut self, keyword: &str, rest: &[Word]) {
        match (keyword, rest) {
            ("setenv", [name, value, ..]) => self.environment.set(&name.text, Some(&value.text)),
            ("presetenv", [name, value, ..]) if self.environment.variable(&name.text).is_none() => {
                self.environment.set(&name.text, Some(&value.text));
            }
            ("unsetenv", names) => {
                names.iter().for_each(|name| self.environment.set(&name.text, None));
            }
            ("resetenv", names) => self.environment.reset(names.iter().map(|name| &name.text)),
            _ => {}
        }
    }

    /// Nothing of a template counts: what stands in it is not what will be in force.
    fn unrendered(&mut self, error: SyntaxError, at: usize, end: usize) {
        self.remarks.fail_last(error);
        self.lines.iter_mut().for_each(|line| line.liveness = Liveness::Broken);
        if at < end {
            let span = Span { file: self.id, start: at as u32, end: end as u32 };
            let pieces = vec![Piece { kind: PieceKind::Unread, span }];
            self.lines.push(Line { span, pieces, words: Vec::new(), liveness: Liveness::Broken });
        }
    }

    fn end(&mut self) {
        if let Some(opened) = self.blocks.open() {
            let error = SyntaxError::new(opened, "`.if` that does not end");
            self.remarks.fail(error.expected("`.endif`"));
        }
        let Some(last) = self.lines.last() else { return };
        let ends = last.pieces.last().is_some_and(|piece| piece.kind == PieceKind::End);
        if ends {
            return;
        }
        if self.environment.version().is_at_least(2, 3) {
            let error = SyntaxError::new(last.said(), "the last line does not end");
            self.remarks.fail(error.expected("a line feed: the file may have been cut off"));
        } else {
            let what = "the last line does not end, which versions from 2.3 on refuse";
            self.remarks.tell(last.said(), Doubt::Version, what);
        }
    }
}
