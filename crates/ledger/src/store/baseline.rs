//! The demand that is to be expected of a pool, from its own history.

use evenness::{BASELINE_WEEKS, Baseline, HourPair, PastDemand};

use super::error::StoreError;
use super::open::Store;
use super::step::WEEK_S;

const HOUR_S: u64 = 3600;
/// Hours before the moment that show growth: an incident of two of them does not move the median.
const GROWTH_HOURS: u64 = 6;
/// An hour of which less was measured says nothing, seconds.
const MEASURED_MIN_S: f64 = 1800.0;

impl Store {
    /// The demand that is to be expected at a moment, first attempts per second: from the hour
    /// around the same time in the three weeks before, and the growth of the six hours before it
    /// against last week's. `None`: no week is behind yet.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn baseline(&self, pool: &str, at_s: u64) -> Result<Option<Baseline>, StoreError> {
        let mut past = PastDemand::default();
        for (week, rate) in (1..=BASELINE_WEEKS as u64).zip(&mut past.same_hour) {
            *rate = self.demand(pool, (at_s + HOUR_S / 2).saturating_sub(week * WEEK_S))?;
        }
        if past.same_hour.iter().all(Option::is_none) {
            return Ok(None);
        }
        for ago in 0..GROWTH_HOURS {
            let end = at_s.saturating_sub(ago * HOUR_S);
            let now = self.demand(pool, end)?;
            let before = self.demand(pool, end.saturating_sub(WEEK_S))?;
            past.hours.extend(now.zip(before).map(|(now, before)| HourPair { now, before }));
        }
        Ok(Baseline::of(&past))
    }

    /// First attempts per second in the hour that ends then, where enough of it was measured.
    fn demand(&self, pool: &str, end_s: u64) -> Result<Option<f64>, StoreError> {
        let sum = self.sum(pool, end_s.saturating_sub(HOUR_S), end_s)?;
        Ok(sum.filter(|sum| sum.length_s >= MEASURED_MIN_S).map(|sum| {
            let first = sum.requests.saturating_sub(sum.asked_again);
            first as f64 / sum.length_s
        }))
    }
}
