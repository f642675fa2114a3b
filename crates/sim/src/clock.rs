//! The world's time: nanoseconds from its start.

/// One second of it.
pub const SECOND: u64 = 1_000_000_000;
