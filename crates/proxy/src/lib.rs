//! Forwards: the only data-plane I/O.

// Printing panics when nobody reads any more.
#![cfg_attr(not(test), warn(clippy::print_stdout, clippy::print_stderr))]

mod control;
mod exchange;
mod fault;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
mod plan;
mod server;
mod upstream;
mod wire;
mod worker;

pub use server::{ApplyError, Farewell, Server, StartError};
