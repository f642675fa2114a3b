//! What a line consists of.

use std::sync::Arc;

use crate::Span;

/// A word's text. It is shared, because what `defaults` say is said again by every proxy.
pub type Text = Arc<str>;

/// A line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// All of it, with its end.
    pub span: Span,
    /// Everything that stands in it, in order and without a gap.
    pub pieces: Vec<Piece>,
    /// Its words, as HAProxy sees them: unquoted, and with variables filled in.
    pub words: Vec<Word>,
    /// Whether it counts.
    pub liveness: Liveness,
}

/// A part of a line that stands in the file as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// What it is.
    pub kind: PieceKind,
    /// Where it is.
    pub span: Span,
}

/// What stands in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PieceKind {
    /// What separates words.
    Space,
    /// A word with its quotes. It may stand for several words, or for none, by its variables.
    Word,
    /// From `#` to the end of the line.
    Comment,
    /// What HAProxy does not look at: behind a carriage return, or behind a mistake.
    Unread,
    /// The end of the line.
    End,
}

/// A word of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Where it stands, quotes included.
    pub span: Span,
    /// What it says. U+FFFD stands for bytes that are no UTF-8.
    pub text: Text,
}

/// Whether a line counts: it may stand in a branch of `.if`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Liveness {
    /// It counts.
    Live,
    /// Its condition cannot be evaluated from here.
    Doubtful,
    /// Its condition is false.
    Dropped,
    /// It is such a condition, or a message, and has been dealt with.
    Directive,
    /// It cannot be read.
    Broken,
}

impl Line {
    /// The words that HAProxy looks at: an empty one ends the list.
    pub fn arguments(&self) -> &[Word] {
        let end = self.words.iter().position(|word| word.text.is_empty());
        self.words.get(..end.unwrap_or(self.words.len())).unwrap_or_default()
    }

    /// Its comment, from `#` on.
    pub fn comment(&self) -> Option<Span> {
        let is_comment = |piece: &&Piece| piece.kind == PieceKind::Comment;
        self.pieces.iter().find(is_comment).map(|piece| piece.span)
    }

    /// From its first word to its last one; all of it where there is none.
    pub fn said(&self) -> Span {
        match (self.words.first(), self.words.last()) {
            (Some(first), Some(last)) => first.span.to(last.span),
            _ => self.span,
        }
    }

    /// Whether it starts with a word instead of a space.
    pub fn is_unindented(&self) -> bool {
        self.pieces.first().is_some_and(|piece| piece.kind == PieceKind::Word)
    }
}
