//! Evidence for what the documentation claims, made anew with one command.

mod balancing;
mod figures;
mod page;
mod runs;

pub(crate) use balancing::{BalancingOptions, EXAMPLES, balancing};
