//! Finds the pool for a host and a path.

use std::cmp::Ordering;

/// Routes by host, most specific first: exact name, then the longest wildcard, then any host.
/// Within a host the longest path prefix wins, whatever the order in the file.
#[derive(Debug, Default)]
pub(crate) struct Router {
    /// By host in lower case, sorted: found without a lower-case copy of the host asked for.
    exact: Vec<(String, Paths)>,
    /// Suffixes with their leading dot, longest first.
    wildcards: Vec<(String, Paths)>,
    any: Paths,
}

/// Prefixes of one host, longest first, and the pools they lead to.
type Paths = Vec<(String, usize)>;

impl Router {
    /// `routes`: hosts, path prefix, position of the pool.
    pub(crate) fn new<'r>(routes: impl Iterator<Item = (&'r [String], &'r str, usize)>) -> Self {
        let mut router = Router::default();
        for (hosts, prefix, pool) in routes {
            let entry = (prefix.trim_end_matches('/').to_owned(), pool);
            if hosts.is_empty() {
                router.any.push(entry.clone());
            }
            for host in hosts {
                let host = host.to_ascii_lowercase();
                match host.strip_prefix('*') {
                    None => router.exact.push((host, vec![entry.clone()])),
                    Some(suffix) => {
                        router.wildcards.push((suffix.to_owned(), vec![entry.clone()]));
                    }
                }
            }
        }
        router.sort();
        router
    }

    fn sort(&mut self) {
        let longest_first = |paths: &mut Paths| {
            paths.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
        };
        for hosts in [&mut self.exact, &mut self.wildcards] {
            hosts.sort_by(|(a, _), (b, _)| a.cmp(b));
            hosts.dedup_by(|(again, more), (host, paths)| {
                let same = again == host;
                if same {
                    paths.append(more);
                }
                same
            });
            hosts.iter_mut().for_each(|(_, paths)| longest_first(paths));
        }
        longest_first(&mut self.any);
        self.wildcards.sort_by_key(|(suffix, _)| std::cmp::Reverse(suffix.len()));
    }

    /// Position of the pool that serves the host (with or without port) and the path.
    pub(crate) fn route(&self, host: &str, path: &str) -> Option<usize> {
        if self.exact.is_empty() && self.wildcards.is_empty() {
            return find(&self.any, path);
        }
        let host = host_name(host);
        let exact = self.exact.binary_search_by(|(known, _)| in_lower_case(known, host));
        exact
            .ok()
            .and_then(|at| find(&self.exact[at].1, path))
            .or_else(|| {
                let mut fitting = self.wildcards.iter().filter(|(s, _)| ends_with(host, s));
                fitting.find_map(|(_, paths)| find(paths, path))
            })
            .or_else(|| find(&self.any, path))
    }
}

/// The order of `known` to `host` in lower case.
fn in_lower_case(known: &str, host: &str) -> Ordering {
    known.bytes().cmp(host.bytes().map(|byte| byte.to_ascii_lowercase()))
}

/// Whether `host`, in whatever case, ends with the lower-case suffix.
fn ends_with(host: &str, suffix: &str) -> bool {
    let start = host.len().checked_sub(suffix.len());
    start.is_some_and(|start| host.as_bytes()[start..].eq_ignore_ascii_case(suffix.as_bytes()))
}

/// The host without its port and without the dot of the root.
fn host_name(host: &str) -> &str {
    let name = match host.rfind(':') {
        Some(colon) if !host[colon..].contains(']') => &host[..colon],
        _ => host,
    };
    name.strip_suffix('.').unwrap_or(name)
}

/// Matches whole segments: `/api` serves `/api` and `/api/x`, not `/apix`.
fn find(paths: &Paths, path: &str) -> Option<usize> {
    let serves = |prefix: &str| {
        prefix.is_empty()
            || path
                .strip_prefix(prefix)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    paths.iter().find(|(prefix, _)| serves(prefix)).map(|&(_, pool)| pool)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(host: &str, path: &str, expected: Option<usize>) {
        let hosts = |names: &[&str]| names.iter().map(|n| n.to_string()).collect::<Vec<_>>();
        let routes = [
            (hosts(&["shop.example.com"]), "/", 0),
            (hosts(&["shop.example.com"]), "/api/", 1),
            (hosts(&["*.example.com"]), "/", 2),
            (hosts(&["*.eu.example.com"]), "/", 3),
            (hosts(&[]), "/static", 4),
        ];
        let router = Router::new(routes.iter().map(|(h, p, pool)| (h.as_slice(), *p, *pool)));
        assert_eq!(router.route(host, path), expected, "{host} {path}");
    }

    #[test]
    fn most_specific_wins() {
        check("shop.example.com", "/", Some(0));
        check("SHOP.example.com.:8080", "/x", Some(0));
        check("shop.example.com", "/api", Some(1));
        check("shop.example.com", "/api/x", Some(1));
        check("shop.example.com", "/apix", Some(0));
        check("www.example.com", "/api", Some(2));
        check("a.eu.example.com", "/", Some(3));
        check("A.Eu.EXAMPLE.com", "/", Some(3));
        check("éu.example.com", "/", Some(2));
        check("com", "/", None);
        check("example.com", "/", None);
        check("[::1]:80", "/static/a.css", Some(4));
        check("", "/static", Some(4));
        check("shop.example.com", "*", Some(0));
    }
}
