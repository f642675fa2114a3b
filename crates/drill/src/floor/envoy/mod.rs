//! Envoy on the drill floor: what stays in a bootstrap, what changes in watched files.

mod bootstrap;
mod cluster;
mod program;

pub(super) use program::Envoy;
