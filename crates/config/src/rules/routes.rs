//! Two routes for the same requests, or one host twice in a route.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::Range;

use super::site::Site;
use crate::finding::Finding;

pub(super) fn check(site: &Site<'_>, out: &mut Vec<Finding>) {
    let mut seen: HashMap<(String, String), (usize, Range<usize>)> = HashMap::new();
    for (number, (route, spot)) in site.routes().into_iter().enumerate() {
        // A prefix that is no path is told as such.
        if !spot.is_whole() || !route.path_prefix.starts_with('/') {
            continue;
        }
        // `/api` and `/api/` are the same segments.
        let prefix = route.path_prefix.trim_end_matches('/');
        let hosts = spot.key("hosts").items(&route.hosts);
        let mut places: Vec<_> =
            hosts.into_iter().map(|(host, spot)| (host.to_ascii_lowercase(), spot)).collect();
        if places.is_empty() {
            places.push(("any host".to_owned(), spot.clone()));
        }
        for (host, place) in places {
            let place = place.span();
            match seen.entry((host.clone(), prefix.to_owned())) {
                Entry::Vacant(entry) => {
                    entry.insert((number, place));
                }
                Entry::Occupied(entry) => {
                    let (first, first_place) = entry.get();
                    let found = if *first == number {
                        repeated(&host, place)
                    } else {
                        duplicate(&host, &route.path_prefix, place)
                    };
                    out.push(found.related(first_place.clone(), "the first one"));
                }
            }
        }
    }
}

fn repeated(host: &str, place: Range<usize>) -> Finding {
    Finding::warning("duplicate-host", place, format!("`{host}` stands twice in one route"))
        .why("it says nothing new; another name may have been meant")
        .hint("remove one, or correct it")
}

fn duplicate(host: &str, prefix: &str, place: Range<usize>) -> Finding {
    Finding::error(
        "duplicate-route",
        place,
        format!("two routes serve {host} with prefix `{prefix}`"),
    )
    .why("only one of them could ever be taken, and which one would not be evident")
    .hint("remove one, or give it its own `path_prefix` or `hosts`")
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    const AT: &str = "[pools.p]";

    fn second(keys: &str) -> String {
        format!("[[routes]]\npool = \"p\"\n{keys}\n{AT}")
    }

    #[test]
    fn routes_differ_in_host_or_prefix() {
        check(AT, &second("hosts = [\"A.example\"]"), &["duplicate-route"]);
        check(AT, &second("hosts = [\"b.example\", \"a.example\"]"), &["duplicate-route"]);
        check(AT, &second("hosts = [\"b.example\", \"B.example\"]"), &["duplicate-host"]);
        check(AT, &second("hosts = [\"b.example\"]"), &[]);
        check(AT, &second("hosts = [\"a.example\"]\npath_prefix = \"/api\""), &[]);
        check(AT, &second(""), &[]);
    }

    #[test]
    fn a_closing_slash_makes_no_other_prefix() {
        let both = "hosts = [\"b.example\"]\npath_prefix = \"/api\"\n[[routes]]\npool = \"p\"\n\
                    hosts = [\"b.example\"]\npath_prefix = \"/api/\"";
        check(AT, &second(both), &["duplicate-route"]);
    }

    #[test]
    fn a_prefix_that_is_no_path_is_told_once() {
        check(AT, &second("hosts = [\"a.example\"]\npath_prefix = \"\""), &["bad-path"]);
    }
}
