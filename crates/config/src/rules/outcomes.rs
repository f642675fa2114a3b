//! Limits on failing endpoints that contradict each other.

use std::ops::Range;

use super::site::Site;
use crate::finding::Finding;
use crate::settings::UpstreamTimeouts;
use crate::units::Span;

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
        let place = spot.key("timeouts");
        if let Some(request) = pool.timeouts.request.filter(|_| place.is_whole()) {
            check_request(request, &pool.timeouts, place.key("request").span(), out);
        }
    }
}

fn check_request(
    request: Span,
    timeouts: &UpstreamTimeouts,
    place: Range<usize>,
    out: &mut Vec<Finding>,
) {
    if request < timeouts.connect {
        let what = format!(
            "a whole request may take {request}, less than a connection alone ({})",
            timeouts.connect
        );
        let finding = Finding::error("timeout-limits", place, what)
            .why("a request to a slow endpoint would end before another could be tried")
            .hint("raise `request`, or lower `connect`");
        out.push(finding);
        return;
    }
    let waits = [("connect", timeouts.connect), ("response_head", timeouts.response_head)];
    if let Some((key, wait)) = waits.into_iter().find(|(_, wait)| request <= *wait) {
        let what = format!("`request` ({request}) leaves no time after `{key}` ({wait})");
        let finding = Finding::warning("timeout-order", place, what)
            .why(
                "a hung server uses up the whole request: no other is tried, and what is seen is \
                 `request_deadline`, which names no server",
            )
            .hint(format!("set `{key}` well below `request`, so that another can still answer"));
        out.push(finding);
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
        check("ejection = { max = \"900ms\" }", &["ejection-limits"]);
        check("ejection = { base = \"5m\" }", &[]);
    }

    #[test]
    fn a_request_outlasts_its_connection() {
        check("timeouts = { request = \"500ms\" }", &["timeout-limits"]);
        let short = "request = \"500ms\", connect = \"100ms\", response_head = \"200ms\"";
        check(&format!("timeouts = {{ {short} }}"), &[]);
    }

    /// Goal: a hung server is seen as one. Method: limits that end the request first.
    #[test]
    fn a_request_outlasts_the_wait_for_a_head() {
        check("timeouts = { request = \"60s\" }", &["timeout-order"]);
        check("timeouts = { request = \"61s\" }", &[]);
        check("timeouts = { request = \"1s\", response_head = \"500ms\" }", &["timeout-order"]);
        check("timeouts = { request = \"5s\", response_head = \"5x\" }", &["bad-unit"]);
    }
}
