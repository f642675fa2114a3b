//! Opens connections: from which address, to whom, plain or with TLS.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use sim::Population;
use tokio::net::{TcpSocket, TcpStream};

use super::failure::Failure;
use super::spec::{Connections, LoadSpec, Protocol};
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
    pub(super) fn new(target: SocketAddr, spec: &LoadSpec, tls: Option<Tls>) -> Dial {
        let protocol = spec.protocol;
        let tls = tls.map(|tls| tls.speaking(protocol));
        Dial { target, protocol, tls, sources: sources(spec) }
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

fn sources(spec: &LoadSpec) -> Vec<Ipv4Addr> {
    match spec.connections {
        Connections::Shared | Connections::PerUser => Vec::new(),
        Connections::PerUserAddress => {
            let users = Population::new(spec.users, spec.zipf, &spec.nats, spec.seed);
            (0..spec.users).map(|user| address(users.address(user))).collect()
        }
    }
}

/// 127.1.0.0 and on: far from 127.0.0.1, which everything else on the machine uses.
fn address(number: u32) -> Ipv4Addr {
    Ipv4Addr::from_bits(Ipv4Addr::new(127, 1, 0, 0).to_bits().saturating_add(number))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use sim::Nat;

    use super::*;

    #[test]
    fn users_have_loopback_addresses_of_their_own() {
        assert_eq!(address(0), Ipv4Addr::new(127, 1, 0, 0));
        assert_eq!(address(259), Ipv4Addr::new(127, 1, 1, 3));
        assert!(address((255 << 16) - 1).is_loopback());
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
        let all = sources(&spec);
        let shared = all.iter().filter(|one| **one < address(6)).count();
        assert!((500..600).contains(&shared), "{shared}");
        let different: BTreeSet<_> = all.iter().collect();
        assert_eq!(different.len(), 6 + 1000 - shared);
    }
}
