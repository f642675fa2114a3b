//! Cuts a configuration into pieces, by the rules of nginx's own reader.

use super::lua;
use super::token::{Token, TokenKind};
use crate::fault::SyntaxError;
use crate::source::{FileId, Sources, Span};

/// nginx reads through a buffer of this many bytes, and no word or comment may be longer.
const BUFFER_BYTES: usize = 4096;

/// All pieces of a file, in order and without a gap. What follows a mistake is one
/// [`TokenKind::Rest`].
pub fn pieces(sources: &Sources, file: FileId) -> Vec<Token> {
    let mut lexer = Lexer::new(sources.text(file), file);
    let mut pieces = Vec::new();
    loop {
        let start = lexer.at;
        match lexer.piece() {
            Some(Ok(piece)) => pieces.push(piece),
            Some(Err(_)) => {
                let end = lexer.text.len();
                pieces.push(lexer.token(TokenKind::Rest, start, end));
                return pieces;
            }
            None => return pieces,
        }
    }
}

/// Where the reading of a file stands.
pub(super) struct Lexer<'t> {
    text: &'t str,
    file: FileId,
    at: usize,
    /// Behind a closing quote nearly nothing may stand.
    after_quote: bool,
    statement: Statement,
}

/// How far a directive has come.
#[derive(Clone, Copy, PartialEq)]
enum Statement {
    Begins,
    Goes,
    /// Its name says that its block is Lua.
    GoesToCode,
    /// Its `{` was read.
    Code,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str, file: FileId) -> Lexer<'t> {
        Lexer { text, file, at: 0, after_quote: false, statement: Statement::Begins }
    }

    /// The next piece, or what is wrong with it.
    pub(super) fn piece(&mut self) -> Option<Result<Token, SyntaxError>> {
        if self.statement == Statement::Code {
            self.statement = Statement::Begins;
            return Some(self.code());
        }
        let first = *self.text.as_bytes().get(self.at)?;
        let may_follow = is_space(first) || matches!(first, b';' | b'{' | b')');
        if std::mem::take(&mut self.after_quote) && !may_follow {
            return Some(Err(self.behind_quote()));
        }
        Some(match first {
            _ if is_space(first) => Ok(self.space()),
            b';' => Ok(self.mark(TokenKind::End)),
            b'{' => Ok(self.mark(TokenKind::Open)),
            b'}' => Ok(self.mark(TokenKind::Close)),
            b'#' => self.comment(),
            b'"' | b'\'' => self.quoted(first),
            _ => self.bare(),
        })
    }

    fn mark(&mut self, kind: TokenKind) -> Token {
        let code = kind == TokenKind::Open && self.statement == Statement::GoesToCode;
        self.statement = if code { Statement::Code } else { Statement::Begins };
        self.take(kind, self.at + 1)
    }

    fn space(&mut self) -> Token {
        let rest = self.rest();
        let length = rest.bytes().position(|byte| !is_space(byte)).unwrap_or(rest.len());
        self.take(TokenKind::Space, self.at + length)
    }

    fn comment(&mut self) -> Result<Token, SyntaxError> {
        let rest = self.rest();
        let length = rest.find('\n').unwrap_or(rest.len());
        if length + 1 > BUFFER_BYTES {
            let what = format!("a comment of {length} bytes is too long for nginx");
            return Err(self.error(self.at, self.at + 1, what).expected("at most 4095 bytes"));
        }
        Ok(self.take(TokenKind::Comment, self.at + length))
    }

    fn quoted(&mut self, quote: u8) -> Result<Token, SyntaxError> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let mut at = start + 1;
        loop {
            match bytes.get(at) {
                Some(b'\\') => at += 2,
                Some(&byte) if byte == quote => break,
                Some(_) => at += 1,
                None => {
                    let quote = char::from(quote);
                    let what = format!("the quote that opens here ({quote}) is never closed");
                    return Err(self.error(start, start + 1, what).expected(format!("`{quote}`")));
                }
            }
        }
        self.after_quote = true;
        self.word(at + 1, at - start + 1)
    }

    fn bare(&mut self) -> Result<Token, SyntaxError> {
        let bytes = self.text.as_bytes();
        let mut at = self.at;
        // `{` belongs to the word behind `$`, even where it is repeated.
        let mut variable = false;
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'\\' => {
                    variable = false;
                    at += 1;
                }
                b'$' => variable = true,
                b'{' if variable => {}
                b';' | b'{' => break,
                _ if is_space(byte) => break,
                _ => variable = false,
            }
            at += 1;
        }
        self.word(at.min(bytes.len()), at - self.at + 1)
    }

    /// Takes a word of which nginx would have to hold this many bytes.
    fn word(&mut self, end: usize, held: usize) -> Result<Token, SyntaxError> {
        if held > BUFFER_BYTES {
            let what = format!("a word of {held} bytes is too long for nginx");
            let expected = "at most 4094 bytes, or a closing quote long before";
            return Err(self.error(self.at, self.at + 1, what).expected(expected));
        }
        // A backslash may have skipped into the middle of a character.
        let end = (end..=self.text.len()).find(|&at| self.text.is_char_boundary(at));
        let token = self.take(TokenKind::Word, end.unwrap_or(self.text.len()));
        if self.statement == Statement::Begins {
            let name = self.text.get(token.span.start as usize..token.span.end as usize);
            let name = name.map(|name| name.trim_matches(['"', '\'']));
            let code = name.is_some_and(|name| name.ends_with("_by_lua_block"));
            self.statement = if code { Statement::GoesToCode } else { Statement::Goes };
        }
        Ok(token)
    }

    fn code(&mut self) -> Result<Token, SyntaxError> {
        match lua::end(self.rest()) {
            Some(length) => Ok(self.take(TokenKind::Code, self.at + length)),
            None => {
                let open = self.at.saturating_sub(1);
                let what = "the block of Lua that opens here is never closed";
                Err(self.error(open, self.at, what).expected("`}`"))
            }
        }
    }

    fn behind_quote(&self) -> SyntaxError {
        let next = self.rest().chars().next().unwrap_or(' ');
        let what = format!("unexpected `{next}` right behind a closing quote");
        let end = self.at + next.len_utf8();
        self.error(self.at, end, what).expected("a space, `;` or `{`")
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn take(&mut self, kind: TokenKind, end: usize) -> Token {
        let token = self.token(kind, self.at, end);
        self.at = end;
        token
    }

    fn token(&self, kind: TokenKind, start: usize, end: usize) -> Token {
        Token { kind, span: self.span(start, end) }
    }

    fn error(&self, start: usize, end: usize, what: impl Into<String>) -> SyntaxError {
        SyntaxError::new(self.span(start, end), what)
    }

    fn span(&self, start: usize, end: usize) -> Span {
        // `Sources` keeps no more than 4 GiB of a file.
        Span { file: self.file, start: start as u32, end: end as u32 }
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}
