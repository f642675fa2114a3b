//! Names that cookies, metrics, headers and logs can carry.

use super::site::{Site, Spot};
use crate::finding::Finding;

const LONGEST: usize = 64;

pub(super) fn check(site: &Site<'_>, out: &mut Vec<Finding>) {
    for (listener, spot) in site.listeners() {
        check_name("listener", &listener.name, &spot.key("name"), out);
    }
    for (receiver, spot) in site.receivers() {
        check_name("receiver", &receiver.name, &spot.key("name"), out);
    }
    for (target, spot) in site.audit_targets() {
        check_name("audit target", &target.name, &spot.key("name"), out);
    }
    for (name, pool, spot) in site.pools() {
        check_name("pool", name, &spot, out);
        for (endpoint, spot) in Site::endpoints(pool, &spot) {
            check_name("endpoint", &endpoint.name, &spot.key("name"), out);
        }
        if let Some(cookie) = pool.affinity.as_ref().and_then(|affinity| affinity.name.as_ref())
            && !is_token(cookie)
        {
            let place = spot.key("affinity").key("name").span();
            out.push(bad_token("cookie", cookie, place));
        }
    }
}

fn check_name(noun: &str, name: &str, spot: &Spot<'_>, out: &mut Vec<Finding>) {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    let what = if name.is_empty() {
        format!("the name of this {noun} is empty")
    } else if name.len() > LONGEST {
        format!("the name of {noun} `{name}` is longer than {LONGEST} characters")
    } else if !name.bytes().all(plain) {
        format!("the name of {noun} `{name}` has characters that names cannot have")
    } else {
        return;
    };
    let finding = Finding::error("bad-name", spot.span(), what)
        .why("names stand in cookies, headers, metrics and logs, and must be the same in each")
        .hint(format!("use 1 to {LONGEST} letters, digits, `_`, `.` and `-`"));
    out.push(finding);
}

pub(super) fn bad_token(noun: &str, name: &str, span: std::ops::Range<usize>) -> Finding {
    Finding::error("bad-token", span, format!("`{name}` cannot be the name of a {noun}"))
        .why(format!("the name of a {noun} is a token of HTTP (RFC 9110, section 5.6.2)"))
        .hint("use letters, digits, `-` and `_`")
}

/// A token of RFC 9110, section 5.6.2.
pub(super) fn is_token(name: &str) -> bool {
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(token)
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{VALID, check, slugs_of};

    #[test]
    fn endpoints_have_plain_names() {
        let long = "x".repeat(65);
        for name in ["", "a b", "a/b", "ä", &long] {
            check("\"e1\"", &format!("\"{name}\""), &["bad-name"]);
        }
        for name in ["web-1.eu_west", &long[..64]] {
            check("\"e1\"", &format!("\"{name}\""), &[]);
        }
    }

    #[test]
    fn listeners_and_pools_have_plain_names() {
        check("\"web\"", "\"we b\"", &["bad-name"]);
        let file = VALID.replace("pools.p", "pools.'p q'").replace("= \"p\"", "= 'p q'");
        assert_eq!(slugs_of(&file), ["bad-name"]);
    }

    #[test]
    fn a_cookie_is_a_token() {
        let affinity = |name: &str| format!("[pools.p]\naffinity = {{ name = \"{name}\" }}");
        check("[pools.p]", &affinity("a=b"), &["bad-token"]);
        check("[pools.p]", &affinity(""), &["bad-token"]);
        check("[pools.p]", &affinity("__Host-ek"), &[]);
    }
}
