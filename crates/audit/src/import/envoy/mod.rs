//! Envoy: virtual hosts become routes, clusters pools.

mod pools;
mod routes;

pub(super) use routes::translate;
