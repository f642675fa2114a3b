//! Domains of virtual hosts.

use crate::envoy::model::RouteTable;

/// The virtual host of a host, in lower case: a domain as it is, then the longest end, then the
/// longest start, then any.
pub(super) fn find(table: &RouteTable, host: &str) -> Option<usize> {
    let mut best: Option<((u8, usize), usize)> = None;
    for (place, virtual_host) in table.hosts.iter().enumerate() {
        for domain in &virtual_host.domains {
            let Some(rank) = rank(&domain.value.to_ascii_lowercase(), host) else { continue };
            if best.is_none_or(|(known, _)| rank > known) {
                best = Some((rank, place));
            }
        }
    }
    best.map(|(_, place)| place)
}

/// How well a domain fits.
fn rank(domain: &str, host: &str) -> Option<(u8, usize)> {
    if domain == host {
        return Some((3, 0));
    }
    if domain == "*" {
        return Some((0, 0));
    }
    let longer = |part: &str| host.len() > part.len();
    if let Some(end) = domain.strip_prefix('*') {
        return (longer(end) && host.ends_with(end)).then_some((2, end.len()));
    }
    let start = domain.strip_suffix('*')?;
    (longer(start) && host.starts_with(start)).then_some((1, start.len()))
}

/// Without its port.
pub(super) fn portless(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}
