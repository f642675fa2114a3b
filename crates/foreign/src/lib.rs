//! Reads what other balancers have: their configurations and logs, and how they pick.

mod fault;
pub mod pick;
mod source;

pub use fault::SyntaxError;
pub use source::{FileId, Place, Sources, Span};
