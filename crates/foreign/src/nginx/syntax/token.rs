//! The pieces that a configuration consists of.

use crate::source::Span;

/// A piece of the text. Pieces follow each other without a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it stands, quotes and all.
    pub span: Span,
}

/// What a piece of the text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// Blanks and line ends.
    Space,
    /// From `#` to before the end of its line.
    Comment,
    /// A name or an argument, quoted or not.
    Word,
    /// `{`
    Open,
    /// `}`
    Close,
    /// `;`
    End,
    /// What is between the braces of a block in another language, as of `content_by_lua_block`.
    Code,
    /// What stands where nothing can be read any more.
    Rest,
}
