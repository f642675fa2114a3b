//! The pools of this balancer's own configuration.

use foreign::running::{Address, State};

use super::filed::{Filed, FiledPool};
use crate::subject::Own;

pub(super) fn pools(own: &Own) -> Vec<FiledPool> {
    let pool = |(name, pool): (&String, &config::Pool)| {
        let servers = pool.endpoints.iter().enumerate();
        let servers = servers.map(|(at, endpoint)| server(own, name, at, endpoint));
        let span = own.key(&["pools", name]);
        FiledPool { name: name.clone(), span, servers: servers.collect() }
    };
    own.settings.pools.iter().map(pool).collect()
}

fn server(own: &Own, pool: &str, at: usize, endpoint: &config::Endpoint) -> Filed {
    let at = at.to_string();
    let path = ["pools", pool, "endpoints", &at, "weight"];
    let address = endpoint.address;
    Filed {
        name: endpoint.name.clone(),
        address: Some(Address::Host(address.ip().to_string(), Some(address.port()))),
        host: None,
        weight: endpoint.weight,
        capacity: Some(endpoint.capacity),
        state: if endpoint.drain { State::Drain } else { State::Up },
        is_backup: false,
        is_steered: false,
        slot: None,
        span: own.key(&path).or_else(|| own.value(&path[..4])),
    }
}
