//! Clusters: their servers, policy, checks and limits.

use config::{Affinity, HashKey, HashSource, PolicyName, Pool, Probe};
use foreign::envoy::model::{
    Address, Check, Cluster, Config, Endpoint, HashBy, Outlier, Policy, Retry, Route,
};

use crate::import::draft::Draft;
use crate::import::parts::Part;
use crate::import::text;

/// Adds a cluster as a route uses it.
pub(super) fn pool(
    configs: &[Config],
    name: &str,
    (route, retry): (&Route, Option<&Retry>),
    draft: &mut Draft<'_>,
) {
    if draft.pools.iter().any(|known| known.name == text::name(name)) {
        return;
    }
    let Some(cluster) = configs.iter().find_map(|config| config.cluster(name)) else { return };
    let mut part = Part::new(Pool::default(), cluster.span);
    part.value.slow_start = config::Span::from_secs(0);
    policy(cluster, &cluster.policy.value, route, &mut part);
    sessions(configs, &mut part);
    probe(cluster, &mut part);
    ejection(cluster.outlier.as_ref(), &mut part);
    tries(retry, &mut part);
    if let Some(span) = cluster.tls {
        part.lost(span, "TLS to the servers: they are spoken to in plain HTTP");
    }
    let panic = &cluster.overall.panic_threshold;
    if let Some(span) = panic.span.filter(|_| panic.value != 50.0) {
        part.lost(span, "the panic threshold: with too few healthy servers all are used");
    }
    if let Some(span) = cluster.protocol {
        part.lost(span, "the protocol: only HTTP/1.1 is spoken to servers");
    }
    part.value.timeouts.connect = text::span(cluster.connect_timeout_ms.value);
    match route.timeout_ms.value {
        0 => {}
        whole => part.value.timeouts.request = Some(text::span(whole)),
    }
    if let Some(limit) = cluster.breakers.iter().find(|limit| !limit.per_host) {
        let pending = limit.pending.value.min(1_000_000);
        part.value.queue.size = u32::try_from(pending).unwrap_or(1_000_000);
        part.changed(limit.span, "limits of the whole cluster: only `queue` follows them");
    }
    let endpoints = endpoints(configs, cluster, &mut part, draft);
    draft.pool(name, part, endpoints);
}

fn endpoints(
    configs: &[Config],
    cluster: &Cluster,
    part: &mut Part<Pool>,
    draft: &mut Draft<'_>,
) -> Vec<Part<config::Endpoint>> {
    let service = cluster.service.as_ref().unwrap_or(&cluster.name);
    let elsewhere = || {
        let mut all = configs.iter().flat_map(|config| &config.assignments);
        all.find(|it| it.cluster.as_ref().is_some_and(|name| name.value == service.value))
    };
    let Some(assignment) = cluster.assignment.as_ref().or_else(elsewhere) else {
        part.lost(cluster.span, format!("servers that `{}` finds", cluster.discovery.value));
        return Vec::new();
    };
    let all = || assignment.groups.iter().flat_map(|group| &group.endpoints);
    let heaviest = all().map(|endpoint| endpoint.weight.value).max().unwrap_or(1).max(1000);
    let most = cluster.breakers.iter().find(|limit| limit.per_host);
    let most = most.map(|limit| limit.connections.value.clamp(1, 1_000_000));
    let mut endpoints = Vec::new();
    for group in &assignment.groups {
        for endpoint in &group.endpoints {
            let Some(mut read) = read(endpoint, part, draft) else { continue };
            read.value.weight = endpoint.weight.value.max(1) as f64 * 1000.0 / heaviest as f64;
            if heaviest == 1000 {
                read.value.weight = endpoint.weight.value.max(1) as f64;
            }
            if let Some(most) = most {
                read.value.limit = u32::try_from(most).ok();
                read.value.capacity = most as f64;
            }
            if group.priority.value > 0 {
                read.value.weight = 0.0;
                let what = "a later priority: it takes nothing until its weight is raised";
                read.changed(group.span, what);
            }
            endpoints.push(read);
        }
    }
    endpoints
}

fn read(
    endpoint: &Endpoint,
    part: &mut Part<Pool>,
    draft: &mut Draft<'_>,
) -> Option<Part<config::Endpoint>> {
    let socket = match endpoint.address.as_ref().map(|address| &address.value) {
        Some(Address::Socket(host, port)) => Some((host, u16::try_from(*port).ok()?)),
        _ => None,
    };
    let Some((host, port)) = socket else {
        part.lost(endpoint.span, "a server without an IP address");
        return None;
    };
    let mut read = draft.endpoint(&format!("{host}-{port}"), (host, port), endpoint.span);
    if endpoint.health.value == "DRAINING" {
        read.value.drain = true;
    }
    Some(read)
}

fn policy(cluster: &Cluster, policy: &Policy, route: &Route, part: &mut Part<Pool>) {
    let span = cluster.policy.span.unwrap_or(cluster.span);
    let (way, slow_start) = match policy {
        Policy::RoundRobin(slow) => (PolicyName::RoundRobin, slow.as_ref()),
        Policy::LeastRequest { slow_start, .. } => (PolicyName::TwoChoices, slow_start.as_ref()),
        Policy::Random => (PolicyName::Random, None),
        Policy::RingHash { bound, .. } | Policy::Maglev { bound, .. } => {
            let ring = matches!(policy, Policy::RingHash { .. });
            let way = if ring { PolicyName::Ring } else { PolicyName::Maglev };
            let bound = bound.map_or(HashKey::BOUND, |bound| bound.value as f64 / 100.0);
            hash(way, bound, route, part);
            return;
        }
        Policy::WrrLocality(inner) | Policy::Subset(inner) | Policy::OverrideHost(inner) => {
            part.lost(span, "localities, subsets and named hosts: only the policy within is kept");
            if !matches!(
                **inner,
                Policy::WrrLocality(_) | Policy::Subset(_) | Policy::OverrideHost(_)
            ) {
                self::policy(cluster, inner, route, part);
            }
            return;
        }
        _ => {
            part.lost(span, "this policy: the lowest expected delay decides");
            return;
        }
    };
    part.value.policy = way;
    if let Some(slow) = slow_start {
        part.value.slow_start = text::span(slow.window_ms.value);
    }
}

fn hash(way: PolicyName, bound: f64, route: &Route, part: &mut Part<Pool>) {
    let key = route.hash.iter().find_map(|policy| match &policy.by {
        HashBy::Header(name) => text::token(name).map(|name| (HashSource::Header, Some(name))),
        HashBy::Cookie { name, .. } => {
            text::token(name).map(|name| (HashSource::Cookie, Some(name)))
        }
        HashBy::SourceIp => Some((HashSource::Client, None)),
        HashBy::Query(name) => Some((HashSource::Query, Some(name.clone()))),
        HashBy::Other => None,
    });
    let Some((by, name)) = key else {
        part.lost(route.span, "a hash without a key: the lowest expected delay decides");
        return;
    };
    part.value.policy = way;
    let bound = if bound > 1.0 { bound.min(1000.0) } else { HashKey::BOUND };
    part.value.hash = Some(HashKey { by, name, bound });
    let span = route.hash.first().map_or(route.span, |policy| policy.span);
    part.changed(span, "keys go to other servers than before, and leave one that is above `bound`");
}

fn sessions(configs: &[Config], part: &mut Part<Pool>) {
    let mut listeners = configs.iter().flat_map(|config| &config.listeners);
    let Some(stateful) = listeners.find_map(|listener| listener.stateful.first()) else { return };
    let name = stateful.name.as_ref().filter(|_| stateful.kind == "cookie");
    let name = name.and_then(|name| text::token(&name.value));
    let mut affinity = Affinity { name, ..Affinity::default() };
    if stateful.ttl_ms.value > 0 {
        affinity.ttl = text::span(stateful.ttl_ms.value.max(1000));
    }
    part.value.affinity = Some(affinity);
    part.changed(stateful.span, "a signed cookie keeps sessions: they begin anew");
}

fn probe(cluster: &Cluster, part: &mut Part<Pool>) {
    let Some(check) = cluster.checks.first() else { return };
    let count = |said: u64, plain: u32| match said {
        0 => plain,
        _ => u32::try_from(said.min(1000)).unwrap_or(plain),
    };
    let interval = check.interval_ms.value.max(10);
    let path = match &check.check {
        Check::Http(path) => text::path(&path.value).or(Some("/".to_owned())),
        Check::Tcp => None,
        Check::Grpc | Check::Other(_) => {
            part.changed(check.span, "this kind of check: a connection is enough");
            None
        }
    };
    part.value.probe = Some(Probe {
        path,
        interval: text::span(interval),
        timeout: text::span(check.timeout_ms.value.min(interval)),
        rise: count(check.healthy.value, 2),
        fall: count(check.unhealthy.value, 3),
        ..Probe::default()
    });
}

fn ejection(outlier: Option<&Outlier>, part: &mut Part<Pool>) {
    let ejection = &mut part.value.ejection;
    let Some(said) = outlier else {
        ejection.max_share = 0.0;
        return;
    };
    ejection.consecutive = u32::try_from(said.consecutive_5xx.value).unwrap_or(u32::MAX);
    ejection.interval = text::span(said.interval_ms.value.max(100));
    ejection.base = text::span(said.base_ejection_ms.value);
    let longest = said.max_ejection_ms.value.max(said.base_ejection_ms.value);
    ejection.max = text::span(longest);
    ejection.max_share = said.max_ejection_percent.value.min(100) as f64 / 100.0;
    part.changed(said.span, "ejection compares a server with the others, and never takes them all");
}

fn tries(retry: Option<&Retry>, part: &mut Part<Pool>) {
    let Some(retry) = retry.filter(|retry| !retry.on.is_empty()) else {
        part.value.retry.attempts = 1;
        return;
    };
    let tries = retry.tries.value.min(99) + 1;
    part.value.retry.attempts = u32::try_from(tries).unwrap_or(100);
    let on = |word: &str| retry.on.iter().any(|known| known == word);
    part.value.retry.statuses = match (on("5xx"), on("gateway-error")) {
        (true, _) => vec![500, 502, 503, 504],
        (false, true) => vec![502, 503, 504],
        _ => Vec::new(),
    };
}
