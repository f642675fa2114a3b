//! YAML, and JSON as a part of it, as a tree of values with their places.

mod load;
mod node;
mod template;
mod units;

pub use load::load;
pub(super) use node::snake;
pub use node::{Field, Node, Value};
