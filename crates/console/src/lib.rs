//! Shows: the admin listener, its status, its metrics and its one control, the reload.

// Printing panics when nobody reads any more.
#![cfg_attr(not(test), warn(clippy::print_stdout, clippy::print_stderr))]

mod answer;
mod judge;
mod judging;
mod metrics;
mod routes;
mod server;
mod source;

#[cfg(test)]
mod tests;

pub use judge::Judge;
pub use server::serve;
pub use source::Source;
