//! Reads what other balancers have: their configurations and logs, and how they pick.

mod fault;
pub mod nginx;
mod placed;
mod source;

pub use fault::SyntaxError;
pub use placed::Placed;
pub use source::{FileId, Place, Sources, Span};
