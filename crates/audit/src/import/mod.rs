//! Turns another balancer's configuration into one of this balancer.

mod draft;
mod envoy;
mod finish;
mod haproxy;
mod nginx;
mod outcome;
mod parts;
mod text;
mod write;

#[cfg(test)]
mod tests;

pub use outcome::{Import, Nothing, import};
