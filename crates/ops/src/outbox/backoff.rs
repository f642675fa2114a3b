//! How long to wait before a receiver that failed is tried again.

/// The first wait, seconds.
const FIRST_S: f64 = 1.0;
/// The longest wait, seconds.
const LONGEST_S: f64 = 30.0;

/// Failures in a row.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// Another failure: how long to wait, seconds. `chance`: 0 to 1, so that the balancers of a
    /// fleet do not all come back to a receiver at one moment.
    pub(crate) fn failed(&mut self, chance: f64) -> f64 {
        let wait = FIRST_S * f64::from(1_u32 << self.failures.min(10));
        self.failures += 1;
        wait.min(LONGEST_S) * (0.5 + chance / 2.0)
    }

    /// It was reached.
    pub(crate) fn reached(&mut self) {
        self.failures = 0;
    }
}
