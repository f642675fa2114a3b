//! All rules, in rooms by what they are about; each is one file.

mod all;
mod persistence;
mod pools;

#[cfg(test)]
mod testing;

pub use all::{ALL, find};
