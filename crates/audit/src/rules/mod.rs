//! All rules, in rooms by what they are about; each is one file.

mod all;
mod control;
mod health;
mod method;
mod overload;
mod persistence;
mod pools;
mod weights;

#[cfg(test)]
mod testing;

pub use all::{ALL, find};
