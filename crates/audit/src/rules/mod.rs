//! All rules, in rooms by what they are about; each is one file.

mod all;
mod control;
mod edits;
mod fleet;
mod health;
mod method;
mod overload;
mod persistence;
mod pools;
mod required;
mod running;
mod traffic;
mod weights;

#[cfg(test)]
mod testing;

pub use all::{ALL, find};
pub(crate) use edits::removed;
pub(crate) use fleet::DRIFT;
pub(crate) use pools::named;
pub(crate) use required::{METHODS, REQUIRED, method_word};
