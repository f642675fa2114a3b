//! Reads pools and servers from a configuration of any product.

use super::filed::FiledPool;
use super::{envoy, haproxy, nginx, own};
use crate::subject::Parsed;

/// All pools of which a configuration says the servers.
pub(super) fn filed(parsed: &Parsed) -> Vec<FiledPool> {
    match parsed {
        Parsed::Haproxy(config) => haproxy::pools(config),
        Parsed::Nginx(config) => nginx::pools(config),
        Parsed::Envoy(configs) => envoy::pools(configs),
        Parsed::Evenkeel(own) => own::pools(own),
    }
}

/// The names of all pools of a configuration, those too whose servers it does not say.
pub(in crate::rules) fn names(parsed: &Parsed) -> Vec<&str> {
    match parsed {
        Parsed::Haproxy(config) => config.backends().map(|proxy| &*proxy.name).collect(),
        Parsed::Nginx(config) => {
            config.upstreams.iter().map(|upstream| upstream.name.value.as_str()).collect()
        }
        Parsed::Envoy(configs) => {
            let clusters = configs.iter().flat_map(|config| &config.clusters);
            clusters.map(|cluster| cluster.name.value.as_str()).collect()
        }
        Parsed::Evenkeel(own) => own.settings.pools.keys().map(String::as_str).collect(),
    }
}
