//! How a backend chooses among its servers.

use super::args::Args;
use super::values;
use crate::haproxy::syntax::{Doubt, Text, Version};

/// The algorithm of `balance`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// In turns by weight; weights may change at runtime.
    RoundRobin,
    /// In turns by weight; weights are fixed.
    StaticRoundRobin,
    /// The fewest connections for its weight.
    LeastConn,
    /// The first server that has a free slot.
    First,
    /// A hash of the client's address.
    Source,
    /// A hash of the URI, up to `?` unless `whole`.
    Uri {
        /// With the query.
        whole: bool,
        /// Without scheme and authority.
        path_only: bool,
        /// The first bytes alone.
        len: Option<u32>,
        /// The first directories alone.
        depth: Option<u32>,
    },
    /// A hash of a parameter of the query.
    UrlParam {
        /// Its name.
        name: Text,
        /// Whether bodies of `POST` are searched too.
        check_post: bool,
    },
    /// A hash of a header of the request.
    Header {
        /// Its name.
        name: Text,
        /// Of a host name, the main part alone.
        use_domain_only: bool,
    },
    /// The less loaded of some servers drawn at random.
    Random {
        /// How many are drawn.
        draws: u32,
    },
    /// A hash of a cookie of RDP.
    RdpCookie {
        /// Its name.
        name: Text,
    },
    /// A hash of what an expression fetches.
    Hash {
        /// The expression.
        expression: Text,
    },
    /// A hash of a log line, in backends that take logs.
    LogHash {
        /// The converters that are applied to it.
        converters: Text,
    },
    /// The same server until it fails, in backends that take logs.
    Sticky,
}

impl Algorithm {
    /// What a version does where no line says how to balance.
    pub fn default_of(version: Version) -> Algorithm {
        match version.is_at_least(3, 3) {
            true => Algorithm::Random { draws: 2 },
            false => Algorithm::RoundRobin,
        }
    }

    /// Whether it looks at requests of HTTP: elsewhere HAProxy takes turns instead.
    pub fn needs_http(&self) -> bool {
        matches!(
            self,
            Algorithm::Uri { .. } | Algorithm::UrlParam { .. } | Algorithm::Header { .. }
        )
    }

    /// Whether the same key goes to the same server.
    pub fn is_hash(&self) -> bool {
        !matches!(
            self,
            Algorithm::RoundRobin
                | Algorithm::StaticRoundRobin
                | Algorithm::LeastConn
                | Algorithm::First
                | Algorithm::Random { .. }
                | Algorithm::Sticky
        )
    }
}

/// Reads the words behind `balance`.
pub(super) fn read(args: &mut Args<'_, '_, '_>) -> Option<Algorithm> {
    let Some(word) = args.next() else {
        return Some(Algorithm::default_of(args.environment.version()));
    };
    Some(match word.text.as_ref() {
        "roundrobin" => Algorithm::RoundRobin,
        "static-rr" => Algorithm::StaticRoundRobin,
        "leastconn" => Algorithm::LeastConn,
        "first" => Algorithm::First,
        "source" => Algorithm::Source,
        "sticky" => Algorithm::Sticky,
        "uri" => return uri(args),
        "url_param" => {
            let name = args.text("the parameter's name")?;
            let check_post = args.take("check_post");
            // Up to 1.5 a number of bytes stood behind it.
            if check_post {
                args.rest();
            }
            Algorithm::UrlParam { name, check_post }
        }
        "hash" => Algorithm::Hash { expression: args.text("an expression")? },
        "log-hash" => Algorithm::LogHash { converters: args.text("converters")? },
        text if text.starts_with("random") => return random(text, args),
        text if text.starts_with("hdr(") => {
            let name = in_parentheses(text.trim_start_matches("hdr"));
            let Some(name) = name else {
                args.fail(word, "a header without a name", "`hdr(name)`");
                return None;
            };
            Algorithm::Header { name, use_domain_only: args.take("use_domain_only") }
        }
        "rdp-cookie" => Algorithm::RdpCookie { name: "mstshash".into() },
        text if text.starts_with("rdp-cookie") => {
            let name = in_parentheses(text.trim_start_matches("rdp-cookie"));
            let Some(name) = name else {
                args.fail(word, "a cookie without a name", "`rdp-cookie` or `rdp-cookie(name)`");
                return None;
            };
            Algorithm::RdpCookie { name }
        }
        text => {
            let what = format!("`{text}` is no way to balance that is known here");
            args.remarks.tell(word.span, Doubt::UnknownKeyword, what);
            return None;
        }
    })
}

fn uri(args: &mut Args<'_, '_, '_>) -> Option<Algorithm> {
    let (mut whole, mut path_only, mut len, mut depth) = (false, false, None, None);
    let bound = |args: &mut Args<'_, '_, '_>| {
        let number = args.number(1, i64::from(i32::MAX), "a positive number")?;
        u32::try_from(number).ok()
    };
    while let Some(word) = args.next() {
        match word.text.as_ref() {
            "whole" => whole = true,
            "path-only" => path_only = true,
            "len" => len = Some(bound(args)?),
            "depth" => depth = Some(bound(args)?),
            text => {
                let what = format!("`{text}` is nothing that `balance uri` takes");
                args.fail(word, what, "`len`, `depth`, `whole` or `path-only`");
                return None;
            }
        }
    }
    Some(Algorithm::Uri { whole, path_only, len, depth })
}

fn random(text: &str, args: &mut Args<'_, '_, '_>) -> Option<Algorithm> {
    let Some(inside) = text.strip_prefix("random(").filter(|rest| !rest.starts_with(')')) else {
        return Some(Algorithm::Random { draws: 2 });
    };
    let draws = inside.strip_suffix(')').map(values::integer);
    let draws = draws.filter(|draws| draws.is_clean && draws.value >= 1);
    let draws = draws.and_then(|draws| u32::try_from(draws.value).ok());
    if draws.is_none() {
        args.fail_line(format!("`{text}` has no number of draws"), "`random(2)`, or another one");
    }
    draws.map(|draws| Algorithm::Random { draws })
}

/// What stands in the parentheses that a text begins with; nothing is `None`.
pub(super) fn in_parentheses(text: &str) -> Option<Text> {
    let (inside, _) = text.strip_prefix('(')?.split_once(')')?;
    (!inside.is_empty()).then(|| inside.into())
}
