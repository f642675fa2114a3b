//! How a backend balances, in this balancer's words.

use config::{HashKey, HashSource, PolicyName, Pool};
use foreign::Span;
use foreign::haproxy::Config;
use foreign::haproxy::model::{Algorithm, HashMethod, Proxy};

use crate::import::parts::Part;
use crate::import::text;

pub(super) fn policy(config: &Config, proxy: &Proxy, part: &mut Part<Pool>) {
    let span = proxy.settings.balance.as_ref().map_or(proxy.span, |balance| balance.span);
    let algorithm = config.algorithm(proxy);
    let key = match &algorithm {
        Algorithm::RoundRobin | Algorithm::StaticRoundRobin => {
            part.value.policy = PolicyName::RoundRobin;
            return;
        }
        Algorithm::LeastConn => {
            part.changed(span, "fewest connections became the lowest expected delay");
            return;
        }
        Algorithm::Random { draws: 1 } => {
            part.value.policy = PolicyName::Random;
            return;
        }
        Algorithm::Random { .. } => {
            part.value.policy = PolicyName::TwoChoices;
            return;
        }
        Algorithm::Source => Some((HashSource::Client, None)),
        Algorithm::Uri { whole, len, depth, .. } => {
            if *whole || len.is_some() || depth.is_some() {
                part.changed(span, "the whole path without its query is hashed");
            }
            Some((HashSource::Path, None))
        }
        Algorithm::UrlParam { name, .. } => Some((HashSource::Query, Some(name.to_string()))),
        Algorithm::Header { name, .. } => {
            text::token(name).map(|name| (HashSource::Header, Some(name)))
        }
        Algorithm::Hash { expression } => expression_key(expression),
        _ => None,
    };
    match key {
        Some((by, name)) => hashed(proxy, part, HashKey { by, name, bound: HashKey::BOUND }, span),
        None => part.lost(span, "this way to balance: the lowest expected delay decides"),
    }
}

fn hashed(proxy: &Proxy, part: &mut Part<Pool>, key: HashKey, span: Span) {
    let method = proxy.settings.hash_type.map_or(HashMethod::MapBased, |kind| kind.value.method);
    part.value.policy = match method {
        HashMethod::Consistent => PolicyName::Ring,
        HashMethod::MapBased => PolicyName::Rendezvous,
    };
    let factor = proxy.settings.hash_balance_factor.filter(|factor| factor.value > 100);
    let bound = factor.map_or(key.bound, |factor| (factor.value as f64 / 100.0).min(1000.0));
    part.changed(span, "keys go to other servers than before, and leave one that is above `bound`");
    part.value.hash = Some(HashKey { bound, ..key });
}

/// The source of a key, where an expression is no more than that.
pub(super) fn expression_key(expression: &str) -> Option<(HashSource, Option<String>)> {
    let name = |text: &str, fetch: &str| {
        let inner = text.strip_prefix(fetch)?.strip_prefix('(')?.strip_suffix(')')?;
        text::token(inner)
    };
    match expression {
        "src" => return Some((HashSource::Client, None)),
        "path" => return Some((HashSource::Path, None)),
        _ => {}
    }
    let named = [
        ("req.hdr", HashSource::Header),
        ("hdr", HashSource::Header),
        ("req.cook", HashSource::Cookie),
        ("cookie", HashSource::Cookie),
        ("url_param", HashSource::Query),
        ("urlp", HashSource::Query),
    ];
    named.into_iter().find_map(|(fetch, by)| Some((by, Some(name(expression, fetch)?))))
}
