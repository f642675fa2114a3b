//! Holds the imitations against the balancers themselves: every request must reach the server
//! that was predicted.

mod case;
mod client;
mod envoy;
mod folder;
mod haproxy;
mod load;
mod nginx;
mod origin;
mod process;
mod traffic;
