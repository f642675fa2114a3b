//! Two routes for the same requests.

use std::collections::HashMap;

use super::site::Site;
use crate::finding::Finding;

pub(super) fn check(site: &Site<'_>, out: &mut Vec<Finding>) {
    let mut seen = HashMap::new();
    for (route, spot) in site.routes() {
        if !spot.is_whole() {
            continue;
        }
        // `/api` and `/api/` are the same segments.
        let prefix = route.path_prefix.trim_end_matches('/').to_owned();
        let hosts = spot.key("hosts").items(&route.hosts);
        let mut places: Vec<_> =
            hosts.into_iter().map(|(host, spot)| (host.to_ascii_lowercase(), spot)).collect();
        if places.is_empty() {
            places.push(("any host".to_owned(), spot.clone()));
        }
        for (host, place) in places {
            let Some(first) = seen.insert((host.clone(), prefix.clone()), place.span()) else {
                continue;
            };
            let what = format!("two routes serve {host} with prefix `{}`", route.path_prefix);
            let finding = Finding::error("duplicate-route", place.span(), what)
                .why("only one of them could ever be taken, and which one would not be evident")
                .hint("remove one, or give it its own `path_prefix` or `hosts`")
                .related(first, "the first one");
            out.push(finding);
        }
    }
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
        check(AT, &second("hosts = [\"b.example\", \"b.example\"]"), &["duplicate-route"]);
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
}
