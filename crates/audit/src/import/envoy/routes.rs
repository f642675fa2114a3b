//! Listeners and virtual hosts: which requests go to which cluster.

use std::net::SocketAddr;

use foreign::envoy::model::{Address, Ask, Asks, Config, Listener, Route, RouteTable, Target};

use super::pools;
use crate::import::draft::Draft;
use crate::import::text;

/// Filters that this balancer's work takes the place of.
const TAKEN: [&str; 4] = ["router", "http_connection_manager", "stateful_session", "tls_inspector"];

/// Takes over what a configuration of Envoy says.
pub(in crate::import) fn translate(configs: &[Config], draft: &mut Draft<'_>) {
    for config in configs {
        config.listeners.iter().for_each(|listener| listen(listener, draft));
        for table in &config.tables {
            hosts(configs, table, draft);
        }
    }
}

fn listen(listener: &Listener, draft: &mut Draft<'_>) {
    let name = listener.name.as_ref().map_or("listener", |name| &name.value);
    for target in &listener.tcp {
        let _ = target;
        draft.server.lost(listener.span, format!("TCP through `{name}`: only HTTP is balanced"));
    }
    if listener.routes.is_empty() && listener.rds.is_empty() {
        return;
    }
    let socket = match listener.address.as_ref().map(|address| &address.value) {
        Some(Address::Socket(host, port)) => text::ip(host).zip(u16::try_from(*port).ok()),
        _ => None,
    };
    let Some((host, port)) = socket else {
        draft.server.lost(listener.span, format!("`{name}` has no IP address to listen at"));
        return;
    };
    let part = draft.listener(name, SocketAddr::new(host, port), listener.span);
    for certificate in &listener.tls {
        let what = format!("TLS (certificate: {}): plain HTTP is served", certificate.value);
        part.lost(certificate.span, what);
    }
    for filter in &listener.filters {
        let kind = filter.value.rsplit('.').next().unwrap_or("");
        if !TAKEN.contains(&kind) {
            part.lost(filter.span, format!("the filter `{}`", filter.value));
        }
    }
}

fn hosts(configs: &[Config], table: &RouteTable, draft: &mut Draft<'_>) {
    for host in &table.hosts {
        let mut names = Vec::new();
        let mut is_any = host.domains.is_empty();
        for domain in &host.domains {
            match domain.value.as_str() {
                "*" => is_any = true,
                name => match text::host(name) {
                    Some(name) => names.push(name),
                    None => {
                        draft.server.lost(domain.span, format!("`{name}` is no host of a route"))
                    }
                },
            }
        }
        if names.is_empty() && !is_any {
            continue;
        }
        let mut seen: Vec<String> = Vec::new();
        for route in &host.routes {
            let retry = route.retry.as_ref().or(host.retry.as_ref());
            let Some((prefix, pool)) = place(route, &mut seen, draft) else { continue };
            pools::pool(configs, &pool, (route, retry), draft);
            let lists = [(!names.is_empty()).then(|| names.clone()), is_any.then(Vec::new)];
            for hosts in lists.into_iter().flatten() {
                let part = draft.route(hosts, &prefix, &pool, route.span);
                if let Some((kind, _)) = &route.matches
                    && kind == "path"
                {
                    part.changed(route.span, format!("what is below `{prefix}` goes there too"));
                } else if !prefix.ends_with('/') {
                    let is_prefix = route.matches.as_ref().is_some_and(|(it, _)| it == "prefix");
                    let what = format!("`{prefix}` is matched on whole segments");
                    is_prefix.then(|| part.changed(route.span, what));
                }
                for rewrite in &route.rewrites {
                    part.lost(rewrite.span, format!("`{}`", rewrite.value));
                }
                for mirror in &route.mirrors {
                    part.lost(mirror.span, format!("copies of requests to `{}`", mirror.value));
                }
            }
        }
    }
}

/// What a route asks for beside its path.
fn more(asks: &Asks) -> Option<String> {
    let named = |what: &str, ask: Option<&Ask>| ask.map(|ask| format!("the {what} `{}`", ask.name));
    named("header", asks.headers.first())
        .or_else(|| named("parameter", asks.parameters.first()))
        .or_else(|| asks.fraction.filter(|part| *part < 1.0).map(|_| "a part of them".to_owned()))
        .or_else(|| asks.others.first().map(|field| format!("`{}`", field.value)))
}

/// The prefix and the cluster of a route, where this balancer can have it.
fn place(route: &Route, seen: &mut Vec<String>, draft: &mut Draft<'_>) -> Option<(String, String)> {
    let written = route.matches.as_ref();
    let prefix = written
        .filter(|(kind, _)| matches!(kind.as_str(), "prefix" | "path" | "path_separated_prefix"));
    let prefix = prefix.and_then(|(_, value)| text::prefix(&value.value));
    let Some(prefix) = prefix else {
        draft.server.lost(route.span, "a route that asks for more than the start of a path");
        return None;
    };
    if let Some(before) = seen.iter().find(|before| prefix.starts_with(before.as_str())) {
        let what = format!("`{prefix}` is never reached: `{before}` stands before it");
        draft.server.lost(route.span, what);
        return None;
    }
    if let Some(asked) = more(&route.asks) {
        draft.server.lost(route.span, format!("a route to `{prefix}` that asks for {asked} too"));
        return None;
    }
    let is_prefix = written.is_some_and(|(kind, _)| kind == "prefix");
    if is_prefix {
        seen.push(prefix.clone());
    }
    let pool = match &route.target {
        Target::Cluster(name) => name.value.clone(),
        Target::Weighted(shares) => {
            let most = shares.iter().max_by_key(|share| share.weight.value)?;
            let what = format!("shares of several clusters: all goes to `{}`", most.cluster.value);
            draft.server.changed(route.span, what);
            most.cluster.value.clone()
        }
        Target::Header(_) | Target::Nowhere | Target::Other => {
            draft.server.lost(route.span, "a route that leads to no cluster of this file");
            return None;
        }
    };
    Some((prefix, pool))
}
