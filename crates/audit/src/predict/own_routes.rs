//! The routes of this balancer's own configuration, as far as a log tells.

use config::Settings;
use foreign::logs::{Line, Told};

/// Routes by host: exact names, then the longest wildcard, then any host. Within a host the
/// longest prefix on whole segments counts.
#[derive(Debug)]
pub(super) struct OwnRoutes {
    /// A host, `*.example.org` or nothing; a prefix without a slash at its end; the pool's name.
    routes: Vec<(String, String, String)>,
}

impl OwnRoutes {
    pub(super) fn new(settings: &Settings) -> OwnRoutes {
        let mut routes = Vec::new();
        for route in &settings.routes {
            let prefix = route.path_prefix.trim_end_matches('/');
            let hosts = route.hosts.iter().map(|host| host.to_ascii_lowercase());
            let any = route.hosts.is_empty().then(String::new);
            let all = hosts.chain(any);
            routes.extend(all.map(|host| (host, prefix.to_owned(), route.pool.clone())));
        }
        OwnRoutes { routes }
    }

    /// The pool's name, and whether the host, which the log does not have, may change it.
    pub(super) fn find(&self, line: &Line<'_>) -> (Option<&str>, bool) {
        let path = line.path().unwrap_or(b"/");
        let fits = |prefix: &str| {
            path.strip_prefix(prefix.as_bytes()).is_some_and(|rest| matches!(rest, [] | [b'/', ..]))
        };
        let host = match line.told_header(b"host") {
            Told::Value(host) => name(host),
            _ => String::new(),
        };
        let best = self.routes.iter().filter(|(_, prefix, _)| fits(prefix)).filter_map(|route| {
            let (asked, prefix, pool) = route;
            Some(((rank(asked, &host)?, prefix.len()), pool.as_str()))
        });
        // Of two alike the first one in the file counts.
        let best = best.rev().max_by_key(|(rank, _)| *rank).map(|(_, pool)| pool);
        let is_open = line.told_header(b"host") == Told::Untold
            && self.routes.iter().any(|(asked, prefix, pool)| {
                !asked.is_empty() && fits(prefix) && Some(pool.as_str()) != best
            });
        (best, is_open)
    }
}

/// Without port and without the root's dot, in lower case.
fn name(host: &[u8]) -> String {
    let host = String::from_utf8_lossy(host).to_ascii_lowercase();
    let name = match host.rfind(':') {
        Some(colon) if !host[colon..].contains(']') => &host[..colon],
        _ => host.as_str(),
    };
    name.strip_suffix('.').unwrap_or(name).to_owned()
}

/// How well a host fits; `None` where it does not.
fn rank(asked: &str, host: &str) -> Option<(u8, usize)> {
    match asked.strip_prefix('*') {
        _ if asked.is_empty() => Some((0, 0)),
        Some(end) => host.ends_with(end).then_some((1, end.len())),
        None => (asked == host).then_some((2, 0)),
    }
}
