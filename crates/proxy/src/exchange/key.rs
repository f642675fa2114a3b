//! The hash key of a request, for pools that place by hash.

use std::net::IpAddr;

use config::{HashKey, HashSource};

use super::request::Head;

/// Longest key; a client must not choose how long hashing takes.
const KEY_MAX: usize = 1024;

/// The key's bytes; `None` where the request has none, and is then placed without a hash.
pub(crate) fn extract(hash: &HashKey, head: &impl Head, client: IpAddr) -> Option<Box<[u8]>> {
    let name = hash.name.as_deref().unwrap_or_default();
    let path_end = head.target().find('?').unwrap_or(head.target().len());
    let (path, query) = head.target().split_at(path_end);
    let key: Box<[u8]> = match hash.by {
        HashSource::Client => match client {
            IpAddr::V4(v4) => v4.octets().into(),
            IpAddr::V6(v6) => v6.octets().into(),
        },
        HashSource::Path => path.as_bytes().into(),
        HashSource::Header => head.values(&name.to_ascii_lowercase()).next()?.into(),
        HashSource::Cookie => cookies(head, name).next()?.into(),
        HashSource::Query => {
            let pairs = query.trim_start_matches('?').split('&');
            let mut named = pairs.filter_map(|pair| {
                let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
                (key == name).then_some(value)
            });
            named.next()?.as_bytes().into()
        }
    };
    let usable = !key.is_empty();
    usable.then(|| if key.len() > KEY_MAX { key[..KEY_MAX].into() } else { key })
}

/// Values of a cookie (RFC 6265, section 4.2), in the order in which they were sent.
pub(crate) fn cookies<'h>(
    head: &'h impl Head,
    name: &'h str,
) -> impl Iterator<Item = &'h [u8]> + 'h {
    let pairs = head.values("cookie").flat_map(|value| value.split(|&b| b == b';'));
    pairs.filter_map(move |pair| {
        let pair = pair.trim_ascii_start();
        let value = pair.strip_prefix(name.as_bytes())?.strip_prefix(b"=")?;
        Some(value.trim_ascii_end())
    })
}

#[cfg(test)]
mod tests;
