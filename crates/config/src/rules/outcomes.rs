//! Limits on failing endpoints that contradict each other.

use super::site::Site;
use crate::finding::Finding;

pub(super) fn check(site: &Site<'_>, out: &mut Vec<Finding>) {
    for (_, pool, spot) in site.pools() {
        let (ejection, place) = (&pool.ejection, spot.key("ejection"));
        if ejection.base > ejection.max && place.is_whole() {
            let key = if place.key("base").is_written() { "base" } else { "max" };
            let what = format!(
                "the first ejection ({}) is longer than the longest ({})",
                ejection.base, ejection.max
            );
            let finding = Finding::error("ejection-limits", place.key(key).span(), what)
                .why("ejections double from `base` up to `max`")
                .hint("set `base` to `max` or less");
            out.push(finding);
        }
        let (timeouts, place) = (&pool.timeouts, spot.key("timeouts"));
        if let Some(request) = timeouts.request
            && request < timeouts.connect
            && place.is_whole()
        {
            let what = format!(
                "a whole request may take {request}, less than a connection alone ({})",
                timeouts.connect
            );
            let finding = Finding::error("timeout-limits", place.key("request").span(), what)
                .why("a request to a slow endpoint would end before another could be tried")
                .hint("raise `request`, or lower `connect`");
            out.push(finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing;

    fn check(keys: &str, expected: &[&str]) {
        testing::check("[pools.p]", &format!("[pools.p]\n{keys}"), expected);
    }

    #[test]
    fn ejections_grow() {
        check("ejection = { base = \"10m\" }", &["ejection-limits"]);
        check("ejection = { max = \"1s\" }", &["ejection-limits"]);
        check("ejection = { base = \"5m\" }", &[]);
    }

    #[test]
    fn a_request_outlasts_its_connection() {
        check("timeouts = { request = \"500ms\" }", &["timeout-limits"]);
        check("timeouts = { request = \"500ms\", connect = \"100ms\" }", &[]);
    }
}
