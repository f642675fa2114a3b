//! Opens connections: from which address, to whom, plain or with TLS.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use sim::Population;
use tokio::net::{TcpSocket, TcpStream};

use super::failure::Failure;
use super::spec::{ADDRESSES, Connections, LoadSpec, Protocol};
use super::stream::Stream;
use super::tls::Tls;

/// How connections are opened.
pub(super) struct Dial {
    target: SocketAddr,
    protocol: Protocol,
    tls: Option<Tls>,
    /// Each user's address; empty: whatever the system likes.
    sources: Vec<Ipv4Addr>,
}

impl Dial {
    /// `addresses` are the numbers of the users' addresses, where users have any.
    pub(super) fn new(
        target: SocketAddr,
        spec: &LoadSpec,
        addresses: &[u32],
        tls: Option<Tls>,
    ) -> Dial {
        let protocol = spec.protocol;
        let tls = tls.map(|tls| tls.speaking(protocol));
        let sources = match spec.connections {
            Connections::Shared | Connections::PerUser => Vec::new(),
            Connections::PerUserAddress => addresses.iter().copied().map(address).collect(),
        };
        Dial { target, protocol, tls, sources }
    }

    /// A new connection of this user.
    pub(super) async fn open(&self, user: u32) -> Result<Stream, Failure> {
        let connected = self.connect(self.sources.get(user as usize)).await;
        let stream = connected.map_err(|error| Failure::to_connect(&error))?;
        match &self.tls {
            None => Ok(Stream::plain(stream)),
            Some(tls) => Ok(Stream::tls(tls.shake_hands(stream, self.protocol).await?)),
        }
    }

    async fn connect(&self, source: Option<&Ipv4Addr>) -> io::Result<TcpStream> {
        let socket = match self.target {
            SocketAddr::V4(_) => TcpSocket::new_v4()?,
            SocketAddr::V6(_) => TcpSocket::new_v6()?,
        };
        if let Some(address) = source {
            socket.bind(SocketAddr::from((*address, 0)))?;
        }
        let stream = socket.connect(self.target).await?;
        stream.set_nodelay(true)?;
        Ok(stream)
    }
}

/// Numbers of the addresses of the users of a load that draws its own.
pub(super) fn addresses(spec: &LoadSpec) -> Vec<u32> {
    let users = Population::new(spec.users, spec.zipf, &spec.nats, spec.seed);
    (0..spec.users).map(|user| users.address(user)).collect()
}

/// From 127.1.0.0 on: far from 127.0.0.1, which everything else on the machine uses.
///
/// Neighbours differ in their network, as users do: some balancers hash no more than that.
fn address(number: u32) -> Ipv4Addr {
    let number = number % ADDRESSES;
    let (network, host) = (number % NETWORKS, number / NETWORKS);
    Ipv4Addr::from_bits(Ipv4Addr::new(127, 1, 0, 0).to_bits() + network * 256 + host)
}

/// Networks of 256 addresses from 127.1.0.0 on.
const NETWORKS: u32 = ADDRESSES / 256;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use sim::Nat;

    use super::*;

    #[test]
    fn users_have_loopback_addresses_of_their_own() {
        assert_eq!(address(0), Ipv4Addr::new(127, 1, 0, 0));
        assert_eq!(address(259), Ipv4Addr::new(127, 2, 3, 0));
        assert_eq!(address(NETWORKS), Ipv4Addr::new(127, 1, 0, 1));
        assert_eq!(address(ADDRESSES - 1), Ipv4Addr::new(127, 255, 255, 255));
        assert!(address(u32::MAX).is_loopback());
    }

    /// Goal: a part of the users shares few addresses, everybody else has an own one.
    #[test]
    fn users_behind_a_nat_share_addresses() {
        let spec = LoadSpec {
            users: 1000,
            connections: Connections::PerUserAddress,
            nats: vec![Nat { addresses: 6, share: 0.55 }],
            ..LoadSpec::default()
        };
        let all = addresses(&spec);
        let shared = all.iter().filter(|one| **one < 6).count();
        assert!((500..600).contains(&shared), "{shared}");
        let different: BTreeSet<_> = all.iter().collect();
        assert_eq!(different.len(), 6 + 1000 - shared);
    }
}
