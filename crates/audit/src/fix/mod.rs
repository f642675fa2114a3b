//! Changes that mend what was found, and change nothing else.

mod choose;
mod diff;
mod mend;
mod prove;
mod text;

#[cfg(test)]
mod tests;

pub use diff::diff;
pub use mend::{Mended, Mending, Unmended, mend};
