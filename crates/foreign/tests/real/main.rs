//! Holds the imitations against the balancers themselves: every request must reach the server
//! that was predicted.

mod case;
mod client;
mod folder;
mod haproxy;
mod load;
mod origin;
mod process;
mod traffic;
