//! The admin listener on real sockets.

mod client;
mod docs;
mod limits;
mod metrics;
mod routes;
mod sample;
