//! Pools for the tests to begin with.
#![allow(dead_code, unreachable_pub, unused_imports, reason = "each test binary uses its own part")]

mod spec;

pub use spec::{SECOND, defaults, sticky};
