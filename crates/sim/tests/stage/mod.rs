//! Scenarios of the tests, and who plays them.
#![allow(dead_code, unreachable_pub, unused_imports, reason = "each test binary uses its own part")]

mod play;

pub use play::{CAPACITIES, EXPONENTIAL, LOGNORMAL, five, ideal, ours, script, warmed_up};
