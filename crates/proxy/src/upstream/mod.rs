//! The endpoints' side: connecting, keeping connections, knowing which are stale.

mod connection;
mod idle;

pub(crate) use connection::{Upstream, connect, is_ours};
pub(crate) use idle::{Check, Idle};
