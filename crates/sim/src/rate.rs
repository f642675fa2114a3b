//! How many requests come per second, as it changes with time.

/// Requests per second: straight lines between points, level before the first and after the
/// last. Two points at one time are a step.
#[derive(Clone, Debug, PartialEq)]
pub struct Rate {
    /// Time in seconds and requests per second, by time.
    points: Vec<(f64, f64)>,
}

impl Rate {
    /// Always the same.
    pub fn level(per_second: f64) -> Self {
        Rate { points: vec![(0.0, per_second)] }
    }

    /// From points in the order of their times; an empty list is no traffic at all.
    pub fn through(points: Vec<(f64, f64)>) -> Self {
        Rate { points }
    }

    /// Requests per second at `at_s`.
    pub fn at(&self, at_s: f64) -> f64 {
        let after = self.points.partition_point(|&(time, _)| time <= at_s);
        match (after.checked_sub(1).map(|i| self.points[i]), self.points.get(after)) {
            (None, None) => 0.0,
            (None, Some(&(_, rate))) | (Some((_, rate)), None) => rate,
            (Some((t0, r0)), Some(&(t1, r1))) => r0 + (r1 - r0) * (at_s - t0) / (t1 - t0),
        }
    }

    /// Times from which on it changes, seconds.
    pub fn changes_s(&self) -> impl Iterator<Item = f64> {
        let pairs = self.points.windows(2).filter(|pair| pair[0].1 != pair[1].1);
        pairs.map(|pair| pair[0].0)
    }

    /// The most at any time.
    pub fn most(&self) -> f64 {
        self.points.iter().map(|point| point.1).fold(0.0, f64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_steps() {
        let rate = Rate::through(vec![(10.0, 100.0), (20.0, 200.0), (20.0, 50.0), (30.0, 50.0)]);
        for (at_s, expected) in
            [(0.0, 100.0), (10.0, 100.0), (15.0, 150.0), (20.0, 50.0), (25.0, 50.0), (99.0, 50.0)]
        {
            assert_eq!(rate.at(at_s), expected, "at {at_s} s");
        }
        assert_eq!((rate.most(), Rate::through(Vec::new()).at(1.0)), (200.0, 0.0));
        assert_eq!(Rate::level(7.0).at(3.0), 7.0);
    }
}
