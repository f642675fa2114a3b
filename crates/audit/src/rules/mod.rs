//! All rules, in rooms by what they are about; each is one file.

mod all;
mod control;
mod fleet;
mod health;
mod method;
mod overload;
mod persistence;
mod pools;
mod weights;

#[cfg(test)]
mod testing;

pub(crate) use fleet::DRIFT;
pub(crate) use pools::named;

pub use all::{ALL, find};
