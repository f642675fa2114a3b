//! A path that no request can have, or that hardly any has.

use std::ops::Range;

use super::site::Site;
use crate::finding::Finding;

pub(super) fn check(site: &Site<'_>, out: &mut Vec<Finding>) {
    for (route, spot) in site.routes() {
        let why = "the start of a request's path is compared with it, and that begins with `/`";
        let place = spot.key("path_prefix").span();
        check_path(&route.path_prefix, place.clone(), "path_prefix", why, out);
        check_prefix(&route.path_prefix, place, out);
    }
    for (_, pool, spot) in site.pools() {
        if let Some(path) = pool.probe.as_ref().and_then(|probe| probe.path.as_ref()) {
            let why = "it is sent as the target of the probe's request";
            let place = spot.key("probe").key("path").span();
            // A probe may carry a query, a prefix may not.
            let path = path.split_once('?').map_or(path.as_str(), |(path, _)| path);
            check_path(path, place, "path", why, out);
        }
    }
}

fn check_prefix(prefix: &str, place: Range<usize>, out: &mut Vec<Finding>) {
    if prefix.starts_with("//") {
        let what = format!("no request can have the prefix `{prefix}`");
        let finding = Finding::error("bad-path", place, what)
            .why("a path that begins with `//` could be read as a host, and is refused with 400")
            .hint(format!("write `/{}`", prefix.trim_start_matches('/')));
        out.push(finding);
    } else if prefix.contains('*') {
        let plain = prefix.split('*').next().unwrap_or_default().trim_end_matches('/');
        let plain = if plain.is_empty() { "/" } else { plain };
        let finding =
            Finding::warning("literal-star", place, "a `*` in `path_prefix` is no pattern")
                .why("only paths that hold this very character would be served")
                .hint(format!("write `{plain}`: a prefix serves everything below it"));
        out.push(finding);
    }
}

fn check_path(path: &str, span: Range<usize>, key: &str, why: &str, out: &mut Vec<Finding>) {
    let hint = if !path.starts_with('/') {
        format!("write `/{}`", path.trim_start_matches("./"))
    } else if path.contains(['?', '#']) {
        "leave out the query and the fragment".to_owned()
    } else if path.bytes().any(|byte| byte <= b' ' || byte >= 0x7f) {
        "write spaces and other letters as they are sent, such as `%20`".to_owned()
    } else {
        return;
    };
    let what = format!("`{key}` is no path: `{path}`");
    out.push(Finding::error("bad-path", span, what).why(why).hint(hint));
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    #[test]
    fn a_prefix_is_a_path() {
        for (prefix, expected) in [
            ("api", &["bad-path"][..]),
            ("", &["bad-path"]),
            ("/a?b", &["bad-path"]),
            ("/a b", &["bad-path"]),
            ("/ä", &["bad-path"]),
            ("//a", &["bad-path"]),
            ("//", &["bad-path"]),
            ("/s/*", &["literal-star"]),
            ("/*", &["literal-star"]),
            ("/api", &[]),
            ("/a//b", &[]),
            ("/a%20b/", &[]),
        ] {
            check("path_prefix = \"/\"", &format!("path_prefix = \"{prefix}\""), expected);
        }
    }

    #[test]
    fn a_probe_asks_for_a_path() {
        let probe = |path: &str| format!("[pools.p]\nprobe = {{ path = \"{path}\" }}");
        check("[pools.p]", &probe("healthz"), &["bad-path"]);
        check("[pools.p]", &probe("/healthz#a"), &["bad-path"]);
        check("[pools.p]", &probe("/healthz?deep=1"), &[]);
    }
}
