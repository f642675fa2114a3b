//! Splits one line into pieces and words.

use super::environment::{Environment, is_haproxys_own};
use super::escape::{self, Escape};
use super::line::{Piece, PieceKind, Word};
use super::remarks::{Doubt, Remarks};
use super::variable::{self, Fault, Variable};
use crate::{FileId, Span, SyntaxError};

/// HAProxy takes no more words in a line.
const WORDS_MAX: usize = 64;

/// A line with its variables filled in is not longer than that.
const FILLED_MAX: usize = 64 << 10;

/// A line while it is split.
pub(super) struct Scan<'s, 'e> {
    bytes: &'s [u8],
    at: usize,
    file: FileId,
    /// Where the line begins in its file.
    base: usize,
    place: Place<'s>,
    environment: &'s Environment<'e>,
    remarks: &'s mut Remarks,
    pieces: Vec<Piece>,
    words: Vec<Word>,
    /// The word under way; `None` between words.
    word: Option<Vec<u8>>,
    /// Where the run of bytes without a space began, and how many words there were before it.
    run: Option<(usize, usize)>,
    quote: Option<Quote>,
    /// Before 1.6, quotes are letters, and with them variables.
    has_quotes: bool,
    /// Bytes of variables that were filled in.
    filled: usize,
}

/// What `.FILE`, `.LINE` and `.SECTION` say.
#[derive(Clone, Copy)]
pub(super) struct Place<'s> {
    pub(super) file: &'s str,
    pub(super) line: usize,
    pub(super) section: &'s str,
}

#[derive(Clone, Copy)]
struct Quote {
    byte: u8,
    at: usize,
    /// A list in quotes may stand for no word at all.
    has_list: bool,
}

/// A line that was split; a mistake has been told, and the words before it are there.
pub(super) struct Scanned {
    pub(super) pieces: Vec<Piece>,
    pub(super) words: Vec<Word>,
    pub(super) is_broken: bool,
}

impl<'s, 'e> Scan<'s, 'e> {
    pub(super) fn new(
        (file, base, bytes): (FileId, usize, &'s [u8]),
        place: Place<'s>,
        environment: &'s Environment<'e>,
        remarks: &'s mut Remarks,
    ) -> Scan<'s, 'e> {
        let (pieces, words) = (Vec::new(), Vec::new());
        Scan {
            bytes,
            at: 0,
            file,
            base,
            place,
            environment,
            remarks,
            pieces,
            words,
            word: None,
            run: None,
            quote: None,
            has_quotes: environment.version().is_at_least(1, 6),
            filled: 0,
        }
    }

    /// Splits the line. Its end is not part of the bytes.
    pub(super) fn run(mut self) -> Scanned {
        let outcome = self.split();
        let outcome = outcome.and_then(|()| self.end_run()).and_then(|()| match self.quote {
            Some(quote) => Err(self.error(quote.at, 1, "a quote that does not end")),
            None => Ok(()),
        });
        let is_broken = match outcome {
            Ok(()) => false,
            Err(error) => {
                self.remarks.fail(error);
                true
            }
        };
        let read = self.pieces.last().map_or(self.base, |piece| piece.span.end as usize);
        self.piece(PieceKind::Unread, read - self.base, self.bytes.len());
        Scanned { pieces: self.pieces, words: self.words, is_broken }
    }

    fn split(&mut self) -> Result<(), SyntaxError> {
        while let Some(&byte) = self.bytes.get(self.at) {
            let quote = self.quote.map(|quote| quote.byte);
            match byte {
                b'\r' => return Ok(()),
                0 => return Err(self.error(self.at, 1, "a NUL byte")),
                b'#' if quote.is_none() => {
                    self.end_run()?;
                    self.piece(PieceKind::Comment, self.at, self.comment_end());
                    return Ok(());
                }
                b'"' | b'\'' if self.has_quotes && quote.is_none_or(|open| open == byte) => {
                    self.quote(byte);
                }
                b'\\' if quote != Some(b'\'') => self.escape()?,
                b' ' | b'\t' | 0x0b | 0x0c if quote.is_none() => self.space()?,
                b'$' if quote == Some(b'"') => self.variable()?,
                _ => self.push(byte, 1),
            }
        }
        Ok(())
    }

    fn comment_end(&self) -> usize {
        // The carriage return of a line that ends with one is no part of the comment.
        self.bytes.len() - usize::from(self.bytes.ends_with(b"\r"))
    }

    fn push(&mut self, byte: u8, length: usize) {
        self.start();
        self.word.get_or_insert_default().push(byte);
        self.at += length;
    }

    /// A run of bytes without a space begins, if none is under way.
    fn start(&mut self) {
        self.run.get_or_insert((self.at, self.words.len()));
    }

    fn quote(&mut self, byte: u8) {
        self.start();
        match self.quote.take() {
            Some(quote) if quote.has_list => {}
            Some(_) => drop(self.word.get_or_insert_default()),
            None => self.quote = Some(Quote { byte, at: self.at, has_list: false }),
        }
        self.at += 1;
    }

    fn escape(&mut self) -> Result<(), SyntaxError> {
        let rest = self.bytes.get(self.at + 1..).unwrap_or_default();
        match escape::read(rest, self.has_quotes, self.quote.is_some()) {
            Escape::Byte(byte, length) => self.push(byte, length),
            Escape::BadHex => {
                let error = self.error(self.at, 2, "an escape that is not complete");
                return Err(error.expected("`\\x` and two hexadecimal digits"));
            }
        }
        Ok(())
    }

    fn space(&mut self) -> Result<(), SyntaxError> {
        self.end_run()?;
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let is_space = |byte: &&u8| matches!(**byte, b' ' | b'\t' | 0x0b | 0x0c);
        let end = self.at + rest.iter().take_while(is_space).count();
        self.piece(PieceKind::Space, self.at, end);
        self.at = end;
        Ok(())
    }

    fn variable(&mut self) -> Result<(), SyntaxError> {
        let rest = self.bytes.get(self.at + 1..).unwrap_or_default();
        let variable = variable::read(rest).map_err(|fault| self.variable_error(fault))?;
        self.start();
        if let (true, Some(quote)) = (variable.is_list, &mut self.quote) {
            quote.has_list = true;
        }
        match self.value(&variable)? {
            Some(value) if variable.is_list => self.fill_list(&value)?,
            Some(value) => self.word.get_or_insert_default().extend(value),
            None if variable.is_list => {}
            None => drop(self.word.get_or_insert_default()),
        }
        self.at += variable.length;
        Ok(())
    }

    /// What stands in the place of a variable.
    fn value(&mut self, variable: &Variable<'_>) -> Result<Option<Vec<u8>>, SyntaxError> {
        let name = String::from_utf8_lossy(variable.name);
        let value = match name.as_ref() {
            ".LINE" => Some(self.place.line.to_string().into_bytes()),
            ".FILE" => Some(self.place.file.as_bytes().to_vec()),
            ".SECTION" => Some(self.place.section.as_bytes().to_vec()),
            name if name.starts_with('.') => return Err(self.variable_error(Fault::Name(0))),
            name => self.environment.variable(name).map(|value| value.as_bytes().to_vec()),
        };
        let value = value.or_else(|| variable.default.map(<[u8]>::to_vec));
        let Some(value) = value else {
            let known = if is_haproxys_own(&name) { "known to HAProxy alone" } else { "not set" };
            let what = format!("`{name}` is {known}, and left empty");
            self.remarks.tell(self.span(self.at, variable.length), Doubt::UnsetVariable, what);
            return Ok(None);
        };
        self.filled += value.len();
        if self.filled > FILLED_MAX || !self.environment.spend(value.len()) {
            let what = format!("`{name}` makes this longer than is read here, and is left empty");
            self.remarks.tell(self.span(self.at, variable.length), Doubt::Limit, what);
            return Ok(None);
        }
        Ok(Some(value))
    }

    fn fill_list(&mut self, value: &[u8]) -> Result<(), SyntaxError> {
        for &byte in value {
            if byte.is_ascii_whitespace() || byte == 0x0b {
                self.end_word()?;
            } else {
                self.word.get_or_insert_default().push(byte);
            }
        }
        Ok(())
    }

    fn end_word(&mut self) -> Result<(), SyntaxError> {
        let Some(word) = self.word.take() else { return Ok(()) };
        let begins = self.run.map_or(self.at, |(begins, _)| begins);
        if self.words.len() == WORDS_MAX {
            let error = self.error(begins, self.at - begins, "too many words in a line");
            return Err(error.expected(format!("at most {WORDS_MAX}")));
        }
        let text = String::from_utf8_lossy(&word).into();
        // Its end is known at the end of the run.
        self.words.push(Word { span: self.span(begins, 0), text });
        Ok(())
    }

    fn end_run(&mut self) -> Result<(), SyntaxError> {
        self.end_word()?;
        let Some((begins, before)) = self.run.take() else { return Ok(()) };
        self.piece(PieceKind::Word, begins, self.at);
        let span = self.span(begins, self.at - begins);
        let words = self.words.get_mut(before..).unwrap_or_default();
        words.iter_mut().for_each(|word| word.span = span);
        Ok(())
    }

    fn piece(&mut self, kind: PieceKind, begins: usize, end: usize) {
        if end > begins {
            self.pieces.push(Piece { kind, span: self.span(begins, end - begins) });
        }
    }

    fn span(&self, at: usize, length: usize) -> Span {
        // What is missing is expected behind the last byte.
        let start = at.min(self.bytes.len());
        let end = (start + length).min(self.bytes.len());
        let place = |at: usize| (self.base + at) as u32;
        Span { file: self.file, start: place(start), end: place(end) }
    }

    fn error(&self, at: usize, length: usize, what: &str) -> SyntaxError {
        SyntaxError::new(self.span(at, length), what)
    }

    fn variable_error(&self, fault: Fault) -> SyntaxError {
        let (at, what, expected) = match fault {
            Fault::Name(at) => (at, "a variable without a name", "a letter or `_`; or `\\$`"),
            Fault::List(at) => (at, "a variable's list that is not complete", "`[*]`"),
            Fault::Brace => (0, "a variable's brace that is not closed", "`}`"),
        };
        self.error(self.at + 1 + at, 1, what).expected(expected)
    }
}
