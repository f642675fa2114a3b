//! The rate over time: where it rises, holds and falls, and when the next request is due by it.

use std::time::Duration;

/// A part of a load in which the rate moves evenly.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stage {
    /// Requests per second at its end. The rate moves there from the end of the stage before;
    /// the first stage begins at 0.
    pub rate: f64,
    /// How long it takes. Zero: the rate jumps.
    pub duration: Duration,
}

/// A rate that moves in straight lines.
#[derive(Debug)]
pub(super) struct Profile {
    legs: Vec<Leg>,
}

#[derive(Clone, Copy, Debug)]
struct Leg {
    start_s: f64,
    length_s: f64,
    from: f64,
    to: f64,
    /// Requests expected before it.
    before: f64,
}

impl Leg {
    fn expected(&self) -> f64 {
        (self.from + self.to) / 2.0 * self.length_s
    }

    /// Seconds within it until so many more are expected: its integral, inverted. Written so that
    /// nothing cancels out where the rate hardly changes.
    fn time_s(&self, expected: f64) -> f64 {
        let slope = (self.to - self.from) / self.length_s;
        let root = (self.from * self.from + 2.0 * slope * expected).max(0.0).sqrt();
        match self.from + root {
            sum if sum > 0.0 => (2.0 * expected / sum).min(self.length_s),
            _ => 0.0,
        }
    }
}

impl Profile {
    pub(super) fn new(stages: &[Stage]) -> Profile {
        let (mut legs, mut start_s, mut from, mut before) = (Vec::new(), 0.0, 0.0, 0.0);
        for stage in stages {
            let length_s = stage.duration.as_secs_f64();
            if length_s > 0.0 {
                let leg = Leg { start_s, length_s, from, to: stage.rate, before };
                before += leg.expected();
                start_s += length_s;
                legs.push(leg);
            }
            from = stage.rate;
        }
        Profile { legs }
    }

    /// Seconds until `expected` requests are expected; `None` when there are not so many.
    pub(super) fn time_s(&self, expected: f64) -> Option<f64> {
        let after = self.legs.partition_point(|leg| leg.before < expected);
        let leg = self.legs.get(after.checked_sub(1)?)?;
        // The last request of a constant pace is due at the very end.
        let within = expected - leg.before <= leg.expected() * (1.0 + 1e-12);
        within.then(|| leg.start_s + leg.time_s(expected - leg.before))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(stages: &[(f64, u64)]) -> Profile {
        let stage = |&(rate, s)| Stage { rate, duration: Duration::from_secs(s) };
        Profile::new(&stages.iter().map(stage).collect::<Vec<_>>())
    }

    fn check(stages: &[(f64, u64)], expected: f64, at: Option<f64>) {
        let seen = profile(stages).time_s(expected);
        let near = match (seen, at) {
            (Some(seen), Some(at)) => (seen - at).abs() < 1e-9,
            (seen, at) => seen == at,
        };
        assert!(near, "{stages:?} {expected}: {seen:?}, not {at:?}");
    }

    #[test]
    fn the_rate_moves_in_straight_lines() {
        check(&[(100.0, 0), (100.0, 10)], 1.0, Some(0.01));
        check(&[(100.0, 0), (100.0, 10)], 1000.0, Some(10.0));
        check(&[(100.0, 0), (100.0, 10)], 1001.0, None);
        check(&[(100.0, 10)], 500.0, Some(10.0));
        check(&[(100.0, 10)], 125.0, Some(5.0));
        check(&[(100.0, 10), (0.0, 10)], 875.0, Some(15.0));
        // A pause, and a jump after it.
        check(&[(0.0, 5), (100.0, 0), (100.0, 1)], 50.0, Some(5.5));
        check(&[], 1.0, None);
        check(&[(0.0, 5)], 1.0, None);
    }
}
