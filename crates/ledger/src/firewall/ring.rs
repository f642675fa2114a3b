//! The last seconds of a firewall, in a fixed amount of memory.

use evenness::{FirewallSecond, FirewallWindow};

/// Seconds, by their time. A second that is older than the ring is long is not kept.
#[derive(Debug)]
pub(crate) struct Ring {
    seconds: Vec<(u64, FirewallSecond)>,
    newest_s: u64,
}

impl Ring {
    /// One of that many seconds, at least one; about 1 kB each.
    pub(crate) fn new(length_s: u32) -> Ring {
        let length = length_s.max(1) as usize;
        Ring { seconds: vec![(0, FirewallSecond::default()); length], newest_s: 0 }
    }

    /// A second, to count in; `None` where it is too old.
    pub(crate) fn second(&mut self, at_s: u64) -> Option<&mut FirewallSecond> {
        let length = self.seconds.len() as u64;
        self.newest_s = self.newest_s.max(at_s);
        if at_s.saturating_add(length) <= self.newest_s {
            return None;
        }
        let (kept_s, second) = &mut self.seconds[(at_s % length) as usize];
        if *kept_s != at_s {
            (*kept_s, *second) = (at_s, FirewallSecond::default());
        }
        Some(second)
    }

    /// What was counted from one second to before another.
    pub(crate) fn window(&self, from_s: u64, to_s: u64) -> FirewallWindow {
        let mut window = FirewallWindow::new(from_s, to_s);
        let length = self.seconds.len() as u64;
        let first = from_s.max((self.newest_s + 1).saturating_sub(length));
        for at_s in first..to_s.min(self.newest_s + 1) {
            let (kept_s, second) = &self.seconds[(at_s % length) as usize];
            if *kept_s == at_s {
                window.add_second(second);
            }
        }
        window
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(ring: &mut Ring, at_s: u64) -> bool {
        ring.second(at_s).map(|second| second.counts.dropped += 1).is_some()
    }

    #[test]
    fn a_ring_keeps_its_last_seconds() {
        let mut ring = Ring::new(10);
        let taken = [100, 105, 100, 109, 110, 100, 101].map(|at_s| count(&mut ring, at_s));
        assert_eq!(taken, [true, true, true, true, true, false, true]);
        let dropped = |from_s, to_s| ring.window(from_s, to_s).counts.dropped;
        assert_eq!((dropped(0, 1000), dropped(105, 110), dropped(110, 105)), (4, 2, 0));
        assert_eq!(ring.window(105, 110).length_s, 5);
    }

    #[test]
    fn seconds_of_the_round_before_are_gone() {
        let mut ring = Ring::new(10);
        for at_s in [100, 103, 118] {
            count(&mut ring, at_s);
        }
        assert_eq!(ring.window(0, 200).counts.dropped, 1);
        assert_eq!(ring.window(118, 119).counts.dropped, 1);
    }
}
