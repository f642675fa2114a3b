//! The clock of the threads, and how long a second is for them.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Time as the threads see it; tests bring a clock of their own and short seconds.
#[derive(Clone)]
pub struct Pace {
    clock: Arc<dyn Fn() -> f64 + Send + Sync>,
    second: Duration,
}

impl Pace {
    /// A clock that tells seconds since the Unix epoch, and how long threads wait for a second.
    pub fn new(clock: impl Fn() -> f64 + Send + Sync + 'static, second: Duration) -> Pace {
        Pace { clock: Arc::new(clock), second }
    }

    /// Seconds since the Unix epoch.
    pub(crate) fn now(&self) -> f64 {
        (self.clock)()
    }

    /// How long to wait for so many seconds.
    pub(crate) fn wait(&self, seconds: f64) -> Duration {
        self.second.mul_f64(seconds.clamp(0.0, 1e6))
    }
}

/// The machine's own time.
impl Default for Pace {
    fn default() -> Pace {
        let clock = || {
            SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64())
        };
        Pace::new(clock, Duration::from_secs(1))
    }
}

impl fmt::Debug for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pace").field("second", &self.second).finish_non_exhaustive()
    }
}
