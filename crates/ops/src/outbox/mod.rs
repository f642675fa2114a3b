//! What still has to be told: one queue for each receiver, in order.

mod backoff;
mod job;
mod queue;
#[cfg(test)]
mod tests;

pub(crate) use backoff::Backoff;
pub(crate) use job::Job;
pub(crate) use queue::{Outcome, Queue};
