//! The text of nginx's configurations: every byte, word and directive, with its place.

mod arity;
mod circle;
mod crossplane;
mod directive;
mod files;
mod glob;
mod include;
mod lexer;
mod lua;
mod names;
mod parse;
mod template;
mod token;
mod word;

#[cfg(test)]
mod tests;

pub use crossplane::read_crossplane;
pub use directive::{Body, Directive, File, Level, Tree};
pub use files::{Disk, Files, Kept};
pub use include::read;
pub use lexer::pieces;
pub use names::{Shape, shape};
pub use token::{Token, TokenKind};
pub use word::{Word, variables};
