//! Scenarios as people write them: one TOML file is a world, what happens in it, and what is
//! expected of it.

mod error;
mod events;
mod expect;
mod read;
mod text;

pub use error::ScriptError;
pub use expect::{Expectation, Verdict};
pub use read::Script;
