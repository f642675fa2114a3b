//! What a firewall saw in a stretch of time.

use std::net::{IpAddr, Ipv6Addr};

use super::busiest::Busiest;
use super::counts::FirewallCounts;
use super::second::FirewallSecond;
use super::sources::Sources;

const PLACES: usize = 64;

/// A source or network, and what it had dropped.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Busy {
    /// The address; of a network the first.
    pub address: IpAddr,
    /// Bits of the network that are fixed: 32 or 128 for a source, 24 or 48 for a network.
    pub prefix: u8,
    /// Packets dropped, at least.
    pub dropped: u64,
    /// Its part of all drops, at least, 0 to 1.
    pub share: f64,
}

/// Seconds of a firewall that were added up. What they mean depends on their
/// [`Coverage`](super::Coverage).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FirewallWindow {
    /// Its first second, seconds since the Unix epoch.
    pub from_s: u64,
    /// How long it is, seconds; quiet seconds are in it, covered or not.
    pub length_s: u64,
    /// The counts.
    pub counts: FirewallCounts,
    sources: Sources,
    by_source: Busiest<PLACES>,
    by_network: Busiest<PLACES>,
}

impl FirewallWindow {
    /// An empty window from `from_s` to before `to_s`.
    pub fn new(from_s: u64, to_s: u64) -> FirewallWindow {
        let length_s = to_s.saturating_sub(from_s);
        FirewallWindow { from_s, length_s, ..FirewallWindow::default() }
    }

    /// Adds a second that lies in it.
    pub fn add_second(&mut self, second: &FirewallSecond) {
        self.counts.add(&second.counts);
        self.sources.add(&second.sources);
        self.by_source.add(&second.by_source);
        self.by_network.add(&second.by_network);
    }

    /// Adds a later window.
    pub fn add(&mut self, later: &FirewallWindow) {
        if self.length_s == 0 {
            self.from_s = later.from_s;
        }
        self.length_s += later.length_s;
        self.counts.add(&later.counts);
        self.sources.add(&later.sources);
        self.by_source.add(&later.by_source);
        self.by_network.add(&later.by_network);
    }

    /// Packets dropped per second; 0 of no time.
    pub fn dropped_per_s(&self) -> f64 {
        self.counts.dropped as f64 / self.length_s.max(1) as f64
    }

    /// Different sources that had something dropped, about (6.5 % standard error).
    pub fn sources(&self) -> f64 {
        self.sources.estimate()
    }

    /// The source with most drops.
    pub fn top_source(&self) -> Option<Busy> {
        self.by_source.top().map(|top| self.busy(top, [32, 128]))
    }

    /// The /24 (IPv6: /48) with most drops.
    pub fn top_network(&self) -> Option<Busy> {
        self.by_network.top().map(|top| self.busy(top, [24, 48]))
    }

    /// The sources with most drops, the busiest first; at most `count`, and at most 64.
    pub fn top_sources(&self, count: usize) -> Vec<Busy> {
        let ranking = self.by_source.ranking().into_iter().take(count);
        ranking.map(|top| self.busy(top, [32, 128])).collect()
    }

    fn busy(&self, (key, dropped): (u128, u64), prefixes: [u8; 2]) -> Busy {
        let address = IpAddr::V6(Ipv6Addr::from_bits(key)).to_canonical();
        let share = dropped as f64 / self.counts.dropped.max(1) as f64;
        Busy { address, prefix: prefixes[usize::from(address.is_ipv6())], dropped, share }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::firewall::{Ruling, Sighting};

    fn second(sources: &[(&str, u64)]) -> FirewallSecond {
        let mut second = FirewallSecond::default();
        for (source, packets) in sources {
            let source = source.parse().expect("an address");
            let verdict = Ruling::Dropped;
            second.count(&Sighting { verdict, source, packets: *packets, bytes: 0, syn: false });
        }
        second
    }

    #[test]
    fn seconds_add_up() {
        let mut window = FirewallWindow::new(100, 102);
        window.add_second(&second(&[("192.0.2.1", 6), ("198.51.100.1", 3), ("198.51.100.2", 4)]));
        let mut later = FirewallWindow::new(102, 104);
        later.add_second(&second(&[("192.0.2.1", 1), ("2001:db8::1", 2)]));
        window.add(&later);
        assert_eq!((window.from_s, window.length_s, window.dropped_per_s()), (100, 4, 4.0));
        assert_eq!(window.sources().round(), 4.0);
        let top = window.top_source().expect("a source");
        assert_eq!((top.address.to_string(), top.prefix, top.dropped), ("192.0.2.1".into(), 32, 7));
        assert_eq!(top.share, 7.0 / 16.0);
        let network = window.top_network().expect("a network");
        let shown = (network.address.to_string(), network.prefix, network.dropped);
        assert_eq!(shown, ("192.0.2.0".into(), 24, 7));
        let ranking: Vec<u64> = window.top_sources(3).iter().map(|busy| busy.dropped).collect();
        assert_eq!(ranking, [7, 4, 3]);
    }

    #[test]
    fn nothing_has_no_top() {
        let window = FirewallWindow::new(5, 5);
        assert_eq!((window.top_source(), window.top_network()), (None, None));
        assert_eq!((window.dropped_per_s(), window.sources()), (0.0, 0.0));
    }
}
