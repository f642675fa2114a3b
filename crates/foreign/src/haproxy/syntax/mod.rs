//! Words and lines, as HAProxy splits a file, without losing a byte of it.

mod blocks;
mod condition;
mod directive;
mod environment;
mod escape;
mod expression;
mod file;
mod line;
mod predicate;
mod remarks;
mod scan;
mod template;
mod truth;
mod variable;
mod version;

#[cfg(test)]
mod tests;

pub use environment::{Environment, Lookup};
pub use file::{File, read};
pub use line::{Line, Liveness, Piece, PieceKind, Text, Word};
pub use remarks::{Doubt, Remarks, Told};
pub(crate) use variable::fill_address;
pub use version::Version;
