//! Who the client is when trusted proxies stand between.

use std::net::IpAddr;

use ipnet::IpNet;

use super::forwarded;
use super::request::Head;

/// Whether what this peer says about its client is believed.
pub(crate) fn is_trusted(peer: IpAddr, trusted: &[IpNet]) -> bool {
    trusted.iter().any(|network| network.contains(&peer.to_canonical()))
}

/// What trusted proxies tell by `Forwarded` alone.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Told {
    /// Who asked whom, the client first, without the peer that connected.
    pub(crate) chain: Vec<IpAddr>,
    /// `http` or `https`, as the client spoke it.
    pub(crate) scheme: Option<&'static str>,
    /// The host that the client asked for.
    pub(crate) host: Option<String>,
}

/// The client's address, and what else is told where `Forwarded` is what tells it.
///
/// From the right of `X-Forwarded-For`, it is the first address that no trusted proxy has. What
/// stands further left was written by somebody nobody vouches for. `Forwarded` counts where
/// there is no `X-Forwarded-For`: a proxy that writes one of them passes on the other one as
/// any client sent it.
pub(crate) fn identify(
    head: &impl Head,
    peer: IpAddr,
    trusted: &[IpNet],
) -> (IpAddr, Option<Box<Told>>) {
    if trusted.is_empty() || !is_trusted(peer, trusted) {
        return (peer, None);
    }
    if head.values("x-forwarded-for").next().is_some() {
        return (by_x_forwarded_for(head, peer, trusted), None);
    }
    if head.values("forwarded").next().is_none() {
        return (peer, None);
    }
    let told = by_forwarded(head, trusted);
    (told.chain.first().copied().unwrap_or(peer), Some(Box::new(told)))
}

fn by_forwarded(head: &impl Head, trusted: &[IpNet]) -> Told {
    let mut told = Told::default();
    for hop in head.values("forwarded").rev().flat_map(forwarded::hops) {
        let Some(hop) = hop else { break };
        (told.scheme, told.host) = (hop.scheme, hop.host);
        let Some(client) = hop.client else { break };
        told.chain.insert(0, client);
        if !is_trusted(client, trusted) {
            break;
        }
    }
    told
}

fn by_x_forwarded_for(head: &impl Head, peer: IpAddr, trusted: &[IpNet]) -> IpAddr {
    let mut client = peer;
    for value in head.values("x-forwarded-for").rev() {
        for member in value.split(|&b| b == b',').rev() {
            let Some(address) = parse(member) else { return client };
            client = address;
            if !is_trusted(address, trusted) {
                return client;
            }
        }
    }
    client
}

/// An address, with or without brackets and port.
fn parse(member: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(member).ok()?.trim();
    let with_port = || text.parse::<std::net::SocketAddr>().ok().map(|socket| socket.ip());
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok().or_else(with_port)
}

#[cfg(test)]
mod tests;
