//! What the weights of each pool order from its servers.

use foreign::envoy;
use foreign::haproxy::model::{Algorithm, Config, Proxy, Server};
use foreign::nginx;

use super::shares::Ordered;
use crate::rules::pools::{
    Pool, assignment, backends, clusters, endpoint_name, is_sent_to, upstreams,
};
use crate::subject::{Own, Parsed};

/// A pool, and what is ordered from its servers.
pub(in crate::rules) struct Order {
    pub(in crate::rules) pool: String,
    /// What says how much a server can bear.
    pub(in crate::rules) noun: &'static str,
    pub(in crate::rules) servers: Vec<Ordered>,
    /// How many others would take work, had they a weight.
    pub(super) emptied: usize,
    /// A name of it is looked up while the balancer runs, and may be several servers, each of its
    /// weight.
    pub(super) may_be_more: bool,
}

/// All pools whose weights count.
pub(in crate::rules) fn orders(parsed: &Parsed) -> Vec<Order> {
    match parsed {
        Parsed::Haproxy(config) => haproxy(config),
        Parsed::Nginx(config) => nginx(config),
        Parsed::Envoy(configs) => envoy(configs),
        Parsed::Evenkeel(own) => evenkeel(own),
    }
}

fn haproxy(config: &Config) -> Vec<Order> {
    // One server after the other: weights do not count.
    let pools = backends(config)
        .filter(|pool| !matches!(config.algorithm(pool.of), Algorithm::First | Algorithm::Sticky));
    let order = |pool: Pool<'_, Proxy, Server>| Order {
        pool: pool.name.to_owned(),
        noun: "maxconn",
        emptied: pool.of.servers.iter().filter(|it| is_emptied(pool.of, it)).count(),
        servers: pool.servers.into_iter().map(server_of).collect(),
        may_be_more: false,
    };
    pools.map(order).collect()
}

/// Weight 0 is how a server is kept for the requests that `use-server` sends to it.
fn is_emptied(proxy: &Proxy, server: &Server) -> bool {
    let settings = &server.settings;
    let is_off = settings.is_backup() || settings.is_disabled();
    settings.weight() == 0 && !is_off && !is_sent_to(proxy, server)
}

fn server_of(server: &Server) -> Ordered {
    let settings = &server.settings;
    // A limit that all have from one line says nothing of one server.
    let own = settings.maxconn.filter(|limit| {
        let line = limit.span;
        line.file == server.span.file && line.start >= server.span.start
    });
    Ordered {
        name: server.name.to_string(),
        weight: f64::from(settings.weight()),
        capacity: own.map(|limit| limit.value as f64).filter(|limit| *limit > 0.0),
        span: Some(settings.weight.map_or(server.span, |weight| weight.span)),
    }
}

fn nginx(config: &nginx::model::Config) -> Vec<Order> {
    let order = |pool: Pool<'_, nginx::model::Upstream, nginx::model::Peer>| {
        let peers = pool.servers.into_iter().map(|peer| Ordered {
            name: peer.written.value.clone(),
            weight: peer.weight.value as f64,
            capacity: (peer.max_conns.value > 0).then_some(peer.max_conns.value as f64),
            span: Some(peer.weight.span.unwrap_or(peer.span)),
        });
        let servers = peers.collect();
        let may_be_more = pool.of.peers.iter().any(|peer| peer.resolve.value);
        let noun = "max_conns";
        Order { pool: pool.name.to_owned(), noun, servers, emptied: 0, may_be_more }
    };
    upstreams(config).map(order).collect()
}

fn envoy(configs: &[envoy::model::Config]) -> Vec<Order> {
    // Localities have weights of their own, and subsets servers of their own.
    let pools = clusters(configs).filter(|pool| {
        let groups = assignment(configs, pool.of);
        pool.of.subset.is_none() && groups.is_some_and(|it| it.groups.len() == 1)
    });
    let order = |pool: Pool<'_, _, envoy::model::Endpoint>| {
        let endpoints = pool.servers.into_iter().map(|endpoint| Ordered {
            name: endpoint_name(endpoint),
            weight: endpoint.weight.value as f64,
            capacity: None,
            span: Some(endpoint.weight.span.unwrap_or(endpoint.span)),
        });
        let servers = endpoints.collect();
        let may_be_more = false;
        Order { pool: pool.name.to_owned(), noun: "", servers, emptied: 0, may_be_more }
    };
    pools.map(order).collect()
}

fn evenkeel(own: &Own) -> Vec<Order> {
    let order = |(name, pool): (&String, &config::Pool)| {
        let endpoints = pool.endpoints.iter().enumerate();
        let endpoints = endpoints.filter(|(_, it)| !it.drain && it.weight > 0.0);
        let endpoints = endpoints.map(|(at, endpoint)| {
            let at = at.to_string();
            let path = ["pools", name, "endpoints", &at, "weight"];
            Ordered {
                name: endpoint.name.clone(),
                weight: endpoint.capacity * endpoint.weight,
                capacity: Some(endpoint.capacity),
                span: own.key(&path).or_else(|| own.value(&path[..4])),
            }
        });
        let emptied = pool.endpoints.iter().filter(|it| !it.drain && it.weight <= 0.0).count();
        let servers = endpoints.collect();
        let may_be_more = false;
        Order { pool: name.clone(), noun: "capacity", servers, emptied, may_be_more }
    };
    own.settings.pools.iter().map(order).collect()
}
