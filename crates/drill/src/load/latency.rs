//! Latencies of any number of requests in some kilobytes, exact to a thousandth.

use std::fmt;
use std::time::Duration;

use hdrhistogram::Histogram;

/// Significant digits kept.
const DIGITS: u8 = 3;
/// Those of a coarse one.
const COARSE_DIGITS: u8 = 2;

/// A distribution of latencies, in microseconds inside.
#[derive(Clone)]
pub struct Latency(Histogram<u64>);

impl Latency {
    /// None measured yet.
    pub fn new() -> Latency {
        Latency::of(DIGITS)
    }

    /// None measured yet; exact to a hundredth only, in a tenth of the room.
    pub(super) fn coarse() -> Latency {
        Latency::of(COARSE_DIGITS)
    }

    #[expect(clippy::expect_used, reason = "the histogram takes any number of digits up to 5")]
    fn of(digits: u8) -> Latency {
        Latency(Histogram::new(digits).expect("digits are within 0..=5"))
    }

    /// Adds one; it is kept to the microsecond.
    pub fn record(&mut self, latency: Duration) {
        let micros = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
        // The histogram grows with its values, up to all that 64 bits can say: this cannot fail.
        let _ = self.0.record(micros);
    }

    /// The distribution itself, in microseconds.
    pub(crate) fn histogram(&self) -> &Histogram<u64> {
        &self.0
    }

    /// How many were measured.
    pub fn count(&self) -> u64 {
        self.0.len()
    }

    /// The value that the share `q` (0 to 1) of all does not exceed; zero when there are none.
    pub fn quantile(&self, q: f64) -> Duration {
        Duration::from_micros(self.0.value_at_quantile(q))
    }

    /// Their mean; zero when there are none.
    pub fn mean(&self) -> Duration {
        Duration::from_nanos((self.0.mean() * 1e3) as u64)
    }

    /// The longest; zero when there are none.
    pub fn max(&self) -> Duration {
        Duration::from_micros(self.0.max())
    }
}

impl Default for Latency {
    fn default() -> Latency {
        Latency::new()
    }
}

impl fmt::Debug for Latency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Latency")
            .field("count", &self.count())
            .field("p50", &self.quantile(0.5))
            .field("p99", &self.quantile(0.99))
            .field("max", &self.max())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_exact_to_a_thousandth() {
        let mut latency = Latency::new();
        assert_eq!((latency.count(), latency.quantile(0.99)), (0, Duration::ZERO));
        for ms in 1..=1000 {
            latency.record(Duration::from_millis(ms));
        }
        assert_eq!(latency.count(), 1000);
        for (q, ms) in [(0.5, 500.0), (0.99, 990.0), (1.0, 1000.0)] {
            let seen = latency.quantile(q).as_secs_f64() * 1e3;
            assert!((seen / ms - 1.0).abs() <= 1e-3, "{q}: {seen}");
        }
        assert!((latency.mean().as_secs_f64() / 0.5005 - 1.0).abs() < 1e-3);
        assert!((latency.max().as_secs_f64() - 1.0).abs() < 1e-3);
    }
}
