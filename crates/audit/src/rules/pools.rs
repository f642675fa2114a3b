//! Pools and the servers of them that take work while all is well, and how findings name them.

use foreign::envoy::model::{Address, Assignment, Cluster, Config, Endpoint, Target};
use foreign::haproxy::model::{self as haproxy, Proxy, Server};
use foreign::nginx::model::{self as nginx, Peer, Upstream};

use crate::finding::Finding;
use crate::rule::Doc;

/// A pool of any product, as rules look at it.
pub(super) struct Pool<'c, P, S> {
    /// All that is said of it.
    pub(super) of: &'c P,
    /// Its name.
    pub(super) name: &'c str,
    /// The servers that new sessions come to.
    pub(super) servers: Vec<&'c S>,
}

impl<P, S> Pool<'_, P, S> {
    /// A finding about it.
    pub(super) fn finding(&self, doc: &'static Doc, what: impl Into<String>) -> Finding {
        Finding::new(doc, what).of(self.name)
    }
}

/// HAProxy's, without those that are switched off.
pub(super) fn backends(config: &haproxy::Config) -> impl Iterator<Item = Pool<'_, Proxy, Server>> {
    let is_on = |proxy: &&Proxy| !proxy.settings.disabled.is_some_and(|off| off.value);
    config.backends().filter(is_on).map(|proxy| {
        let takes = |server: &&Server| {
            let settings = &server.settings;
            !settings.is_backup() && !settings.is_disabled() && settings.weight() > 0
        };
        let servers = proxy.servers.iter().filter(takes).collect();
        Pool { of: proxy, name: &proxy.name, servers }
    })
}

/// Whether `use-server` sends requests to a server, whatever its weight is.
pub(super) fn is_sent_to(proxy: &Proxy, server: &Server) -> bool {
    let names = |name: &str| name == &*server.name || name.contains('%');
    proxy.use_servers.iter().any(|rule| names(&rule.server))
}

/// nginx's, in their order.
pub(super) fn upstreams(config: &nginx::Config) -> impl Iterator<Item = Pool<'_, Upstream, Peer>> {
    config.upstreams.iter().map(|upstream| {
        let takes = |peer: &&Peer| !peer.backup.value && !peer.down.value && !peer.drain.value;
        let servers = upstream.peers.iter().filter(takes).collect();
        Pool { of: upstream, name: &upstream.name.value, servers }
    })
}

/// Envoy's, with the servers of their first priority.
pub(super) fn clusters(configs: &[Config]) -> impl Iterator<Item = Pool<'_, Cluster, Endpoint>> {
    configs.iter().flat_map(|config| &config.clusters).map(|cluster| {
        let groups = assignment(configs, cluster).map_or(&[][..], |it| &it.groups);
        let first = groups.iter().map(|group| group.priority.value).min();
        let groups = groups.iter().filter(|group| Some(group.priority.value) == first);
        let servers = groups.flat_map(|group| &group.endpoints).collect();
        Pool { of: cluster, name: &cluster.name.value, servers }
    })
}

/// What is written of a cluster's servers: in its place, or in a file of EDS.
pub(super) fn assignment<'c>(
    configs: &'c [Config],
    cluster: &'c Cluster,
) -> Option<&'c Assignment> {
    let service = cluster.service.as_ref().unwrap_or(&cluster.name);
    let named = |assignment: &&Assignment| {
        assignment.cluster.as_ref().is_some_and(|name| name.value == service.value)
    };
    let mut elsewhere = configs.iter().flat_map(|config| &config.assignments);
    cluster.assignment.as_ref().or_else(|| elsewhere.find(named))
}

/// Whether requests may lead to a cluster, and not only what Envoy itself asks of others. Where no
/// listener is written, any may be meant; one that only routes from elsewhere use is not seen.
pub(super) fn is_routed(configs: &[Config], cluster: &Cluster) -> bool {
    let name = cluster.name.value.as_str();
    let routes = configs.iter().flat_map(|config| &config.tables).flat_map(|it| it.routes());
    let mut listeners = configs.iter().flat_map(|config| &config.listeners).peekable();
    let is_alone = listeners.peek().is_none();
    let mut targets =
        routes.map(|(_, route)| &route.target).chain(listeners.flat_map(|it| &it.tcp)).peekable();
    is_alone && targets.peek().is_none() || targets.any(|target| leads(target, name))
}

/// Whether a target is a cluster, or has it among others.
pub(super) fn leads(target: &Target, name: &str) -> bool {
    match target {
        Target::Cluster(cluster) => cluster.value == name,
        Target::Weighted(clusters) => clusters.iter().any(|it| it.cluster.value == name),
        Target::Header(_) | Target::Nowhere | Target::Other => false,
    }
}

/// A server of Envoy's as findings name it.
pub(super) fn endpoint_name(endpoint: &Endpoint) -> String {
    match endpoint.address.as_ref().map(|address| &address.value) {
        Some(Address::Socket(host, port)) => format!("{host}:{port}"),
        Some(Address::Pipe(path)) => path.clone(),
        _ => "?".to_owned(),
    }
}

/// Names in a row: all of a few, and of many the first ones.
pub(crate) fn named<N: AsRef<str>>(names: impl IntoIterator<Item = N>) -> String {
    const SHOWN: usize = 4;
    let names: Vec<String> = names.into_iter().map(|name| format!("`{}`", name.as_ref())).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [before @ .., last] if names.len() <= SHOWN => {
            format!("{} and {last}", before.join(", "))
        }
        _ => format!("{} and {} more", names[..SHOWN - 1].join(", "), names.len() - SHOWN + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_names_are_all_told() {
        let check = |names: &[&str], expected: &str| assert_eq!(named(names), expected);
        check(&[], "");
        check(&["a"], "`a`");
        check(&["a", "b"], "`a` and `b`");
        check(&["a", "b", "c", "d"], "`a`, `b`, `c` and `d`");
        check(&["a", "b", "c", "d", "e", "f"], "`a`, `b`, `c` and 3 more");
    }
}
