//! Whether more requests are under way than a pool can serve, for longer than a burst takes.

/// Requests under way ÷ what the pool is built for that it can live with.
const FULL: f64 = 1.3;
/// What it takes: as many seconds at once above that, or twice as many at half as much.
const MUCH: f64 = 60.0;
/// What it takes where more is asked for than usual.
const SOME: f64 = 8.0;
/// What more than that is not counted: it is to end when the crowd is gone.
const MOST: f64 = MUCH + 8.0;
/// A second counts no more than this: one that is ten times overfull is still one second.
const STEP: f64 = 2.0;

/// Adds up by how much a pool is overfilled, second by second: Page's cumulative sum (*Continuous
/// Inspection Schemes*, 1954). Three times as many requests as can be served are told in 36
/// seconds, half as many again in five minutes, and where more is asked for than usual in a
/// seventh of that. A pool that users fill by chance for half a minute is not told.
#[derive(Clone, Copy, Debug, Default)]
pub struct Backlog {
    sum: f64,
}

impl Backlog {
    /// Takes a second in: requests under way ÷ what the usable endpoints are built for.
    pub fn note(&mut self, filled: f64) {
        self.sum = (self.sum + (filled - FULL).min(STEP)).clamp(0.0, MOST);
    }

    /// Whether it is more than chance makes, whatever is asked for.
    pub fn is_much(&self) -> bool {
        self.sum >= MUCH
    }

    /// Whether it is more than chance makes where more is asked for than usual.
    pub fn is_some(&self) -> bool {
        self.sum >= SOME
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(filled: f64, expected: Option<usize>) {
        let mut backlog = Backlog::default();
        let told = (1..=120).find(|_| {
            backlog.note(filled);
            backlog.is_much()
        });
        assert_eq!(told, expected, "{filled}");
    }

    #[test]
    fn the_fuller_the_sooner() {
        check(1.2, None);
        check(1.81, Some(118));
        check(2.31, Some(60));
        check(5.31, Some(30));
        check(f64::INFINITY, Some(30));
    }

    #[test]
    fn with_more_demand_it_is_told_sooner() {
        let mut backlog = Backlog::default();
        let told = (1..=120).find(|_| {
            backlog.note(6.0);
            backlog.is_some()
        });
        assert_eq!(told, Some(4));
        assert!(!backlog.is_much());
    }

    #[test]
    fn it_ends_soon_after() {
        let mut backlog = Backlog::default();
        (0..600).for_each(|_| backlog.note(8.0));
        let until = (1..60).find(|_| {
            backlog.note(0.5);
            !backlog.is_much()
        });
        assert_eq!(until, Some(11));
    }
}
