//! The product as its users meet it: the real binary, real sockets, free ports.
// A test that cannot go on says so by panicking.
#![allow(clippy::expect_used, clippy::unwrap_used)]

mod affinity;
mod alarms;
mod audit;
mod chaos;
mod failover;
mod firewall;
mod floor;
mod http1;
mod load;
mod malformed;
mod operations;
mod outage;
mod past;
mod predict;
mod reload;
mod running;
mod scenarios;
mod shares;
mod smoke;
mod support;
mod validation;
mod watching;
