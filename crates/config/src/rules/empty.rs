//! A configuration that serves nobody: no listeners, routes, pools, or endpoints.

use super::site::Site;
use crate::finding::Finding;

pub(super) fn check(site: &Site<'_>, out: &mut Vec<Finding>) {
    let settings = site.settings;
    let sections = [
        ("listeners", "listener", settings.listeners.is_empty(), LISTENER),
        ("routes", "route", settings.routes.is_empty(), ROUTE),
        ("pools", "pool", settings.pools.is_empty(), POOL),
    ];
    for (key, noun, empty, (why, hint)) in sections {
        let spot = site.spot(key);
        if empty && spot.is_whole() {
            let what = format!("the file has no {noun}");
            let span = if spot.is_written() { spot.key_span() } else { 0..0 };
            out.push(Finding::error("nothing-to-serve", span, what).why(why).hint(hint));
        }
    }
    for (name, pool, spot) in site.pools() {
        let endpoints = spot.key("endpoints");
        if pool.endpoints.is_empty() && endpoints.is_whole() {
            let span = if endpoints.is_written() { endpoints.key_span() } else { spot.span() };
            let finding = Finding::error("empty-pool", span, format!("pool `{name}` is empty"))
                .why("every request that is routed to it would be answered with 503")
                .hint(format!("add `[[pools.{name}.endpoints]]` with `name` and `address`"));
            out.push(finding);
        }
    }
}

type Words = (&'static str, &'static str);

const LISTENER: Words = (
    "without a listener no client can connect",
    "add `[[listeners]]` with `name = \"web\"` and `address = \"0.0.0.0:8080\"`",
);
const ROUTE: Words = (
    "without a route every request would be answered with 404",
    "add `[[routes]]` with `pool = \"NAME\"`: it takes every request",
);
const POOL: Words = (
    "without a pool there is nowhere to send a request",
    "add `[[pools.NAME.endpoints]]` with `name` and `address`",
);

#[cfg(test)]
mod tests {
    use crate::rules::testing::{VALID, check, slugs_of};

    #[test]
    fn an_empty_file_lacks_three_things() {
        assert_eq!(slugs_of(""), ["nothing-to-serve"; 3]);
        assert_eq!(slugs_of("listeners = []\nroutes = []\n[pools]"), ["nothing-to-serve"; 3]);
    }

    #[test]
    fn a_pool_without_endpoints_is_empty() {
        let pool = "[[routes]]\nhosts = [\"b.example\"]\npool = \"q\"\n[pools.q]";
        assert_eq!(slugs_of(&format!("{VALID}{pool}")), ["empty-pool"]);
        assert_eq!(slugs_of(&format!("{VALID}{pool}\nendpoints = []")), ["empty-pool"]);
    }

    /// Goal: a mistake is told once. Method: the only listener is unusable, yet it is there.
    #[test]
    fn what_is_broken_is_not_called_missing() {
        check("address = \"0.0.0.0:8080\"", "address = \"web\"", &["bad-address"]);
        check("[[listeners]]", "[[listener]]", &["unknown-key"]);
    }
}
