//! `balance` as it is written, and the picker that it asks for.

use ::balance::Rng;

use super::{
    Expression, First, HashType, Hashed, Key, LeastConn, Random, RoundRobin, StaticRoundRobin, Uri,
};
use crate::pick::{Picker, Server};

/// Draws of `balance random` that does not say how many.
const DRAWS: u32 = 2;

/// A backend's method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Balance {
    /// `roundrobin`
    RoundRobin,
    /// `static-rr`
    StaticRoundRobin,
    /// `leastconn`
    LeastConn,
    /// `first`
    First,
    /// `random`, with this many draws.
    Random(u32),
    /// One that hashes.
    Hash(Key),
}

impl Balance {
    /// After the words that follow `balance`. `None` where HAProxy would refuse them, or where
    /// they hold what is not imitated.
    pub fn parse(words: &[&str]) -> Option<Balance> {
        let (first, rest) = words.split_first()?;
        let (name, argument) = match first.split_once('(') {
            Some((name, rest)) => (name, Some(rest.strip_suffix(')')?)),
            None => (*first, None),
        };
        let own = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        match (name, argument) {
            ("roundrobin", None) => Some(Balance::RoundRobin),
            ("static-rr", None) => Some(Balance::StaticRoundRobin),
            ("leastconn", None) => Some(Balance::LeastConn),
            ("first", None) => Some(Balance::First),
            ("random", None | Some("")) => Some(Balance::Random(DRAWS)),
            ("random", Some(draws)) => {
                draws.parse().ok().filter(|draws| *draws > 0).map(Balance::Random)
            }
            ("source", None) => Some(Balance::Hash(Key::Source)),
            ("uri", None) => uri(rest).map(|uri| Balance::Hash(Key::Uri(uri))),
            ("url_param", None) => Some(Balance::Hash(Key::UrlParam(own(rest.first()?)?))),
            ("hdr", Some(name)) => {
                let (name, domain_only) = (own(name)?, rest.first() == Some(&"use_domain_only"));
                Some(Balance::Hash(Key::Header { name, domain_only }))
            }
            ("rdp-cookie", name) => {
                let name = name.filter(|name| !name.is_empty()).unwrap_or("mstshash");
                Some(Balance::Hash(Key::RdpCookie(name.to_owned())))
            }
            ("hash", None) => {
                Expression::parse(rest.first()?).map(|it| Balance::Hash(Key::Expression(it)))
            }
            _ => None,
        }
    }

    /// The imitation. `rng` is what `random` draws from; all others leave it alone.
    pub fn picker(
        &self,
        by: &HashType,
        servers: &[Server],
        all_backups: bool,
        rng: Rng,
    ) -> Box<dyn Picker> {
        match self {
            Balance::RoundRobin => Box::new(RoundRobin::new(servers, all_backups)),
            Balance::StaticRoundRobin => Box::new(StaticRoundRobin::new(servers, all_backups)),
            Balance::LeastConn => Box::new(LeastConn::new(servers, all_backups)),
            Balance::First => Box::new(First::new(servers, all_backups)),
            Balance::Random(draws) => Box::new(Random::new(servers, all_backups, *draws, rng)),
            Balance::Hash(key) => Box::new(Hashed::new(servers, all_backups, key.clone(), *by)),
        }
    }
}

fn uri(words: &[&str]) -> Option<Uri> {
    let mut uri = Uri::default();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "len" => uri.len = words.next()?.parse().ok()?,
            "depth" => uri.depth = words.next()?.parse().ok().filter(|depth| *depth > 0)?,
            "whole" => uri.whole = true,
            "path-only" => uri.path_only = true,
            _ => return None,
        }
    }
    Some(uri)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_haproxy_reads() {
        let check = |line: &str, expected: Option<Balance>| {
            assert_eq!(Balance::parse(&line.split(' ').collect::<Vec<_>>()), expected, "{line}");
        };
        check("roundrobin", Some(Balance::RoundRobin));
        check("random(3)", Some(Balance::Random(3)));
        check("random(0)", None);
        let uri = Uri { len: 12, depth: 2, whole: true, path_only: false };
        check("uri depth 2 whole len 12", Some(Balance::Hash(Key::Uri(uri))));
        check("uri deep", None);
        let key = Key::Header { name: "Host".to_owned(), domain_only: true };
        check("hdr(Host) use_domain_only", Some(Balance::Hash(key)));
        check("url_param id check_post 64", Some(Balance::Hash(Key::UrlParam("id".to_owned()))));
        check("rdp-cookie", Some(Balance::Hash(Key::RdpCookie("mstshash".to_owned()))));
        check("hash src,nonsense", None);
        check("", None);
    }
}
