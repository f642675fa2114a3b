//! Envoy's clusters, as its files say them, those of EDS included.

use std::net::IpAddr;

use foreign::envoy::model::{Address as Written, Cluster, Config, Endpoint};
use foreign::running::{Address, State};

use super::filed::{Filed, FiledPool};
use crate::rules::pools::{assignment, endpoint_name};

pub(super) fn pools(configs: &[Config]) -> Vec<FiledPool> {
    let clusters = configs.iter().flat_map(|config| &config.clusters);
    let pool = |cluster: &Cluster| {
        // What discovery gives is in no file.
        let servers = assignment(configs, cluster)?;
        let first = servers.groups.iter().map(|group| group.priority.value).min();
        let groups = servers.groups.iter();
        let servers = groups.flat_map(|group| {
            let is_backup = Some(group.priority.value) != first;
            group.endpoints.iter().filter_map(move |endpoint| server(endpoint, is_backup))
        });
        let name = cluster.name.value.clone();
        Some(FiledPool { name, span: Some(cluster.name.span), servers: servers.collect() })
    };
    clusters.filter_map(pool).collect()
}

fn server(endpoint: &Endpoint, is_backup: bool) -> Option<Filed> {
    let (address, host) = match endpoint.address.as_ref().map(|address| &address.value) {
        Some(Written::Pipe(path)) => (Some(Address::Unix(path.clone())), None),
        Some(Written::Socket(host, port)) => {
            let port = u16::try_from(*port).ok();
            match host.parse::<IpAddr>() {
                Ok(_) => (Some(Address::Host(host.clone(), port)), None),
                Err(_) => (None, Some(host.clone())),
            }
        }
        _ => return None,
    };
    Some(Filed {
        name: endpoint_name(endpoint),
        address,
        host,
        weight: endpoint.weight.value as f64,
        capacity: None,
        state: match endpoint.health.value.as_str() {
            "DRAINING" => State::Drain,
            "UNHEALTHY" | "TIMEOUT" => State::Maintenance,
            _ => State::Up,
        },
        is_backup,
        is_steered: false,
        slot: None,
        span: Some(endpoint.weight.span.unwrap_or(endpoint.span)),
    })
}
