//! The plain counts of what a firewall did; all add up.

use super::sighting::{AlertClass, Ruling, Sighting};

/// Counts over a stretch of time.
///
/// Packets where the log tells them: a kernel's line is one, a flow has its own number. Logs that
/// limit their rate show less than there was, so every count is a floor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FirewallCounts {
    /// Packets thrown away or refused.
    pub dropped: u64,
    /// Packets among them that asked for a new TCP connection.
    pub dropped_syns: u64,
    /// Bytes of the dropped.
    pub dropped_bytes: u64,
    /// Packets let in, where the log has them.
    pub accepted: u64,
    /// Bytes of the accepted.
    pub accepted_bytes: u64,
    /// Dropped as well, but on their way to ports that are not looked at; not in `dropped`.
    pub dropped_elsewhere: u64,
    /// Log entries that do not say what was done.
    pub undecided: u64,
    /// Log lines that the logger says it left out.
    pub suppressed: u64,
    /// Alerts by class, in the order of [`AlertClass::ALL`].
    pub alerts: [u64; AlertClass::ALL.len()],
}

impl FirewallCounts {
    /// Counts one sighting.
    pub fn count(&mut self, seen: &Sighting) {
        match seen.verdict {
            Ruling::Dropped => {
                self.dropped = self.dropped.saturating_add(seen.packets);
                self.dropped_bytes = self.dropped_bytes.saturating_add(seen.bytes);
                if seen.syn {
                    self.dropped_syns = self.dropped_syns.saturating_add(seen.packets);
                }
            }
            Ruling::Accepted => {
                self.accepted = self.accepted.saturating_add(seen.packets);
                self.accepted_bytes = self.accepted_bytes.saturating_add(seen.bytes);
            }
            Ruling::Alert(class) => {
                let count = &mut self.alerts[class.index()];
                *count = count.saturating_add(1);
            }
            Ruling::Unknown => self.undecided = self.undecided.saturating_add(1),
        }
    }

    /// Adds the counts of another stretch, or of another firewall.
    pub fn add(&mut self, other: &FirewallCounts) {
        let sum = |own: &mut u64, more: u64| *own = own.saturating_add(more);
        sum(&mut self.dropped, other.dropped);
        sum(&mut self.dropped_syns, other.dropped_syns);
        sum(&mut self.dropped_bytes, other.dropped_bytes);
        sum(&mut self.accepted, other.accepted);
        sum(&mut self.accepted_bytes, other.accepted_bytes);
        sum(&mut self.dropped_elsewhere, other.dropped_elsewhere);
        sum(&mut self.undecided, other.undecided);
        sum(&mut self.suppressed, other.suppressed);
        self.alerts.iter_mut().zip(other.alerts).for_each(|(own, more)| sum(own, more));
    }

    /// Alerts of all classes.
    pub fn alerts_total(&self) -> u64 {
        self.alerts.iter().fold(0, |sum, count| sum.saturating_add(*count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{IpAddr, Ipv4Addr};

    fn seen(verdict: Ruling, packets: u64) -> Sighting {
        let source = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
        Sighting { verdict, source, packets, bytes: 40 * packets, syn: packets == 1 }
    }

    #[test]
    fn every_verdict_has_its_count() {
        let mut counts = FirewallCounts::default();
        counts.count(&seen(Ruling::Dropped, 1));
        counts.count(&seen(Ruling::Dropped, 9));
        counts.count(&seen(Ruling::Accepted, 5));
        counts.count(&seen(Ruling::Alert(AlertClass::Scan), 1));
        counts.count(&seen(Ruling::Unknown, 7));
        let mut twice = counts;
        twice.add(&counts);
        assert_eq!((twice.dropped, twice.dropped_syns, twice.dropped_bytes), (20, 2, 800));
        assert_eq!((twice.accepted, twice.accepted_bytes), (10, 400));
        assert_eq!((twice.alerts[AlertClass::Scan.index()], twice.alerts_total()), (2, 2));
        assert_eq!(twice.undecided, 2);
    }

    /// Goal: a log that lies about numbers breaks nothing. Method: the largest numbers, twice.
    #[test]
    fn counts_end_at_their_type() {
        let mut counts = FirewallCounts::default();
        let largest = Sighting { bytes: u64::MAX, ..seen(Ruling::Dropped, 1) };
        let largest = Sighting { packets: u64::MAX, ..largest };
        counts.count(&largest);
        counts.count(&largest);
        counts.add(&counts.clone());
        assert_eq!((counts.dropped, counts.dropped_bytes), (u64::MAX, u64::MAX));
    }
}
