//! An alarm that comes and goes waits longer and longer before it is called over.

use serde::{Deserialize, Serialize};

/// Who fires again within this of its end comes and goes, seconds.
const AGAIN_S: f64 = 1800.0;
/// Doublings at most: 32 times the usual wait, some 10 to 30 minutes.
const DOUBLINGS_MAX: u32 = 5;

/// How often a pool's alarm has come back.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Flap {
    resolved_at: Option<f64>,
    times: u32,
}

impl Flap {
    /// An alarm is over.
    pub(crate) fn resolved(&mut self, now: f64) {
        self.resolved_at = Some(now);
    }

    /// Another one fires; how many times the usual it waits before it is over.
    pub(crate) fn fired(&mut self, now: f64) -> f64 {
        let again = self.resolved_at.is_some() && !self.is_old(now);
        self.times = if again { (self.times + 1).min(DOUBLINGS_MAX) } else { 0 };
        f64::from(1_u32 << self.times)
    }

    /// Whether nothing needs to be remembered any more.
    pub(crate) fn is_old(&self, now: f64) -> bool {
        self.resolved_at.is_none_or(|at| now - at >= AGAIN_S)
    }
}
