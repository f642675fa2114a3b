//! Whether more requests are under way than a pool can serve, for longer than a burst takes.

/// Requests under way ÷ what the pool is built for that it can live with.
const FULL: f64 = 1.3;
/// What it takes: as many seconds at once above that, or twice as many at half as much.
const MUCH: f64 = 20.0;
/// What more than that is not counted: it is to end when the crowd is gone.
const MOST: f64 = 1.25 * MUCH;

/// Adds up by how much a pool is overfilled, second by second: Page's cumulative sum (*Continuous
/// Inspection Schemes*, 1954). Ten times too many requests are told in three seconds, half as many
/// again in under two minutes, and a burst of some seconds is not.
#[derive(Clone, Copy, Debug, Default)]
pub struct Backlog {
    sum: f64,
}

impl Backlog {
    /// Takes a second in: requests under way ÷ what the usable endpoints are built for.
    pub fn note(&mut self, filled: f64) {
        self.sum = (self.sum + filled - FULL).clamp(0.0, MOST);
    }

    /// Whether it is more than a burst.
    pub fn is_much(&self) -> bool {
        self.sum >= MUCH
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
        check(1.51, Some(96));
        check(2.31, Some(20));
        check(5.31, Some(5));
        check(f64::INFINITY, Some(1));
    }

    #[test]
    fn it_ends_soon_after() {
        let mut backlog = Backlog::default();
        (0..600).for_each(|_| backlog.note(8.0));
        let until = (1..60).find(|_| {
            backlog.note(0.5);
            !backlog.is_much()
        });
        assert_eq!(until, Some(7));
    }
}
