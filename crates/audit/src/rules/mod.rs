//! All rules, in rooms by what they are about; each is one file.

mod all;
mod method;
mod persistence;
mod pools;
mod traffic;
mod weights;

#[cfg(test)]
mod testing;

pub use all::{ALL, find};
