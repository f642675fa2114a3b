//! What a running balancer says of itself: pools, servers, weights and states. No sockets: whoever
//! asked hands the answers in.

mod answer;
pub mod envoy;
pub mod haproxy;
mod json;
pub mod nginx;

#[cfg(test)]
mod tests;

pub use answer::{Address, Fault, Pool, Running, Server, State};
