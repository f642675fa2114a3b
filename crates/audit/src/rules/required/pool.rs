//! Pools of any balancer, with the servers that new sessions come to.

use foreign::Span;

use crate::rules::pools::{assignment, backends, clusters, endpoint_name, upstreams};
use crate::subject::Parsed;

/// A pool.
pub(super) struct PoolOf {
    pub(super) name: String,
    /// Where it begins.
    pub(super) span: Option<Span>,
    /// Names of the servers that new sessions come to.
    pub(super) servers: Vec<String>,
}

/// All pools whose servers stand in the file. One name of DNS may be any number of servers.
pub(super) fn pools(parsed: &Parsed) -> Vec<PoolOf> {
    match parsed {
        Parsed::Haproxy(config) => {
            let written = backends(config).filter(|pool| !pool.of.servers.is_empty());
            let told = written.map(|pool| PoolOf {
                name: pool.name.to_owned(),
                span: Some(pool.of.span),
                servers: pool.servers.iter().map(|server| server.name.to_string()).collect(),
            });
            told.collect()
        }
        Parsed::Nginx(config) => {
            let written = upstreams(config)
                .filter(|pool| !pool.of.peers.iter().any(|peer| peer.resolve.value));
            let told = written.map(|pool| PoolOf {
                name: pool.name.to_owned(),
                span: Some(pool.of.name.span),
                servers: pool.servers.iter().map(|it| it.written.value.clone()).collect(),
            });
            told.collect()
        }
        Parsed::Envoy(configs) => {
            let written = clusters(configs).filter(|pool| {
                let has_names = pool.of.discovery.value.ends_with("_DNS");
                !has_names && assignment(configs, pool.of).is_some()
            });
            let told = written.map(|pool| PoolOf {
                name: pool.name.to_owned(),
                span: Some(pool.of.name.span),
                servers: pool.servers.into_iter().map(endpoint_name).collect(),
            });
            told.collect()
        }
        Parsed::Evenkeel(own) => {
            let pool = |(name, pool): (&String, &config::Pool)| {
                let takes = pool.endpoints.iter().filter(|it| !it.drain && it.weight > 0.0);
                PoolOf {
                    name: name.clone(),
                    span: own.key(&["pools", name]),
                    servers: takes.map(|endpoint| endpoint.name.clone()).collect(),
                }
            };
            own.settings.pools.iter().map(pool).collect()
        }
    }
}
