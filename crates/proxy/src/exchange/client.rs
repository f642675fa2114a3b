//! Who the client is when trusted proxies stand between.

use std::net::IpAddr;

use ipnet::IpNet;

use super::request::Head;

/// Whether what this peer says about its client is believed.
pub(crate) fn is_trusted(peer: IpAddr, trusted: &[IpNet]) -> bool {
    trusted.iter().any(|network| network.contains(&peer.to_canonical()))
}

/// The client's address: from the right of `X-Forwarded-For`, the first that no trusted proxy
/// has. What stands further left was written by somebody nobody vouches for.
pub(crate) fn address(head: &impl Head, peer: IpAddr, trusted: &[IpNet]) -> IpAddr {
    if trusted.is_empty() || !is_trusted(peer, trusted) {
        return peer;
    }
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
