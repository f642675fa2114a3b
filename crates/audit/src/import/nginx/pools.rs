//! Upstreams: their servers and method, and how a pass tries them.

use config::{Affinity, HashKey, HashSource, PolicyName, Pool};
use foreign::Span;
use foreign::nginx::model::{Address, Config, Method, Pass, Peer, Target, Upstream};

use crate::import::draft::Draft;
use crate::import::parts::Part;
use crate::import::text;

pub(super) fn pool(
    config: &Config,
    pass: &Pass,
    target: &Target,
    name: &str,
    draft: &mut Draft<'_>,
) {
    let mut part = Part::new(Pool::default(), pass.written.span);
    part.value.slow_start = config::Span::from_secs(0);
    part.value.policy = PolicyName::RoundRobin;
    trying(pass, &mut part);
    let mut endpoints = Vec::new();
    match target {
        Target::Upstream(at) => {
            let Some(upstream) = config.upstreams.get(*at) else { return };
            part.from = Some(upstream.span);
            method(upstream, &mut part);
            ejection(upstream, &mut part);
            let first = upstream.peers.first().map(|peer| peer.max_conns.value);
            let is_even = upstream.peers.iter().all(|peer| Some(peer.max_conns.value) == first);
            if !is_even {
                let what = "servers differ in `max_conns`: it is their `limit`, no `capacity`";
                part.changed(upstream.span, what);
            }
            let heaviest = upstream.peers.iter().map(|peer| peer.weight.value).max().unwrap_or(1);
            for peer in &upstream.peers {
                endpoints.extend(endpoint(peer, (is_even, heaviest), &mut part, draft));
            }
        }
        Target::Address(Address::Host { host, port }) => {
            let is_tls = pass.written.value.starts_with("https:");
            let port = port.unwrap_or(if is_tls { 443 } else { 80 });
            part.value.ejection.max_share = 0.0;
            endpoints.push(draft.endpoint(host, (host, port), pass.written.span));
        }
        Target::Address(Address::Unix(path)) => {
            part.lost(pass.written.span, format!("`{path}` is a socket and no IP address"));
        }
        Target::Unknown(_) => {}
    }
    draft.pool(name, part, endpoints);
}

fn endpoint(
    peer: &Peer,
    (is_even, heaviest): (bool, u64),
    pool: &mut Part<Pool>,
    draft: &mut Draft<'_>,
) -> Option<Part<config::Endpoint>> {
    let Some(Address::Host { host, port }) = &peer.address else {
        pool.lost(peer.span, format!("`{}` is no IP address", peer.written.value));
        return None;
    };
    let at = (host.as_str(), port.unwrap_or(80));
    let mut part = draft.endpoint(&peer.written.value, at, peer.span);
    // A weight of this balancer is 1000 at most; the shares stay what they were.
    let scale = 1000.0 / (heaviest.max(1000) as f64);
    part.value.weight = peer.weight.value as f64 * scale;
    let most = peer.max_conns.value.min(1_000_000);
    if most > 0 {
        part.value.limit = u32::try_from(most).ok();
        if is_even {
            part.value.capacity = most as f64;
        }
    }
    if peer.backup.value {
        part.value.weight = 0.0;
        part.changed(peer.span, "`backup`: it takes nothing until its weight is raised");
    }
    if peer.down.value {
        part.value.weight = 0.0;
        part.changed(peer.span, "`down`: it takes nothing until its weight is raised");
    }
    part.value.drain = peer.drain.value;
    if peer.slow_start_s.value > 0 {
        pool.value.slow_start = text::span(peer.slow_start_s.value.saturating_mul(1000));
    }
    Some(part)
}

fn method(upstream: &Upstream, part: &mut Part<Pool>) {
    let span = upstream.method.span.unwrap_or(upstream.span);
    let policy = |part: &mut Part<Pool>, policy| part.value.policy = policy;
    match &upstream.method.value {
        Method::RoundRobin => {}
        Method::LeastConn | Method::LeastTime { .. } => {
            policy(part, PolicyName::LeastPressure);
            part.changed(span, "the lowest expected delay decides");
        }
        Method::Random { two: None } => policy(part, PolicyName::Random),
        Method::Random { two: Some(_) } => policy(part, PolicyName::TwoChoices),
        Method::IpHash => {
            hash(part, (HashSource::Client, None), PolicyName::Rendezvous, span);
            part.changed(span, "all of the client's address counts, and not three octets");
        }
        Method::Hash { key, consistent } => match key_of(key) {
            Some(source) => {
                let way = if *consistent { PolicyName::Ring } else { PolicyName::Rendezvous };
                hash(part, source, way, span);
            }
            None => {
                policy(part, PolicyName::LeastPressure);
                part.lost(span, format!("a hash of `{key}`: the lowest expected delay decides"));
            }
        },
        Method::Other { name, .. } => {
            policy(part, PolicyName::LeastPressure);
            part.lost(span, format!("`{name}`: the lowest expected delay decides"));
        }
    }
    if let Some(sticky) = &upstream.sticky {
        let name = sticky.value.args.first().filter(|_| sticky.value.kind == "cookie");
        let name = name.and_then(|name| text::token(name));
        let expires = sticky.value.args.iter().find_map(|arg| arg.strip_prefix("expires="));
        let mut affinity = Affinity { name, ..Affinity::default() };
        if let Some(seconds) = expires.and_then(foreign::nginx::model::seconds) {
            affinity.ttl = text::span(seconds.clamp(1, 31_536_000) * 1000);
        }
        part.value.affinity = Some(affinity);
        let what = "a signed cookie keeps sessions: they begin anew, and move above `bound`";
        part.changed(sticky.span, what);
    }
}

fn hash(
    part: &mut Part<Pool>,
    (by, name): (HashSource, Option<String>),
    way: PolicyName,
    span: Span,
) {
    part.value.policy = way;
    part.value.hash = Some(HashKey { by, name, bound: HashKey::BOUND });
    part.changed(span, "keys go to other servers than before, and leave one that is above `bound`");
}

fn key_of(key: &str) -> Option<(HashSource, Option<String>)> {
    let named = |prefix: &str| key.strip_prefix(prefix).and_then(text::token);
    match key {
        "$remote_addr" | "$binary_remote_addr" | "$realip_remote_addr" => {
            Some((HashSource::Client, None))
        }
        "$uri" | "$request_uri" | "$document_uri" => Some((HashSource::Path, None)),
        _ if key.matches('$').count() > 1 => None,
        _ => {
            let header = named("$http_").map(|name| (HashSource::Header, name.replace('_', "-")));
            let cookie = || named("$cookie_").map(|name| (HashSource::Cookie, name));
            let query = || named("$arg_").map(|name| (HashSource::Query, name));
            header.or_else(cookie).or_else(query).map(|(by, name)| (by, Some(name)))
        }
    }
}

fn ejection(upstream: &Upstream, part: &mut Part<Pool>) {
    let fails = upstream.peers.iter().map(|peer| peer.max_fails.value).max().unwrap_or(0);
    if fails == 0 || upstream.peers.len() < 2 {
        part.value.ejection.max_share = 0.0;
        return;
    }
    let wait = upstream.peers.iter().map(|peer| peer.fail_timeout_s.value).max().unwrap_or(10);
    part.value.ejection.consecutive = u32::try_from(fails).unwrap_or(u32::MAX);
    let wait = text::span(wait.clamp(1, 300) * 1000);
    part.value.ejection.base = wait;
    part.value.ejection.interval = wait;
    part.value.ejection.max_share = 1.0;
    part.changed(upstream.span, "`max_fails` counts failures in a row, and waits grow with each");
}

fn trying(pass: &Pass, part: &mut Part<Pool>) {
    let trying = &pass.trying;
    let conditions = &trying.next.value;
    let is_off = conditions.iter().any(|word| word == "off");
    let tries = if is_off { 1 } else { trying.tries.value };
    if tries > 0 {
        part.value.retry.attempts = u32::try_from(tries.min(100)).unwrap_or(100);
    } else if let Some(span) = trying.next.span {
        part.changed(span, "three attempts at most, and within a budget");
    }
    let statuses = conditions.iter().filter_map(|word| word.strip_prefix("http_"));
    let statuses = statuses.filter_map(|code| code.parse::<u16>().ok());
    part.value.retry.statuses = statuses.filter(|code| (400..600).contains(code)).collect();
    part.value.timeouts.connect = text::span(trying.connect_timeout_ms.value);
    part.value.timeouts.response_head = text::span(trying.read_timeout_ms.value);
    part.value.timeouts.response_idle = text::span(trying.read_timeout_ms.value);
}
