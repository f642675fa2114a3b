//! The demand that is to be expected now, from what the same hour of past weeks brought.
//!
//! All rates are of first attempts: what is asked again because it failed is no demand.

/// Weeks that are looked back.
pub const BASELINE_WEEKS: usize = 3;
/// What growth within a week may correct. An incident of some hours must not become its own
/// baseline: at the upper end, demand of 2× the usual is still 1.6× the expected.
const GROWTH: (f64, f64) = (0.8, 1.25);

/// What was measured of a pool's demand, first attempts per second.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PastDemand {
    /// The same hour one, two and three weeks ago; `None`: not measured.
    pub same_hour: [Option<f64>; BASELINE_WEEKS],
    /// Hours of today that are over, each beside the same hour a week ago, where both were
    /// measured.
    pub hours: Vec<HourPair>,
}

/// An hour and the same one a week before, first attempts per second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HourPair {
    /// This week.
    pub now: f64,
    /// A week earlier.
    pub before: f64,
}

/// The demand that is to be expected.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Baseline {
    /// First attempts per second.
    pub expected_rate: f64,
    /// Weeks that it rests on, 1 to 3.
    pub weeks: u32,
}

impl Baseline {
    /// The median of the weeks, times the growth that today's hours show against last week's: the
    /// median of their ratios, held between 0.8 and 1.25. `None` while no week is behind.
    ///
    /// With three weeks, one that held an outage or a feast in this hour counts for nothing; with
    /// two it counts half.
    pub fn of(past: &PastDemand) -> Option<Baseline> {
        let mut weeks: Vec<f64> = past.same_hour.into_iter().flatten().filter(sound).collect();
        let count = weeks.len();
        let expected = median(&mut weeks)?;
        Some(Baseline { expected_rate: expected * growth(&past.hours), weeks: count as u32 })
    }
}

fn growth(hours: &[HourPair]) -> f64 {
    let ratio = |pair: &HourPair| (pair.before > 0.0).then(|| pair.now / pair.before);
    let mut ratios: Vec<f64> = hours.iter().filter_map(ratio).filter(sound).collect();
    median(&mut ratios).map_or(1.0, |growth| growth.clamp(GROWTH.0, GROWTH.1))
}

fn sound(rate: &f64) -> bool {
    rate.is_finite() && *rate >= 0.0
}

fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let upper = *values.get(values.len() / 2)?;
    let lower = values[(values.len() - 1) / 2];
    Some((lower + upper) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A day's traffic: 100/s at night, 900/s at noon.
    fn diurnal(hour: usize) -> f64 {
        500.0 - 400.0 * (hour as f64 / 24.0 * core::f64::consts::TAU).cos()
    }

    fn past(same_hour: [Option<f64>; 3], hours: &[(f64, f64)]) -> PastDemand {
        let pair = |&(now, before)| HourPair { now, before };
        PastDemand { same_hour, hours: hours.iter().map(pair).collect() }
    }

    #[track_caller]
    fn check(past: &PastDemand, expected: Option<(f64, u32)>) {
        let baseline = Baseline::of(past);
        assert_eq!(baseline.map(|baseline| baseline.weeks), expected.map(|(_, weeks)| weeks));
        if let (Some(baseline), Some((rate, _))) = (baseline, expected) {
            assert!((baseline.expected_rate - rate).abs() < 1e-9, "{baseline:?} is not {rate}");
        }
    }

    /// Goal: a daily rise is no news. Method: every hour of a day that is like those before.
    #[test]
    fn days_that_repeat_are_expected() {
        for hour in 0..24 {
            let rate = diurnal(hour);
            let earlier: Vec<_> = (1..=6).map(|ago| diurnal((hour + 24 - ago) % 24)).collect();
            let hours: Vec<_> = earlier.iter().map(|&rate| (rate, rate)).collect();
            check(&past([Some(rate); 3], &hours), Some((rate, 3)));
        }
    }

    #[test]
    fn an_outage_in_one_week_shifts_nothing() {
        for outage in 0..3 {
            let mut weeks = [Some(900.0); 3];
            weeks[outage] = Some(30.0);
            check(&past(weeks, &[]), Some((900.0, 3)));
        }
    }

    #[test]
    fn growth_is_followed_within_its_range() {
        let weeks = [Some(100.0); 3];
        check(&past(weeks, &[(110.0, 100.0), (220.0, 200.0), (55.0, 50.0)]), Some((110.0, 3)));
        // One hour of a flood among the last ones.
        check(&past(weeks, &[(110.0, 100.0), (900.0, 100.0), (110.0, 100.0)]), Some((110.0, 3)));
        check(&past(weeks, &[(300.0, 100.0)]), Some((125.0, 3)));
        check(&past(weeks, &[(1.0, 100.0)]), Some((80.0, 3)));
    }

    #[test]
    fn fewer_weeks_are_said_and_none_is_no_baseline() {
        check(&past([None; 3], &[(1.0, 1.0)]), None);
        check(&past([Some(f64::NAN), None, None], &[]), None);
        check(&past([None, Some(40.0), None], &[]), Some((40.0, 1)));
        check(&past([Some(40.0), None, Some(60.0)], &[(0.0, 0.0)]), Some((50.0, 2)));
    }
}
