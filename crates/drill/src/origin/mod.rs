//! A simulated server: a real socket, a number of slots, a service time, and faults on demand.

mod answer;
mod counters;
mod fault;
mod filler;
mod handle;
mod life;
mod shift;
#[cfg(test)]
mod tests;

pub use counters::OriginCounters;
pub use fault::{Fault, FaultKind};
pub use handle::{Origin, OriginSpec};
