//! What receivers get, in the shapes that their documentation asks for.

mod answers;
mod mail;
mod program;
mod shapes;
mod taker;

pub(crate) use taker::Taker;
