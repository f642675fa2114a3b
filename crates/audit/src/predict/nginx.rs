//! nginx's upstreams as pools, and the servers that are passed to without one.

use std::collections::HashSet;
use std::net::IpAddr;

use balance::Rng;
use foreign::nginx::model::{
    Action, Block, Config, Kind, Method, Peer, Sticky, Target, Upstream, Workers, seconds,
};
use foreign::nginx::syntax::variables;
use foreign::pick::nginx::{
    ConsistentHash, Draw, Hash, IpHash, Key, LeastConn, Random, RoundRobin,
};
use foreign::pick::{Picker, Request, Server};

use super::pool::{KeyOf, Lifetime, Make, Member, NotImitated, Persistence, Pool, Wants};

/// The upstreams of HTTP, and a pool of one for each address that is passed to without any.
pub(super) fn pools(config: &Config) -> Vec<(String, Result<Pool, NotImitated>)> {
    let of_http = |upstream: &&Upstream| upstream.kind == Kind::Http && !upstream.peers.is_empty();
    let upstreams = config.upstreams.iter().filter(of_http);
    let mut pools: Vec<_> = upstreams.map(|it| (it.name.value.clone(), pool(config, it))).collect();
    for pass in config.passes.iter().filter(|pass| pass.kind == Kind::Http) {
        for end in &pass.ends {
            let Target::Address(address) = &end.target else { continue };
            let name = address.to_string();
            if pools.iter().all(|(known, _)| *known != name) {
                pools.push((name.clone(), Ok(single(&name, pass.written.span))));
            }
        }
    }
    pools
}

/// A server that is in no upstream.
fn single(name: &str, span: foreign::Span) -> Pool {
    let servers = vec![Server::new(0, name, name)];
    let members = servers.iter().map(member).collect();
    let make: Make = Box::new(move |down| Box::new(RoundRobin::new(&with_down(&servers, down))));
    Pool {
        name: name.to_owned(),
        span: Some(span),
        method: "one server, no upstream".to_owned(),
        members,
        is_hash: false,
        is_loaded: false,
        by_load: false,
        exact: true,
        make,
        persistence: Persistence::None,
        key: None,
        is_by_address: false,
        wants: Wants::default(),
        notes: Vec::new(),
    }
}

fn pool(config: &Config, upstream: &Upstream) -> Result<Pool, NotImitated> {
    let servers: Vec<Server> = upstream.peers.iter().enumerate().map(server).collect();
    let mut members: Vec<Member> = servers.iter().map(member).collect();
    let method = &upstream.method.value;
    let mut notes = Vec::new();
    let (make, key, wants) = imitation(method, &servers, &defined(config), &mut notes)?;
    let persistence = match &upstream.sticky {
        Some(sticky) => kept(&sticky.value, &mut notes),
        None => Persistence::None,
    };
    if upstream.zone.is_none() && !matches!(method, Method::Hash { .. } | Method::IpHash) {
        notes.push(
            "without a `zone` each worker picks for itself: shares hold, single picks do not"
                .to_owned(),
        );
    }
    let limited = servers.iter().any(|server| server.in_flight_max > 0);
    let one_worker = matches!(config.worker_processes.value, Workers::Count(1));
    if limited && upstream.zone.is_none() && !one_worker {
        notes.push(
            "without a `zone` each worker counts `max_conns` for itself: what a server takes is \
             unknown"
                .to_owned(),
        );
        members.iter_mut().for_each(|member| member.limit = None);
    }
    let written = match (method, &persistence) {
        (Method::Hash { key, consistent }, _) => {
            format!("hash {key}{}", if *consistent { " consistent" } else { "" })
        }
        (method, _) => method.name().to_owned(),
    };
    let sticky = match &persistence {
        Persistence::Cookie { name, .. } => format!(", sticky cookie {name}"),
        _ => String::new(),
    };
    Ok(Pool {
        name: upstream.name.value.clone(),
        span: Some(upstream.name.span),
        method: written + &sticky,
        members,
        is_hash: matches!(method, Method::Hash { .. } | Method::IpHash),
        is_loaded: limited || matches!(method, Method::LeastConn | Method::Random { .. }),
        by_load: matches!(method, Method::LeastConn | Method::Random { two: Some(_) }),
        exact: !matches!(method, Method::Random { .. }),
        make,
        persistence,
        key,
        is_by_address: match method {
            Method::Hash { key, .. } => key.contains("remote_addr"),
            method => matches!(method, Method::IpHash),
        },
        wants,
        notes,
    })
}

fn with_down(servers: &[Server], down: &[usize]) -> Vec<Server> {
    let mut servers = servers.to_vec();
    for &place in down {
        if let Some(server) = servers.get_mut(place) {
            server.up = false;
        }
    }
    servers
}

type Imitation = (Make, Option<(String, KeyOf)>, Wants);

/// Variables that the configuration defines.
fn defined(config: &Config) -> HashSet<String> {
    let maps = config.maps.iter().map(|map| &map.variable.value);
    let geos = config.geos.iter().map(|geo| &geo.variable.value);
    let splits = config.splits.iter().map(|split| &split.variable.value);
    let named = maps.chain(geos).chain(splits).map(|name| name.to_ascii_lowercase());
    let mut found: HashSet<String> = named.collect();
    for server in &config.servers {
        sets(&server.body, &mut found);
    }
    found
}

fn sets(block: &Block, found: &mut HashSet<String>) {
    let mut rest: Vec<&Action> = block.actions.iter().collect();
    while let Some(action) = rest.pop() {
        match action {
            Action::Set(name, _) => {
                found.insert(name.to_ascii_lowercase());
            }
            Action::If(_, then, ..) => rest.extend(then),
            _ => {}
        }
    }
    block.locations.iter().for_each(|inner| sets(inner, found));
}

/// How a key is read of a request; `None` where nothing tells it.
fn key_of(text: &str, defined: &HashSet<String>, notes: &mut Vec<String>) -> Option<Key> {
    let read = Key::parse(text);
    if read.is_some() {
        return read;
    }
    let is_known = |name: String| {
        defined.contains(&name)
            || Key::is_followed(&name)
            || Key::parse(&format!("${{{name}}}")).is_some()
    };
    variables(text).all(is_known).then(|| {
        notes.push(format!(
            "the key `{text}` is what the rules make of the lines of a log: requests that are made \
             up go round"
        ));
        Key::brought()
    })
}

fn imitation(
    method: &Method,
    servers: &[Server],
    defined: &HashSet<String>,
    notes: &mut Vec<String>,
) -> Result<Imitation, NotImitated> {
    fn over(servers: &[Server], new: fn(&[Server]) -> Box<dyn Picker>) -> Make {
        let servers = servers.to_vec();
        Box::new(move |down| new(&with_down(&servers, down)))
    }
    let plain = |make: Make| Ok((make, None, Wants::default()));
    match method {
        Method::RoundRobin => plain(over(servers, |servers| Box::new(RoundRobin::new(servers)))),
        Method::LeastConn => plain(over(servers, |servers| Box::new(LeastConn::new(servers)))),
        Method::Random { two } if two.as_deref().is_none_or(|by| by == "least_conn") => {
            let draw = if two.is_some() { Draw::Two } else { Draw::One };
            let servers = servers.to_vec();
            plain(Box::new(move |down| {
                Box::new(Random::new(&with_down(&servers, down), draw, Rng::new(1)))
            }))
        }
        Method::IpHash => {
            let make = over(servers, |servers| Box::new(IpHash::new(servers)));
            let of: KeyOf = Box::new(|request| network(request.source?));
            Ok((make, Some(("address (IPv4: its /24)".to_owned(), of)), Wants::source()))
        }
        Method::Hash { key, consistent } => {
            let refused = || NotImitated(format!("the key `{key}` of `hash` is not imitated"));
            let read = key_of(key, defined, notes).ok_or_else(refused)?;
            let (servers, consistent, picks) = (servers.to_vec(), *consistent, read.clone());
            let make: Make = Box::new(move |down| -> Box<dyn Picker> {
                let servers = with_down(&servers, down);
                match consistent {
                    true => Box::new(ConsistentHash::new(&servers, picks.clone())),
                    false => Box::new(Hash::new(&servers, picks.clone())),
                }
            });
            let of = move |request: &Request<'_>| {
                let value = read.value(request);
                (!value.is_empty()).then(|| balance::hash_bytes(&value, 0))
            };
            let named: (String, KeyOf) = (key.clone(), Box::new(of));
            Ok((make, Some(named), key_wants(key)))
        }
        other => Err(NotImitated(format!("the method `{}` is not imitated", other.name()))),
    }
}

fn network(source: IpAddr) -> Option<u64> {
    Some(match source {
        IpAddr::V4(address) => u64::from(address.to_bits() >> 8),
        IpAddr::V6(address) => balance::hash_bytes(&address.octets(), 0),
    })
}

fn key_wants(key: &str) -> Wants {
    let mut wants = Wants::default();
    for name in variables(key) {
        if let Some(header) = name.strip_prefix("http_") {
            wants.add(&Wants::header(&header.replace('_', "-")));
        } else if name.starts_with("cookie_") {
            wants.add(&Wants::header("cookie"));
        } else if name == "host" {
            wants.add(&Wants::header("host"));
        } else if matches!(name.as_str(), "remote_addr" | "binary_remote_addr") {
            wants.add(&Wants::source());
        } else if name == "request_uri" {
            wants.add(&Wants::uri());
        }
    }
    wants
}

fn kept(sticky: &Sticky, notes: &mut Vec<String>) -> Persistence {
    if sticky.kind != "cookie" {
        notes.push(format!("`sticky {}` is not imitated: nothing is kept", sticky.kind));
        return Persistence::None;
    }
    let expires = sticky.args.iter().find_map(|word| word.strip_prefix("expires="));
    let lifetime = match expires.and_then(seconds) {
        Some(after_s) => Lifetime::Fixed(after_s as f64),
        None => Lifetime::Endless,
    };
    let name = sticky.args.first().cloned().unwrap_or_default();
    Persistence::Cookie { name, ends_with: None, lifetime }
}

fn server((place, peer): (usize, &Peer)) -> Server {
    let number = |value: u64| u32::try_from(value).unwrap_or(u32::MAX);
    let address = peer.address.as_ref().map_or(peer.written.value.clone(), ToString::to_string);
    Server {
        weight: number(peer.weight.value),
        up: !peer.down.value && !peer.drain.value,
        backup: peer.backup.value,
        in_flight_max: number(peer.max_conns.value),
        failures_max: number(peer.max_fails.value),
        failure_s: number(peer.fail_timeout_s.value),
        ..Server::new(place, peer.written.value.clone(), address)
    }
}

fn member(server: &Server) -> Member {
    Member {
        name: server.name.clone(),
        address: server.address.clone(),
        weight: f64::from(server.weight),
        up: server.up,
        backup: server.backup,
        limit: (server.in_flight_max > 0).then(|| f64::from(server.in_flight_max)),
        cookie: None,
    }
}
