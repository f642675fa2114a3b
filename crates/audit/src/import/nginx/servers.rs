//! Servers: where they listen, their names, and the locations that pass requests on.

use std::net::{IpAddr, SocketAddr};

use foreign::nginx::model::{Config, End, Family, Kind, Listen, Pass, Server, Step, Target};
use foreign::nginx::syntax::Tree;

use super::{pools, rest};
use crate::import::draft::Draft;
use crate::import::parts::Part;
use crate::import::text;

/// Takes over what a configuration of nginx says.
pub(in crate::import) fn translate(config: &Config, tree: Option<&Tree>, draft: &mut Draft<'_>) {
    let has_http = |server: &&Server| server.kind == Kind::Http;
    for server in config.servers.iter().filter(has_http) {
        listen(server, draft);
    }
    for server in config.servers.iter().filter(|server| server.kind == Kind::Stream) {
        draft.server.lost(server.span, "a server of `stream`: only HTTP is balanced here");
    }
    let file = config.access_logs.iter().find(|log| log.path.value.starts_with('/'));
    if let Some(log) = file {
        draft.server.value.access_log = Some(log.path.value.clone().into());
        draft.server.changed(log.span, "the log's lines are JSON, whatever their format was");
    }
    for pass in config.passes.iter().filter(|pass| pass.kind == Kind::Http) {
        passed(config, pass, draft);
    }
    if let Some(tree) = tree {
        rest::tell(tree, draft);
    }
}

fn listen(server: &Server, draft: &mut Draft<'_>) {
    if server.listens.is_empty() {
        draft.listener("http", SocketAddr::from(([0, 0, 0, 0], 80)), server.span);
    }
    for listen in &server.listens {
        let span = listen.address.span;
        let Some(address) = address(&listen.address.value) else {
            let what = format!("`{}` is no IP address and no port", listen.address.value);
            draft.server.lost(span, what);
            continue;
        };
        // Servers share a socket; the routes tell them apart.
        let known = draft.listeners.iter_mut().find(|known| known.value.address == address);
        if let Some(known) = known {
            encrypted(server, listen, known);
            continue;
        }
        let name = format!("port-{}", address.port());
        let part = draft.listener(&name, address, span);
        describe(listen, part);
        encrypted(server, listen, part);
    }
}

/// Says whose certificates are not used.
fn encrypted(server: &Server, listen: &Listen, part: &mut Part<config::Listener>) {
    if !listen.ssl && !listen.quic {
        return;
    }
    let files: Vec<&str> = server.certificates.iter().map(|it| it.value.as_str()).collect();
    let files = if files.is_empty() { "none is named".to_owned() } else { files.join(", ") };
    let what = format!("TLS (certificate: {files}): plain HTTP is served");
    part.lost(listen.address.span, what);
}

fn describe(listen: &Listen, part: &mut Part<config::Listener>) {
    let span = listen.address.span;
    if listen.proxy_protocol {
        part.lost(span, "the PROXY protocol: clients' addresses are those of connections");
    }
}

fn address(written: &str) -> Option<SocketAddr> {
    if let Ok(port) = written.parse::<u16>() {
        return Some(SocketAddr::from(([0, 0, 0, 0], port)));
    }
    if let Ok(address) = written.parse() {
        return Some(address);
    }
    match written.rsplit_once(':').filter(|(_, port)| !port.ends_with(']')) {
        Some(("*", port)) => Some(SocketAddr::from(([0, 0, 0, 0], port.parse().ok()?))),
        Some((host, port)) => Some(SocketAddr::new(text::ip(host)?, port.parse().ok()?)),
        None if written == "*" => Some(SocketAddr::from(([0, 0, 0, 0], 80))),
        None => {
            Some(SocketAddr::new(text::ip(written).filter(|ip: &IpAddr| !ip.is_multicast())?, 80))
        }
    }
}

fn passed(config: &Config, pass: &Pass, draft: &mut Draft<'_>) {
    let span = pass.written.span;
    if pass.family != Family::Proxy {
        let what = format!("`{}_pass`: only HTTP/1.1 is spoken to servers", pass.family.prefix());
        draft.server.lost(span, what);
        return;
    }
    let prefix = match prefix(pass) {
        Ok(prefix) => prefix,
        Err(why) => return draft.server.lost(span, why),
    };
    let Some((end, name)) = chosen(config, pass, draft) else {
        let what = format!("`{}` depends on the request", pass.written.value);
        return draft.server.lost(span, what);
    };
    pools::pool(config, pass, &end.target, &name, draft);
    let mut changed = Vec::new();
    if is_open(pass) {
        changed.push(format!(
            "`{}` may lead elsewhere: all of it goes to `{name}`",
            pass.written.value
        ));
    }
    if prefix.is_exact {
        changed.push(format!("what is below `{}` goes there too", prefix.path));
    } else if !prefix.path.ends_with('/') {
        changed.push(format!("`{}` is matched on whole segments", prefix.path));
    }
    let uri = pass.written.value.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
    let is_rewritten = uri.is_some_and(|(_, uri)| format!("/{uri}") != prefix.path);
    let Some(server) = config.servers.get(pass.server) else { return };
    for hosts in hosts(config, server, draft) {
        let part = draft.route(hosts, &prefix.path, &name, span);
        changed.iter().for_each(|what| part.changed(span, what.as_str()));
        if is_rewritten {
            part.lost(span, "the URI of `proxy_pass`: paths go to servers as they came");
        }
        if pass.written.value.starts_with("https:") {
            part.lost(span, "TLS to the servers: they are spoken to in plain HTTP");
        }
    }
}

/// Whether a pass leads to one place or another by what a request is.
fn is_open(pass: &Pass) -> bool {
    pass.more || pass.ends.len() > 1 || pass.ends.iter().any(|end| !end.over.is_empty())
}

/// What a pass leads to: where it has a choice, whatever gets the largest share, or is the first
/// one of the file. The pools of the others are kept, too.
fn chosen<'p>(config: &Config, pass: &'p Pass, draft: &mut Draft<'_>) -> Option<(&'p End, String)> {
    let name = |end: &End| match &end.target {
        Target::Upstream(at) => config.upstreams.get(*at).map(|it| it.name.value.clone()),
        Target::Address(address) => Some(address.to_string()),
        Target::Unknown(_) => None,
    };
    let share = |end: &End| match end.over.as_slice() {
        [Step::Split(split, part)] => {
            let part = config.splits.get(*split).and_then(|split| split.parts.get(*part));
            part.map_or(0, |part| part.share)
        }
        _ => 0,
    };
    let known = pass.ends.iter().filter_map(|end| Some((end, name(end)?)));
    let mut known: Vec<(&End, String)> = known.collect();
    // Of equals the first one stays the first.
    known.sort_by_key(|(end, _)| std::cmp::Reverse(share(end)));
    for (end, name) in known.iter().skip(1) {
        pools::pool(config, pass, &end.target, name, draft);
    }
    known.into_iter().next()
}

struct Prefix {
    path: String,
    is_exact: bool,
}

/// The location of a pass, where it is one that a route can have.
fn prefix(pass: &Pass) -> Result<Prefix, String> {
    let mut found = Prefix { path: "/".to_owned(), is_exact: false };
    for within in &pass.within {
        if within.name != "location" {
            return Err(format!("what is passed on inside `{} {}`", within.name, within.args));
        }
        let (how, path) = within.args.rsplit_once(' ').unwrap_or(("", &within.args));
        let is_exact = how == "=";
        if !matches!(how, "" | "=" | "^~") || path.starts_with('@') {
            return Err(format!("`location {}` is no start of a path", within.args));
        }
        let path = text::prefix(path).ok_or_else(|| format!("`location {path}` is no path"))?;
        if is_exact && path == "/" {
            return Err("`location = /` cannot be told from what is below it".to_owned());
        }
        found = Prefix { path, is_exact };
    }
    Ok(found)
}

/// The hosts of a server; an empty list, which is any host, where it takes what fits no other.
fn hosts(config: &Config, server: &Server, draft: &mut Draft<'_>) -> Vec<Vec<String>> {
    let mut hosts = Vec::new();
    for name in server.names.iter().filter(|name| !matches!(name.value.as_str(), "_" | "")) {
        let bare = name.value.strip_prefix('.');
        match text::host(bare.unwrap_or(&name.value)) {
            Some(host) => {
                if bare.is_some() {
                    hosts.push(format!("*.{host}"));
                }
                hosts.push(host);
            }
            None => draft.server.lost(name.span, format!("`{}` is no host of a route", name.value)),
        }
    }
    let mut all = Vec::new();
    if !hosts.is_empty() {
        all.push(hosts);
    }
    let is_first = config.servers.iter().find(|known| known.kind == Kind::Http) == Some(server);
    let is_default = server.listens.iter().any(|listen| listen.default_server);
    if is_first || is_default || server.names.iter().all(|name| name.value == "_") {
        all.push(Vec::new());
    }
    all
}
