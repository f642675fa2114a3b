//! All rules, in rooms by what they are about; each is one file.

mod all;
mod edits;
mod method;
mod persistence;
mod pools;
mod required;
mod weights;

#[cfg(test)]
mod testing;

pub use all::{ALL, find};
pub(crate) use edits::removed;
pub(crate) use required::{METHODS, REQUIRED, method_word};
