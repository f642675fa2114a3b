//! nginx: servers become listeners and routes, upstreams pools.

mod pools;
mod rest;
mod servers;

pub(super) use servers::translate;
