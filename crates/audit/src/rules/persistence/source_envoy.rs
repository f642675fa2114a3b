//! Envoy: affinity by an address that many users share.

use foreign::Sources;
use foreign::envoy::model::{Cluster, Config, HashBy, Listener, Policy, Route, Target};

use crate::finding::Finding;
use crate::rule::Doc;
use crate::rules::pools::clusters;
use crate::severity::Severity;

pub(super) fn judge(
    doc: &'static Doc,
    configs: &[Config],
    sources: &Sources,
    found: &mut Vec<Finding>,
) {
    for config in configs {
        for listener in config.listeners.iter().filter(|it| is_edge(it, sources)) {
            let tables = listener.routes.iter().filter_map(|at| config.tables.get(*at));
            let routes = tables.flat_map(|table| table.routes());
            found.extend(routes.filter_map(|(_, it)| route(doc, configs, listener, it)));
        }
    }
}

/// Whether the connection's address counts. Otherwise the last one of `x-forwarded-for` does.
fn is_edge(listener: &Listener, sources: &Sources) -> bool {
    let is_told = sources.slice(listener.span).contains("proxy_protocol");
    listener.use_remote_address.value && listener.trusted_hops.value == 0 && !is_told
}

fn route(
    doc: &'static Doc,
    configs: &[Config],
    listener: &Listener,
    route: &Route,
) -> Option<Finding> {
    let [hash] = route.hash.as_slice() else { return None };
    let Target::Cluster(name) = &route.target else { return None };
    let pool = clusters(configs).find(|pool| pool.name == name.value)?;
    // One server known is one server; none known are those that discovery finds.
    if hash.by != HashBy::SourceIp || !hashes(pool.of) || pool.servers.len() == 1 {
        return None;
    }
    let what = format!(
        "requests for `{}` are hashed by the address of the connection: all users behind one NAT \
         or proxy are one client, and come to one server",
        name.value
    );
    let finding = Finding::new(doc, what).at(hash.span).of(name.value.as_str());
    let finding = Finding { severity: Severity::Warning, ..finding };
    let place = listener.use_remote_address.span?;
    Some(finding.related(place, "`x-forwarded-for` is not looked at"))
}

/// Whether no server may have much more than the mean is not left open.
fn hashes(cluster: &Cluster) -> bool {
    matches!(
        cluster.policy.value,
        Policy::RingHash { bound: None, .. } | Policy::Maglev { bound: None, .. }
    )
}
