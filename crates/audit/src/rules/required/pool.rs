//! Pools of any balancer, with the servers that new sessions come to.

use foreign::Span;

use crate::rules::pools::{assignment, endpoint_name, of_cluster, of_proxy, of_upstream};
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
            let written = config.backends().filter(|proxy| !proxy.servers.is_empty());
            let pool = |proxy: &foreign::haproxy::model::Proxy| PoolOf {
                name: proxy.name.to_string(),
                span: Some(proxy.span),
                servers: of_proxy(proxy).iter().map(|server| server.name.to_string()).collect(),
            };
            written.map(pool).collect()
        }
        Parsed::Nginx(config) => {
            let resolves = |upstream: &foreign::nginx::model::Upstream| {
                upstream.peers.iter().any(|peer| peer.resolve.value)
            };
            let written = config.upstreams.iter().filter(|upstream| !resolves(upstream));
            let pool = |upstream: &foreign::nginx::model::Upstream| PoolOf {
                name: upstream.name.value.clone(),
                span: Some(upstream.name.span),
                servers: of_upstream(upstream).iter().map(|it| it.written.value.clone()).collect(),
            };
            written.map(pool).collect()
        }
        Parsed::Envoy(configs) => {
            let clusters = configs.iter().flat_map(|config| &config.clusters);
            let written = clusters.filter(|cluster| {
                let has_names = cluster.discovery.value.ends_with("_DNS");
                !has_names && assignment(configs, cluster).is_some()
            });
            let pool = |cluster: &foreign::envoy::model::Cluster| PoolOf {
                name: cluster.name.value.clone(),
                span: Some(cluster.name.span),
                servers: of_cluster(configs, cluster).into_iter().map(endpoint_name).collect(),
            };
            written.map(pool).collect()
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
