//! Holds the imitations against the balancers themselves: every request must reach the server
//! that was predicted.
// A test that cannot go on says so by panicking.
#![allow(clippy::expect_used)]

mod case;
mod client;
mod envoy;
mod evidence;
mod folder;
mod haproxy;
mod load;
mod nginx;
mod origin;
mod process;
mod traffic;
