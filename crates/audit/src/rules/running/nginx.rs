//! nginx's upstreams, as its configuration says them.

use std::net::IpAddr;

use foreign::nginx::model::{self as model, Config, Kind, Peer};
use foreign::running::{Address, State};

use super::filed::{Filed, FiledPool};

/// The API tells of those with a zone alone.
pub(super) fn pools(config: &Config) -> Vec<FiledPool> {
    let (http, stream): (Vec<_>, Vec<_>) =
        config.upstreams.iter().partition(|upstream| upstream.kind == Kind::Http);
    let is_taken = |name: &str| http.iter().any(|upstream| upstream.name.value == name);
    let others = stream.into_iter().filter(|upstream| !is_taken(&upstream.name.value));
    let pools: Vec<&model::Upstream> = http.iter().copied().chain(others).collect();
    let pool = |upstream: &model::Upstream| FiledPool {
        name: upstream.name.value.clone(),
        span: Some(upstream.name.span),
        servers: upstream.peers.iter().filter_map(server).collect(),
    };
    pools.into_iter().filter(|upstream| upstream.zone.is_some()).map(pool).collect()
}

fn server(peer: &Peer) -> Option<Filed> {
    let written = peer.written.value.clone();
    let (address, host) = match &peer.address {
        Some(model::Address::Unix(path)) => (Some(Address::Unix(path.clone())), None),
        Some(model::Address::Host { host, port }) if host.parse::<IpAddr>().is_ok() => {
            (Some(Address::Host(host.clone(), *port)), None)
        }
        Some(model::Address::Host { .. }) => (None, Some(written.clone())),
        None => return None,
    };
    Some(Filed {
        name: written,
        address,
        host,
        weight: peer.weight.value as f64,
        capacity: None,
        state: match (peer.down.value, peer.drain.value) {
            (true, _) => State::Maintenance,
            (_, true) => State::Drain,
            _ => State::Up,
        },
        is_backup: peer.backup.value,
        is_steered: false,
        slot: None,
        span: Some(peer.weight.span.unwrap_or(peer.span)),
    })
}
