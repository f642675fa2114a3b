//! What a route makes of a request before it is hashed.
//!
//! Envoy hashes what it is about to send: path, host and headers as the route has changed them.
//! Routes are asked before that, and access logs are written after it.

use std::borrow::Cow;

use super::matching::Match;
use crate::envoy::model::{self, HashBy};
use crate::logs::Line;
use crate::route::expression::Expression;

/// What a route makes of a request.
#[derive(Clone, Debug)]
pub(super) struct Rewrite {
    path: Path,
    host: Host,
    /// Headers that are added or removed, in lower case.
    headers: Vec<String>,
}

#[derive(Clone, Debug)]
enum Path {
    Kept,
    /// What stands for what the route matches.
    Prefix(String),
    /// What is found, and what stands for it.
    Replaced(Expression, String),
    Unknown,
}

#[derive(Clone, Debug)]
enum Host {
    Kept,
    Made(String),
    Unknown,
}

impl Rewrite {
    pub(super) fn new(rewrite: &model::Rewrite, others: &[&[String]]) -> Rewrite {
        let unknown = |start: &str| rewrite.others.iter().any(|it| it.value.starts_with(start));
        let path = match (&rewrite.prefix, &rewrite.path) {
            _ if unknown("path") => Path::Unknown,
            (Some(prefix), _) => Path::Prefix(prefix.clone()),
            (None, Some((pattern, by))) => match Expression::new(pattern, false) {
                Some(expression) => Path::Replaced(expression, by.clone()),
                None => Path::Unknown,
            },
            (None, None) => Path::Kept,
        };
        let host = match &rewrite.host {
            _ if unknown("host") => Host::Unknown,
            Some(host) => Host::Made(host.clone()),
            None => Host::Kept,
        };
        let headers = others.iter().copied().flatten().chain(&rewrite.headers).cloned().collect();
        Rewrite { path, host, headers }
    }

    pub(super) fn changes_path(&self) -> bool {
        !matches!(self.path, Path::Kept)
    }

    /// The host that it makes, where it makes one.
    pub(super) fn host(&self) -> Option<&str> {
        match &self.host {
            Host::Made(host) => Some(host),
            Host::Kept | Host::Unknown => None,
        }
    }

    /// Whether a path may be one that it has made.
    pub(super) fn may_make(&self, path: &[u8]) -> bool {
        match &self.path {
            Path::Kept => false,
            Path::Prefix(prefix) => path.starts_with(prefix.as_bytes()),
            Path::Replaced(..) | Path::Unknown => true,
        }
    }

    /// The target as it is sent; `None` where that cannot be known.
    pub(super) fn target<'t>(&self, line: &Line<'t>, matches: &Match) -> Option<Cow<'t, [u8]>> {
        let target = line.target?;
        if line.is_target_made {
            return Some(Cow::Borrowed(target));
        }
        let (path, query) = target.split_at(line.path()?.len());
        let made = match &self.path {
            Path::Kept => return Some(Cow::Borrowed(target)),
            Path::Unknown => return None,
            Path::Prefix(prefix) => {
                [prefix.as_bytes(), path.get(matches.matched(path)..)?].concat()
            }
            Path::Replaced(expression, by) => expression.replaced(path, by)?,
        };
        Some(Cow::Owned([made.as_slice(), query].concat()))
    }

    /// Whether what is hashed cannot be known for what it makes of it.
    pub(super) fn hides(&self, by: &HashBy) -> bool {
        let is_changed = |name: &str| self.headers.iter().any(|it| it.eq_ignore_ascii_case(name));
        match by {
            HashBy::Header(name) => match name.to_ascii_lowercase().as_str() {
                ":path" => matches!(self.path, Path::Unknown),
                ":authority" | "host" => matches!(self.host, Host::Unknown),
                // It is set where a path is changed.
                "x-envoy-original-path" if self.changes_path() => true,
                name => is_changed(name),
            },
            HashBy::Query(_) => matches!(self.path, Path::Unknown),
            HashBy::Cookie { .. } => is_changed("cookie"),
            HashBy::SourceIp | HashBy::Other => false,
        }
    }
}
