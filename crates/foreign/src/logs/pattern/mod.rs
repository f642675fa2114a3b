//! Formats that are a text with variables in it: compiled once, then matched from left to right.

mod apache;
mod build;
mod builtin;
mod envoy;
mod envoy_time;
mod haproxy;
mod nginx;
mod read;
mod step;

pub(super) use apache::apache;
pub(super) use builtin::{Builtin, builtin};
pub(super) use envoy::{envoy, envoy_value};
pub(super) use haproxy::haproxy;
pub(super) use nginx::nginx;
pub(super) use step::Pattern;
