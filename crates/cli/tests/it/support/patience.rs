//! How long a test waits, and how.

use std::time::{Duration, Instant};

/// Longest wait for anything that must happen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// Waits until `met`, asking again and again; panics with `what` when it takes too long.
pub(crate) fn until(what: &str, met: impl FnMut() -> bool) {
    until_within(PATIENCE, what, met);
}

/// The same with a patience of its own.
pub(crate) fn until_within(patience: Duration, what: &str, mut met: impl FnMut() -> bool) {
    let start = Instant::now();
    while !met() {
        assert!(start.elapsed() < patience, "waited in vain for: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}
