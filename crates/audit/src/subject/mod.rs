//! What is judged: a configuration, whoever's balancer it is for.

mod detect;
mod folder;
mod kind;
mod packaged;
mod read;
mod reread;

pub use kind::{Own, Parsed, Subject};
pub use read::{Refusal, own, read, read_text};
pub(crate) use reread::reread;
