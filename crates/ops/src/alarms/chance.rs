//! Numbers that differ between processes: enough for names and pauses, not for secrets.

use std::hash::{BuildHasher, RandomState};

/// A number; the seeds of hash tables come from the system.
pub(super) fn number() -> u64 {
    RandomState::new().hash_one(std::process::id())
}

/// A fraction, 0 to 1.
pub(super) fn fraction() -> f64 {
    (number() >> 11) as f64 / (1_u64 << 53) as f64
}
