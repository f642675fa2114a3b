//! Asks balancers that run what they have in force.

mod ask;
mod http;
mod own;
mod socket;

pub(crate) use ask::ask;
pub(crate) use own::in_force;
