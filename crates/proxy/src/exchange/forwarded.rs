//! The standard `Forwarded` field (RFC 7239): who asked whom, as each proxy on the way says.
//!
//! It is read from the right, where the nearest proxy writes: whatever a client has put before
//! that, an open quote included, changes nothing of what proxies say behind it.

use std::net::{IpAddr, Ipv6Addr};

/// What one proxy says of the request that it received.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Hop {
    /// Who asked it; `None` where it does not know or does not tell.
    pub(super) client: Option<IpAddr>,
    pub(super) scheme: Option<&'static str>,
    pub(super) host: Option<String>,
}

/// The hops of one field from the right; `None` where one is not as it should be.
pub(super) fn hops(field: &[u8]) -> impl Iterator<Item = Option<Hop>> {
    elements(field).map(hop)
}

/// Whether every element of the field is as it should be, and quotes end where they seem to.
pub(crate) fn is_well_formed(field: &[u8]) -> bool {
    hops(field).all(|hop| hop.is_some())
}

/// The elements from the right; empty ones mean nothing (RFC 9110, section 5.6.1).
fn elements(field: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut left = Some(field);
    let all = std::iter::from_fn(move || {
        let rest = left?;
        let mut quoted = false;
        let comma = (0..rest.len()).rev().find(|&at| {
            quoted ^= rest[at] == b'"' && !is_escaped(rest, at);
            rest[at] == b',' && !quoted
        });
        left = comma.map(|at| &rest[..at]);
        Some(comma.map_or(rest, |at| &rest[at + 1..]).trim_ascii())
    });
    all.filter(|element| !element.is_empty())
}

fn is_escaped(bytes: &[u8], at: usize) -> bool {
    bytes[..at].iter().rev().take_while(|&&b| b == b'\\').count() % 2 == 1
}

/// One element: pairs with semicolons between them, each name once.
fn hop(mut element: &[u8]) -> Option<Hop> {
    let mut hop = Hop::default();
    let mut seen: Vec<&[u8]> = Vec::new();
    while !element.is_empty() {
        if let Some(rest) = element.strip_prefix(b";") {
            element = rest.trim_ascii_start();
            continue;
        }
        let equals = element.iter().position(|&b| b == b'=')?;
        let name = &element[..equals];
        let (value, rest) = value(&element[equals + 1..])?;
        element = rest.trim_ascii_start();
        let is_token = !name.is_empty() && name.iter().all(|&b| is_token(b));
        let is_end = element.is_empty() || element.starts_with(b";");
        if !is_token || !is_end || seen.iter().any(|before| before.eq_ignore_ascii_case(name)) {
            return None;
        }
        seen.push(name);
        match name.to_ascii_lowercase().as_slice() {
            b"for" => hop.client = node(&value)?,
            b"proto" => hop.scheme = scheme(&value),
            b"host" => hop.host = host(value),
            _ => {}
        }
    }
    Some(hop)
}

/// The value at the start of `bytes`, quoted or not, and what follows it.
fn value(bytes: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let Some(quoted) = bytes.strip_prefix(b"\"") else {
        // Addresses and ports stand unquoted in the wild, though a token has no colon.
        let end = bytes.iter().position(|&b| b == b';').unwrap_or(bytes.len());
        let bare = bytes[..end].trim_ascii_end();
        let fits = |&b: &u8| is_token(b) || b":[]".contains(&b);
        let whole = !bare.is_empty() && bare.iter().all(fits);
        return whole.then(|| (bare.to_vec(), &bytes[end..]));
    };
    let mut text = Vec::new();
    let mut escaped = false;
    for (at, &byte) in quoted.iter().enumerate() {
        match byte {
            _ if escaped => {
                text.push(byte);
                escaped = false;
            }
            b'\\' => escaped = true,
            b'"' => return Some((text, &quoted[at + 1..])),
            _ => text.push(byte),
        }
    }
    None
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// A node (RFC 7239, section 6): the outer `None` is none, the inner one does not tell.
fn node(value: &[u8]) -> Option<Option<IpAddr>> {
    let text = std::str::from_utf8(value).ok()?;
    if let Some(rest) = text.strip_prefix('[') {
        let (address, port) = rest.split_once(']')?;
        let is_fine = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
        let address: Ipv6Addr = address.parse().ok()?;
        return is_fine.then_some(Some(IpAddr::V6(address)));
    }
    let (name, port) = text.split_once(':').unwrap_or((text, "0"));
    if !is_port(port) {
        return None;
    }
    if name.eq_ignore_ascii_case("unknown") || is_obfuscated(name) {
        return Some(None);
    }
    name.parse().ok().map(|address| Some(IpAddr::V4(address)))
}

fn is_port(port: &str) -> bool {
    is_obfuscated(port) || port.parse::<u16>().is_ok() && !port.starts_with('+')
}

fn is_obfuscated(name: &str) -> bool {
    let known = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
    name.strip_prefix('_').is_some_and(|rest| !rest.is_empty() && rest.bytes().all(known))
}

fn scheme(value: &[u8]) -> Option<&'static str> {
    ["http", "https"].into_iter().find(|known| value.eq_ignore_ascii_case(known.as_bytes()))
}

/// A host that means nothing else wherever it is written.
fn host(value: Vec<u8>) -> Option<String> {
    let known = |&b: &u8| b.is_ascii_alphanumeric() || b"-._~%:[]".contains(&b);
    let is_fine = !value.is_empty() && value.iter().all(known);
    String::from_utf8(value).ok().filter(|_| is_fine)
}

#[cfg(test)]
mod tests;
