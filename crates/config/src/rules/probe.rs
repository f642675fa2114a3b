//! A probe that cannot work as it is set.

use super::site::Site;
use crate::finding::Finding;

pub(super) fn check(site: &Site<'_>, out: &mut Vec<Finding>) {
    for (_, pool, spot) in site.pools() {
        let spot = spot.key("probe");
        let Some(probe) = pool.probe.as_ref().filter(|_| spot.is_whole()) else { continue };
        if probe.timeout > probe.interval {
            let place = if spot.key("timeout").is_written() { "timeout" } else { "interval" };
            let what = format!(
                "a probe may take {} but the next one starts after {}",
                probe.timeout, probe.interval
            );
            let finding = Finding::error("probe-overlap", spot.key(place).span(), what)
                .why("probes of a slow endpoint would pile up on it")
                .hint("set `timeout` to `interval` or less");
            out.push(finding);
        }
        for key in ["host", "expect"] {
            if probe.path.is_none() && spot.key(key).is_written() {
                let what = format!("a TCP probe has no use for `{key}`");
                let finding = Finding::error("probe-without-path", spot.key(key).key_span(), what)
                    .why("without `path` a probe opens a connection and sends nothing")
                    .hint(format!("add `path = \"/…\"`, or remove `{key}`"));
                out.push(finding);
            }
        }
        let visible =
            |host: &String| !host.is_empty() && host.bytes().all(|b| b.is_ascii_graphic());
        if probe.host.as_ref().is_some_and(|host| !visible(host)) {
            let what = "`host` of the probe is no host name";
            let finding = Finding::error("bad-host", spot.key("host").span(), what)
                .why("it is sent as the probe's `Host` header")
                .hint("write a name such as `portal.example.com`, or leave it out");
            out.push(finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing;

    fn check(probe: &str, expected: &[&str]) {
        testing::check("[pools.p]", &format!("[pools.p]\nprobe = {{ {probe} }}"), expected);
    }

    #[test]
    fn probes_do_not_overlap() {
        check("interval = \"1s\", timeout = \"2s\"", &["probe-overlap"]);
        check("interval = \"500ms\"", &["probe-overlap"]);
        check("interval = \"1s\", timeout = \"1s\"", &[]);
        check("interval = \"1x\", timeout = \"5s\"", &["bad-unit"]);
    }

    #[test]
    fn http_settings_need_a_path() {
        check("host = \"a.example\"", &["probe-without-path"]);
        check("expect = 200", &["probe-without-path"]);
        check("path = \"/\", host = \"a.example\", expect = 200", &[]);
        check("path = \"/\", host = \"a b\"", &["bad-host"]);
        check("", &[]);
    }
}
