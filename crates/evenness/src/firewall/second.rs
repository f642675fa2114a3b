//! What a firewall saw in one second, in a fixed amount of memory.

use std::net::IpAddr;

use super::busiest::Busiest;
use super::counts::FirewallCounts;
use super::sighting::{Ruling, Sighting};
use super::sources::Sources;

/// Places for a second's busiest; a count is too low by at most a seventeenth of the drops.
const PLACES: usize = 16;

/// One second of a firewall; about 1 kB.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FirewallSecond {
    /// The counts.
    pub counts: FirewallCounts,
    pub(super) sources: Sources,
    pub(super) by_source: Busiest<PLACES>,
    pub(super) by_network: Busiest<PLACES>,
}

impl FirewallSecond {
    /// Counts one sighting.
    pub fn count(&mut self, seen: &Sighting) {
        self.counts.count(seen);
        if seen.verdict == Ruling::Dropped {
            let source = key(seen.source);
            self.sources.insert(source);
            self.by_source.count(source, seen.packets);
            self.by_network.count(network(seen.source), seen.packets);
        }
    }
}

/// An address as a number; an IPv4 address is the IPv6 address that stands for it (RFC 4291,
/// section 2.5.5.2).
fn key(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

/// The /24 or /48 of an address: about what one site has.
fn network(address: IpAddr) -> u128 {
    match address.to_canonical() {
        IpAddr::V4(_) => key(address) & !0xff,
        IpAddr::V6(_) => key(address) & !(u128::MAX >> 48),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_what_one_site_has() {
        let check = |address: &str, expected: &str| {
            let address: IpAddr = address.parse().expect("an address");
            let network = std::net::Ipv6Addr::from_bits(network(address));
            assert_eq!(IpAddr::V6(network).to_canonical().to_string(), expected, "{address}");
        };
        check("192.0.2.77", "192.0.2.0");
        check("2001:db8:1:2:3:4:5:6", "2001:db8:1::");
        check("::ffff:192.0.2.77", "192.0.2.0");
    }
}
