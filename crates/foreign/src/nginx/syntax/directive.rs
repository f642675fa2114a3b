//! The tree of directives, file by file.

use std::cell::Cell;

use super::word::Word;
use crate::fault::SyntaxError;
use crate::source::{FileId, Span};

/// Files may include each other in ways that multiply; nobody's configuration comes near.
const EXPANDED_MAX: usize = 2_000_000;

/// How deep files may include each other.
pub(super) const DEPTH_MAX: usize = 32;

/// A configuration with all that it includes.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// The main file, then each included one, once.
    pub files: Vec<File>,
    /// What nginx would refuse about the text. What stands behind a broken directive is not read.
    pub errors: Vec<SyntaxError>,
    /// Files that are included and cannot be read. nginx would refuse them as well.
    pub missing: Vec<SyntaxError>,
}

/// A file's directives.
#[derive(Clone, Debug)]
pub struct File {
    /// Its text.
    pub id: FileId,
    /// In the order in which they stand.
    pub directives: Vec<Directive>,
    /// Every comment, from its `#` to before the end of its line.
    pub comments: Vec<Span>,
}

/// A name, its arguments, and what follows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// The first word.
    pub name: Word,
    /// The others.
    pub args: Vec<Word>,
    /// What follows them.
    pub body: Body,
    /// From its name to its `;` or `}`.
    pub span: Span,
}

/// What follows a directive's arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// A `;`.
    None,
    /// A block.
    Block(Vec<Directive>),
    /// A block in another language: what is between its braces.
    Code(Span),
    /// A `;`, and what was included in its place: numbers of [`Tree::files`].
    Files(Vec<usize>),
}

impl Directive {
    /// What is in its block.
    pub fn block(&self) -> Option<&[Directive]> {
        match &self.body {
            Body::Block(block) => Some(block),
            _ => None,
        }
    }

    /// Whether its name is this.
    pub fn is(&self, name: &str) -> bool {
        self.name.text == name
    }

    /// What an argument says, from 0.
    pub fn arg(&self, index: usize) -> Option<&str> {
        self.args.get(index).map(|word| word.text.as_str())
    }

    /// From its name to its last argument.
    pub fn head(&self) -> Span {
        self.args.last().map_or(self.name.span, |last| self.name.span.to(last.span))
    }
}

/// Reads a tree as nginx does: what is included stands in its `include`'s place.
pub struct Level<'t> {
    tree: &'t Tree,
    left: Cell<usize>,
}

impl<'t> Level<'t> {
    /// A reader of the whole tree.
    pub fn new(tree: &'t Tree) -> Level<'t> {
        Level { tree, left: Cell::new(EXPANDED_MAX) }
    }

    /// The directives of the main file.
    pub fn top(&self) -> Vec<&'t Directive> {
        self.of(self.tree.files.first().map_or(&[][..], |file| &file.directives))
    }

    /// The directives of a block.
    pub fn of(&self, block: &'t [Directive]) -> Vec<&'t Directive> {
        let mut found = Vec::new();
        self.expand(block, 0, &mut found);
        found
    }

    /// Whether so much was included that the rest was left out.
    pub fn is_exhausted(&self) -> bool {
        self.left.get() == 0
    }

    fn expand(&self, block: &'t [Directive], depth: usize, found: &mut Vec<&'t Directive>) {
        // Only a tree of crossplane's may have a circle.
        if depth > DEPTH_MAX {
            self.left.set(0);
        }
        for directive in block {
            let left = self.left.get().saturating_sub(1);
            self.left.set(left);
            if left == 0 {
                return;
            }
            match &directive.body {
                Body::Files(files) => {
                    for file in files.iter().filter_map(|&file| self.tree.files.get(file)) {
                        self.expand(&file.directives, depth + 1, found);
                    }
                }
                _ => found.push(directive),
            }
        }
    }
}
