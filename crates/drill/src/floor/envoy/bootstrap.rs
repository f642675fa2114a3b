//! What stays while Envoy runs: its listener, how users stick, and what is tried again.

use std::net::SocketAddr;
use std::path::Path;

use serde_json::{Value, json};

use super::cluster::CLUSTER;
use crate::floor::keeping::{Key, USER_COOKIE};
use crate::floor::setting::Setting;
use crate::floor::site::Site;

const TYPES: &str = "type.googleapis.com/envoy";

/// The bootstrap; clusters come from a file that is watched.
pub(super) fn bootstrap(site: &Site<'_>, clusters: &Path) -> Value {
    json!({
        "node": { "id": "drill", "cluster": "drill" },
        "admin": { "address": address(site.admin) },
        "static_resources": { "listeners": [listener(site)] },
        "dynamic_resources": { "cds_config": watched(clusters) },
    })
}

/// Where something is read from, and read again when another file takes its place.
pub(super) fn watched(path: &Path) -> Value {
    json!({ "path_config_source": { "path": path }, "resource_api_version": "V3" })
}

pub(super) fn address(address: SocketAddr) -> Value {
    json!({
        "socket_address": { "address": address.ip().to_string(), "port_value": address.port() }
    })
}

fn listener(site: &Site<'_>) -> Value {
    let router = json!({
        "name": "envoy.filters.http.router",
        "typed_config": { "@type": format!("{TYPES}.extensions.filters.http.router.v3.Router") },
    });
    let mut filters: Vec<Value> = sessions(site).into_iter().collect();
    filters.push(router);
    let manager = "extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
    json!({
        "name": "web",
        "address": address(site.listen),
        "filter_chains": [{ "filters": [{
            "name": "envoy.filters.network.http_connection_manager",
            "typed_config": {
                "@type": format!("{TYPES}.{manager}"),
                "stat_prefix": "web",
                "use_remote_address": true,
                "http_filters": filters,
                "route_config": {
                    // The cluster comes later, from its file.
                    "validate_clusters": false,
                    "virtual_hosts": [{
                        "name": "drill",
                        "domains": ["*"],
                        "routes": [{ "match": { "prefix": "/" }, "route": route(site) }],
                    }],
                },
            },
        }] }],
    })
}

/// A cookie that names a server, in the settings that do not hash.
fn sessions(site: &Site<'_>) -> Option<Value> {
    let hashes = matches!(site.setting, Setting::Default | Setting::Bounded);
    let (filters, state) = ("extensions.filters.http", "extensions.http.stateful_session");
    (site.by_cookie() && !hashes).then(|| {
        json!({
            "name": "envoy.filters.http.stateful_session",
            "typed_config": {
                "@type": format!("{TYPES}.{filters}.stateful_session.v3.StatefulSession"),
                "session_state": {
                    "name": "envoy.http.stateful_session.cookie",
                    "typed_config": {
                        "@type": format!("{TYPES}.{state}.cookie.v3.CookieBasedSessionState"),
                        "cookie": { "name": "srv", "path": "/", "ttl": "28800s" },
                    },
                },
            },
        })
    })
}

fn route(site: &Site<'_>) -> Value {
    let mut route = json!({ "cluster": CLUSTER });
    if let Some(by) = hash_policy(site) {
        route["hash_policy"] = json!([by]);
    }
    if site.is_careful() {
        route["timeout"] = json!("60s");
        route["retry_policy"] = retries(site);
    }
    route
}

/// What a hashed cluster hashes; others do not look at it.
fn hash_policy(site: &Site<'_>) -> Option<Value> {
    let own = site.setting == Setting::Default;
    Some(match site.key()? {
        Key::Address => json!({ "connection_properties": { "source_ip": true } }),
        // As most people have it: Envoy gives a cookie to whoever has none.
        Key::Cookie if own => {
            json!({ "cookie": { "name": "srv", "path": "/", "ttl": "28800s" } })
        }
        Key::Cookie => json!({ "cookie": { "name": USER_COOKIE } }),
    })
}

fn retries(site: &Site<'_>) -> Value {
    let previous = "extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate";
    let mut policy = json!({
        "retry_on": "5xx,reset,connect-failure,refused-stream",
        "num_retries": 3,
        "retry_back_off": { "base_interval": "0.001s" },
        "host_selection_retry_max_attempts": 5,
        "retry_host_predicate": [{
            "name": "envoy.retry_host_predicates.previous_hosts",
            "typed_config": { "@type": format!("{TYPES}.{previous}") },
        }],
    });
    if site.setting == Setting::Timeout {
        let timeout = site.attempt_timeout().as_secs_f64();
        policy["per_try_timeout"] = json!(format!("{timeout:.3}s"));
    }
    policy
}
