//! A host pattern that can match no request.

use super::site::Site;
use crate::finding::Finding;

pub(super) fn check(site: &Site<'_>, out: &mut Vec<Finding>) {
    for (route, spot) in site.routes() {
        for (host, place) in spot.key("hosts").items(&route.hosts) {
            if let Some(hint) = fault(host) {
                let what = format!("`{host}` is no host name and no pattern of one");
                let finding = Finding::error("bad-host", place.span(), what)
                    .why("a host is an exact name or `*.` and a name; this would match no request")
                    .hint(hint);
                out.push(finding);
            }
        }
    }
}

/// What to write instead, where the pattern can match nothing.
fn fault(host: &str) -> Option<String> {
    if host == "*" || host.is_empty() {
        return Some("leave `hosts` out: the route then takes any host".to_owned());
    }
    if let Some((_, rest)) = host.split_once("://") {
        return Some(format!("write only the name: `{}`", rest.split('/').next().unwrap_or(rest)));
    }
    if host.parse::<std::net::Ipv6Addr>().is_ok() {
        return Some(format!("put brackets around it: `[{host}]`"));
    }
    if let Some((address, _)) = host.split_once("]:").filter(|_| host.starts_with('[')) {
        return Some(format!("leave the port out: `{address}]`"));
    }
    if host.starts_with('[') && !host.ends_with(']') {
        return Some("write an IPv6 address between `[` and `]`".to_owned());
    }
    let bracketed = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    if let Some(address) = bracketed {
        let valid = address.parse::<std::net::Ipv6Addr>().is_ok();
        return (!valid).then(|| "write an IPv6 address in the brackets".to_owned());
    }
    if let Some((name, _)) = host.split_once(':') {
        return Some(format!("leave the port out: `{name}`"));
    }
    let name = host.strip_prefix("*.").unwrap_or(host);
    if name.contains('*') {
        return Some("a `*` may stand only at the start, as in `*.example.com`".to_owned());
    }
    if let Some(name) = name.strip_suffix('.') {
        return Some(format!("leave the closing dot out: `{name}`"));
    }
    if !name.is_ascii() {
        return Some("write the name as it is sent, in punycode (`xn--…`)".to_owned());
    }
    let label = |label: &str| {
        let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        !label.is_empty() && label.len() <= 63 && label.bytes().all(inner)
    };
    let valid = name.len() <= 253 && name.split('.').all(label);
    (!valid).then(|| "names are letters, digits and `-`, with single dots between".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing;

    fn check(host: &str, expected: Option<&str>) {
        let found = fault(host);
        let same = match (&found, expected) {
            (Some(found), Some(expected)) => found.contains(expected),
            (found, expected) => found.is_none() && expected.is_none(),
        };
        assert!(same, "{host}: {found:?}");
    }

    #[test]
    fn names_patterns_and_addresses_are_hosts() {
        check("portal.example.com", None);
        check("*.example.com", None);
        check("LOCALHOST", None);
        check("10.0.0.1", None);
        check("[::1]", None);
        check("a_b.example", None);
    }

    #[test]
    fn others_say_what_to_write() {
        check("*", Some("leave `hosts` out"));
        check("", Some("leave `hosts` out"));
        check("https://a.example/x", Some("`a.example`"));
        check("a.example:80", Some("`a.example`"));
        check("a.*.example", Some("at the start"));
        check("a.example.", Some("`a.example`"));
        check("bücher.example", Some("punycode"));
        check("a..b", Some("single dots"));
        check("a b", Some("letters"));
        check("[::1", Some("between"));
        check("[::1]:80", Some("`[::1]`"));
        check("::1", Some("`[::1]`"));
        check("[x]", Some("in the brackets"));
    }

    #[test]
    fn routes_are_held_to_it() {
        testing::check("\"a.example\"", "\"a.example:80\"", &["bad-host"]);
    }
}
