//! A made-up world in virtual time, run by the real pool: users, servers, retries, a clock.
#![allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "each test binary uses its own part of the world"
)]

mod decider;
mod play;
mod report;
mod server;
mod setting;
mod traffic;

pub use decider::{Decider, Decision, Ideal, Ours, Rule};
pub use play::{Change, Scenario, play};
pub use report::Report;
pub use server::{Mode, Server};
pub use setting::{CAPACITIES, SECOND, defaults, scenario, sticky};
pub use traffic::{Arrival, Traffic};
