//! `cargo xtask tidy`: what the style guide asks of the tree, checked.

mod finding;
mod head;
mod layers;
mod length;
mod names;
mod open_ends;
mod reach;
mod run;
mod shape;
mod source;
mod text;

pub(crate) use run::run;
