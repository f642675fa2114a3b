//! What a configuration says, next to what a running balancer says of itself.

mod envoy;
mod filed;
mod haproxy;
mod nginx;
mod own;
mod pairs;
mod read;
mod shares;

pub(super) use filed::Filed;
pub(super) use pairs::{Matched, Pair, asked, is_same, matched};
pub(super) use read::names;
pub(super) use shares::Shares;
