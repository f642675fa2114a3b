//! Keeps connections for reuse, shared by all users or each user's own.

use std::collections::VecDeque;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::spec::{ADDRESSES, Connections};
use super::wire::{Source, Wire};

/// The connections of a load to its target.
pub(super) struct Client {
    target: SocketAddr,
    connections: Connections,
    /// Number of each user's address.
    addresses: Vec<u32>,
    // One set, or one for each user.
    kept: Vec<Mutex<VecDeque<Wire>>>,
}

impl Client {
    pub(super) fn new(target: SocketAddr, connections: Connections, addresses: Vec<u32>) -> Client {
        let sets = match connections {
            Connections::Shared => 1,
            Connections::PerUser | Connections::PerUserAddress => addresses.len(),
        };
        let kept = (0..sets).map(|_| Mutex::new(VecDeque::new())).collect();
        Client { target, connections, addresses, kept }
    }

    /// A kept connection that is open as far as is known; `None` when there is none.
    pub(super) async fn kept(&self, user: u32) -> Option<Wire> {
        loop {
            // The latest one: it is the least likely to have been closed for idleness.
            let mut wire = self.set(user).pop_back()?;
            if wire.sender.ready().await.is_ok() {
                return Some(wire);
            }
        }
    }

    /// Opens a new connection.
    pub(super) async fn open(&self, user: u32) -> io::Result<Wire> {
        let source = match self.connections {
            Connections::Shared | Connections::PerUser => Source::Any,
            Connections::PerUserAddress => {
                Source::Address(address_of(self.addresses[user as usize]))
            }
        };
        Wire::connect(self.target, source).await
    }

    /// Keeps a connection whose response was read whole.
    pub(super) fn keep(&self, user: u32, wire: Wire) {
        let mut set = self.set(user);
        // Those that idled longest are closed first; here they are found without a search.
        while set.front().is_some_and(|oldest| oldest.sender.is_closed()) {
            set.pop_front();
        }
        if !wire.sender.is_closed() {
            set.push_back(wire);
        }
    }

    fn set(&self, user: u32) -> MutexGuard<'_, VecDeque<Wire>> {
        let index = match self.connections {
            Connections::Shared => 0,
            Connections::PerUser | Connections::PerUserAddress => user as usize,
        };
        self.kept[index].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// From 127.1.0.0 on: far from 127.0.0.1, which everything else on the machine uses.
///
/// Neighbours differ in their network, as users do: some balancers hash no more than that.
fn address_of(number: u32) -> Ipv4Addr {
    let number = number % ADDRESSES;
    let (network, host) = (number % NETWORKS, number / NETWORKS);
    Ipv4Addr::from_bits(Ipv4Addr::new(127, 1, 0, 0).to_bits() + network * 256 + host)
}

/// Networks of 256 addresses from 127.1.0.0 on.
const NETWORKS: u32 = ADDRESSES / 256;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_have_loopback_addresses_of_their_own() {
        assert_eq!(address_of(0), Ipv4Addr::new(127, 1, 0, 0));
        assert_eq!(address_of(259), Ipv4Addr::new(127, 2, 3, 0));
        assert_eq!(address_of(NETWORKS), Ipv4Addr::new(127, 1, 0, 1));
        assert_eq!(address_of(ADDRESSES - 1), Ipv4Addr::new(127, 255, 255, 255));
        assert!(address_of(u32::MAX).is_loopback());
    }
}
