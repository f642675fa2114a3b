//! Builds a file's tree of directives from its pieces.

use super::directive::{Body, Directive, File};
use super::lexer::Lexer;
use super::template;
use super::token::{Token, TokenKind};
use super::word::Word;
use crate::fault::SyntaxError;
use crate::source::{FileId, Sources, Span};

/// How deep blocks may nest. nginx itself allows no more than a few.
pub(super) const DEPTH_MAX: usize = 64;

/// Words and directives of a file that are read: each is kept, with its place.
pub(super) const WORDS_MAX: usize = 1_200_000;

/// Reads a file up to its end, or up to the first thing that is wrong with it.
pub(super) fn parse(sources: &Sources, id: FileId) -> (File, Option<SyntaxError>) {
    let text = sources.text(id);
    let mut parser = Parser::new(text, id);
    let error = parser.run(text).err();
    let error = error.or_else(|| parser.unclosed(text.len()));
    (parser.end(), error)
}

struct Parser<'t> {
    text: &'t str,
    id: FileId,
    words: Vec<Word>,
    left: usize,
    /// Blocks that are open, with what is in them so far.
    open: Vec<Frame>,
    top: Vec<Directive>,
    comments: Vec<Span>,
    code: Option<Span>,
    last: Option<Token>,
}

struct Frame {
    directive: Directive,
    brace: Span,
    inner: Vec<Directive>,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str, id: FileId) -> Parser<'t> {
        let (words, open, top, comments) = Default::default();
        Parser { text, id, words, left: WORDS_MAX, open, top, comments, code: None, last: None }
    }

    fn run(&mut self, text: &'t str) -> Result<(), SyntaxError> {
        if text.starts_with('\u{feff}') {
            let span = Span { file: self.id, start: 0, end: 3 };
            let what = "the file begins with a byte order mark, which nginx takes for a word";
            return Err(SyntaxError::new(span, what).expected("a file without it"));
        }
        let mut lexer = Lexer::new(text, self.id);
        while let Some(token) = lexer.piece() {
            let token = token?;
            self.piece(token)?;
            self.last = Some(token);
        }
        Ok(())
    }

    fn piece(&mut self, token: Token) -> Result<(), SyntaxError> {
        let rest = self.text.get(token.span.start as usize..).unwrap_or("");
        if let Some(error) = template::begins(rest, token, self.last) {
            return Err(error);
        }
        match token.kind {
            TokenKind::Space | TokenKind::Rest => {}
            TokenKind::Comment => self.comments.push(token.span),
            TokenKind::Word => self.word(token)?,
            TokenKind::Code => self.code = Some(token.span),
            TokenKind::End => self.finish(token)?,
            TokenKind::Open => self.enter(token)?,
            TokenKind::Close => self.leave(token)?,
        }
        Ok(())
    }

    /// Takes one of what may be read.
    fn take(&mut self, span: Span) -> Result<(), SyntaxError> {
        let Some(left) = self.left.checked_sub(1) else {
            let what = format!("more words than the {WORDS_MAX} that are read of a file");
            return Err(SyntaxError::new(span, what));
        };
        self.left = left;
        Ok(())
    }

    fn word(&mut self, token: Token) -> Result<(), SyntaxError> {
        self.take(token.span)?;
        self.words.push(Word::read(self.slice(token.span), token.span));
        Ok(())
    }

    fn finish(&mut self, end: Token) -> Result<(), SyntaxError> {
        self.take(end.span)?;
        let Some(directive) = self.directive(end.span) else {
            return Err(SyntaxError::new(end.span, "unexpected `;`").expected("a directive"));
        };
        self.add(directive);
        Ok(())
    }

    fn enter(&mut self, brace: Token) -> Result<(), SyntaxError> {
        self.take(brace.span)?;
        let Some(directive) = self.directive(brace.span) else {
            return Err(SyntaxError::new(brace.span, "unexpected `{`").expected("a directive"));
        };
        if self.open.len() >= DEPTH_MAX {
            let what = format!("more than {DEPTH_MAX} blocks within each other");
            return Err(SyntaxError::new(brace.span, what));
        }
        self.open.push(Frame { directive, brace: brace.span, inner: Vec::new() });
        Ok(())
    }

    fn leave(&mut self, brace: Token) -> Result<(), SyntaxError> {
        if let Some(last) = self.words.last() {
            let what = "unexpected `}`: the directive before it is not terminated by `;`";
            let end = last.span.end;
            let behind = Span { start: end.saturating_sub(1), end, ..last.span };
            return Err(SyntaxError::new(behind, what).expected("`;`"));
        }
        if self.open.is_empty() {
            let what = "unexpected `}`: no block is open here";
            return Err(SyntaxError::new(brace.span, what).expected("a directive or the end"));
        }
        self.close(brace.span);
        Ok(())
    }

    fn close(&mut self, end: Span) {
        let Some(Frame { mut directive, inner, .. }) = self.open.pop() else { return };
        directive.body = match self.code.take() {
            Some(code) => Body::Code(code),
            None => Body::Block(inner),
        };
        directive.span = directive.span.to(end);
        self.add(directive);
    }

    /// Makes a directive of the words so far.
    fn directive(&mut self, end: Span) -> Option<Directive> {
        let mut words = std::mem::take(&mut self.words).into_iter();
        let name = words.next()?;
        let span = name.span.to(end);
        Some(Directive { name, args: words.collect(), body: Body::None, span })
    }

    fn add(&mut self, directive: Directive) {
        match self.open.last_mut() {
            Some(frame) => frame.inner.push(directive),
            None => self.top.push(directive),
        }
    }

    fn unclosed(&self, length: usize) -> Option<SyntaxError> {
        if let Some(first) = self.words.first() {
            let what = format!("the file ends within the directive `{}`", first.text);
            return Some(SyntaxError::new(first.span, what).expected("`;` or `{`"));
        }
        let frame = self.open.last()?;
        let end = Span { file: self.id, start: length as u32, end: length as u32 };
        let what = format!("the block of `{}` that opens here", frame.directive.name.text);
        let error = SyntaxError::new(frame.brace, what + " is never closed");
        let line = self.text.bytes().filter(|&byte| byte == b'\n').count() + 1;
        Some(error.expected(format!("`}}` before the file ends in line {line}")))
            .filter(|_| end.start > 0)
    }

    /// What was read, with the blocks that are still open closed where the reading ended.
    fn end(mut self) -> File {
        while let Some(frame) = self.open.last() {
            let last = frame.inner.last().map_or(frame.brace, |last| last.span);
            self.close(last);
        }
        File { id: self.id, directives: self.top, comments: self.comments }
    }

    fn slice(&self, span: Span) -> &'t str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }
}
