//! nginx: affinity by an address that many users share.

use foreign::Span;
use foreign::nginx::model::{Config, Kind, Method, Pass, Server, Target, Upstream};

use crate::finding::Finding;
use crate::rule::Doc;
use crate::rules::pools::upstreams;
use crate::severity::Severity;

pub(super) fn judge(doc: &'static Doc, config: &Config, found: &mut Vec<Finding>) {
    for (index, pool) in upstreams(config).enumerate() {
        let upstream = pool.of;
        let count = pool.servers.len();
        let Some(reach) = address_of(upstream).filter(|_| count > 1) else { continue };
        let leads =
            |pass: &&Pass| pass.ends.iter().any(|end| end.target == Target::Upstream(index));
        let passes: Vec<&Pass> = config.passes.iter().filter(leads).collect();
        let is_told = |pass: &&Pass| !pass.real_ip.from.is_empty();
        let Some(blind) = passes.iter().find(|pass| !is_told(pass)) else { continue };
        let server = config.servers.get(blind.server);
        let proxied = server.and_then(|server| proxied(config, server));
        // Connections have nothing else that they could be kept by.
        if upstream.kind == Kind::Stream && proxied.is_none() {
            continue;
        }
        let what = format!(
            "`{}` sends {reach} to one of its {count} servers, and nothing tells nginx the \
             client's address: all users behind one NAT or proxy are one client",
            pool.name
        );
        let finding = Finding::new(doc, what).at(upstream.method.span);
        let finding = finding.of(pool.name);
        let finding = finding.related(blind.written.span, "from here, without `set_real_ip_from`");
        let finding = match proxied {
            Some((place, seen)) => finding.related(place, seen),
            None => Finding { severity: Severity::Warning, ..finding },
        };
        found.push(match config.is_part {
            true => finding.note("what the main file says of `set_real_ip_from` is not known"),
            false => finding,
        });
    }
}

/// Whom a method by address takes for one.
fn address_of(upstream: &Upstream) -> Option<&'static str> {
    match &upstream.method.value {
        Method::IpHash => Some("every /24 network"),
        Method::Hash { key, .. } if is_address(key) => Some("every address"),
        _ => None,
    }
}

fn is_address(key: &str) -> bool {
    ["$remote_addr", "$binary_remote_addr", "${remote_addr}", "${binary_remote_addr}"]
        .contains(&key)
}

/// What says that a proxy stands before a server.
fn proxied(config: &Config, server: &Server) -> Option<(Span, &'static str)> {
    let listen = server.listens.iter().find(|listen| listen.proxy_protocol);
    let reads = |text: &str| {
        ["$http_x_forwarded_for", "$http_x_real_ip", "$http_cf_connecting_ip"].contains(&text)
    };
    let map = || config.maps.iter().find(|map| reads(&map.source.value));
    let listen = listen.map(|listen| {
        (listen.address.span, "the client's address comes with the PROXY protocol, and is not used")
    });
    listen.or_else(|| {
        Some((map()?.source.span, "a header is read here that proxies before this one set"))
    })
}
