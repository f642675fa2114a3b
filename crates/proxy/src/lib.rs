//! Forwards: the only data-plane I/O.

mod control;
mod exchange;
mod fault;
mod plan;
mod server;
mod upstream;
mod wire;
mod worker;

pub use server::{ApplyError, Server, StartError};
