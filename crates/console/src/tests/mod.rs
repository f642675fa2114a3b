//! The admin listener on real sockets.

mod alarms;
mod client;
mod docs;
mod judging;
mod limits;
mod metrics;
mod monitoring;
mod promtool;
mod routes;
mod sample;
