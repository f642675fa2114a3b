//! Pools for the tests to begin with.
#![allow(dead_code, unreachable_pub, unused_imports, reason = "each test binary uses its own part")]

mod desk;
mod spec;

pub use desk::{Desk, MS, NOW_S, SERVICE};
pub use spec::{SECOND, defaults, sticky};
