//! What changes while Envoy runs: its cluster, and the servers in it.

use std::path::Path;

use serde_json::{Value, json};

use super::bootstrap::{address, watched};
use crate::floor::setting::Setting;
use crate::floor::site::Site;

pub(super) const CLUSTER: &str = "drill";

/// The cluster; its servers come from a file that is watched.
pub(super) fn cluster(site: &Site<'_>, servers: &Path) -> Value {
    let mut cluster = json!({
        "name": CLUSTER,
        "type": "EDS",
        "connect_timeout": "5s",
        "eds_cluster_config": { "eds_config": watched(servers) },
        "health_checks": [{
            "timeout": "1s",
            "interval": "1s",
            "no_traffic_interval": "1s",
            "unhealthy_threshold": 2,
            "healthy_threshold": 1,
            "http_health_check": { "path": "/healthz" },
        }],
        // A cluster that is the same in every word is not loaded again.
        "metadata": { "filter_metadata": { "drill": { "generation": site.generation } } },
    });
    policy(site, &mut cluster);
    if site.is_careful() {
        cluster["outlier_detection"] = outliers(site);
        // The standing limit of three retries at a time is there to be raised.
        cluster["circuit_breakers"] = json!({ "thresholds": [{
            "max_connections": 9000, "max_pending_requests": 9000,
            "max_requests": 9000, "max_retries": 1000,
        }] });
    }
    cluster
}

/// The same as a resource in a file.
pub(super) fn typed(mut cluster: Value) -> Value {
    cluster["@type"] = json!("type.googleapis.com/envoy.config.cluster.v3.Cluster");
    cluster
}

fn policy(site: &Site<'_>, cluster: &mut Value) {
    match (site.setting, site.key().is_some(), site.by_cookie()) {
        (Setting::Default, false, _) => cluster["lb_policy"] = json!("ROUND_ROBIN"),
        (Setting::Bounded, ..) => {
            cluster["lb_policy"] = json!("RING_HASH");
            cluster["common_lb_config"] =
                json!({ "consistent_hashing_lb_config": { "hash_balance_factor": 125 } });
        }
        // Without a cookie that names a server, a hash is all that keeps users with one.
        (Setting::Default, true, _) | (_, true, false) => {
            cluster["lb_policy"] = json!("RING_HASH");
        }
        _ => {
            cluster["load_balancing_policy"] = least_request(site);
        }
    }
}

/// In its newer form: the older one knows no other method than two choices.
fn least_request(site: &Site<'_>) -> Value {
    let policies = "type.googleapis.com/envoy.extensions.load_balancing_policies";
    let mut config = json!({ "@type": format!("{policies}.least_request.v3.LeastRequest") });
    if site.has_returns() {
        config["slow_start_config"] = json!({ "slow_start_window": "10s" });
    }
    if site.setting == Setting::FullScan {
        config["selection_method"] = json!("FULL_SCAN");
    }
    json!({ "policies": [{ "typed_extension_config": {
        "name": "envoy.load_balancing_policies.least_request",
        "typed_config": config,
    } }] })
}

fn outliers(site: &Site<'_>) -> Value {
    // An attempt that timed out was long in vain: a few of them are enough.
    let row = if site.setting == Setting::Timeout { 2 } else { 5 };
    json!({
        "consecutive_5xx": row,
        "interval": "1s",
        "base_ejection_time": "5s",
        "max_ejection_percent": 60,
    })
}

/// The servers, as a resource in a file.
pub(super) fn servers(site: &Site<'_>) -> Value {
    let endpoints = site.endpoints().map(|(_, at, weight)| {
        json!({
            "endpoint": { "address": address(at) },
            "load_balancing_weight": (weight * 100.0).round().clamp(1.0, 1e6) as u32,
        })
    });
    json!({
        "@type": "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment",
        "cluster_name": CLUSTER,
        "endpoints": [{ "lb_endpoints": endpoints.collect::<Vec<_>>() }],
    })
}
