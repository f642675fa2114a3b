//! Several configurations of one role: how they differ in what they mean.

mod compare;
mod envoy;
mod fact;
mod haproxy;
mod hosts;
mod merge;
mod nginx;
mod own;
mod run;
mod server;
mod tell;

#[cfg(test)]
mod tests;

pub use run::{Unlike, fleet};
