//! A hashed policy and its key: each needs the other.

use super::names::{bad_token, is_token};
use super::site::{Site, Spot};
use crate::finding::Finding;
use crate::settings::{HashKey, HashSource, Pool};

pub(super) fn check(site: &Site<'_>, out: &mut Vec<Finding>) {
    for (_, pool, spot) in site.pools() {
        let (policy, hash) = (spot.key("policy"), spot.key("hash"));
        if policy.is_whole() && hash.is_whole() {
            check_pair(pool, &spot, out);
        }
        if let Some(key) = pool.hash.as_ref().filter(|_| hash.is_whole()) {
            check_name(key, &hash, out);
        }
    }
}

fn check_pair(pool: &Pool, spot: &Spot<'_>, out: &mut Vec<Finding>) {
    let policy = pool.policy.as_str();
    if pool.policy.is_hashed() && pool.hash.is_none() {
        let what = format!("policy `{policy}` has nothing to hash");
        let finding = Finding::error("hash-missing", spot.key("policy").span(), what)
            .why("a hashed policy chooses by a key of the request, and must be told which")
            .hint("add `hash = { by = \"client\" }`, or by `cookie`, `header`, `path`, `query`");
        out.push(finding);
    }
    if !pool.policy.is_hashed() && pool.hash.is_some() {
        let what = format!("policy `{policy}` does not hash");
        let finding = Finding::error("hash-unused", spot.key("hash").key_span(), what)
            .why("`hash` would silently do nothing")
            .hint("remove it, or choose `rendezvous`, `maglev` or `ring`");
        out.push(finding);
    }
}

fn check_name(key: &HashKey, spot: &Spot<'_>, out: &mut Vec<Finding>) {
    let by = key.by.as_str();
    match &key.name {
        None if key.by.is_named() => {
            let finding = Finding::error(
                "hash-name-missing",
                spot.key("by").span(),
                format!("`hash` does not say which {by}"),
            );
            let why = format!("a request may carry many a {by}; one of them is the key");
            out.push(finding.why(why).hint("add `name = \"…\"`"));
        }
        Some(_) if !key.by.is_named() => {
            let what = format!("`hash` by `{by}` takes no name");
            let finding = Finding::error("hash-name-unused", spot.key("name").key_span(), what)
                .why(format!("a request has one {by}; the name would silently do nothing"))
                .hint("remove `name`, or choose `by = \"cookie\"`, `\"header\"` or `\"query\"`");
            out.push(finding);
        }
        Some(name) if key.by == HashSource::Query && name.is_empty() => {
            out.push(
                Finding::error(
                    "bad-token",
                    spot.key("name").span(),
                    "a query parameter has no name",
                )
                .why("no request carries it")
                .hint("write the parameter's name"),
            );
        }
        Some(name) if key.by != HashSource::Query && !is_token(name) => {
            out.push(bad_token(by, name, spot.key("name").span()));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing;

    fn check(pool: &str, expected: &[&str]) {
        testing::check("policy = \"least_pressure\"", pool, expected);
    }

    #[test]
    fn a_hashed_policy_needs_a_key_and_no_other_has_one() {
        check("policy = \"ring\"", &["hash-missing"]);
        check("hash = { by = \"path\" }", &["hash-unused"]);
        check("policy = \"ring\"\nhash = { by = \"path\" }", &[]);
    }

    #[test]
    fn a_key_has_a_name_where_there_are_many() {
        check("policy = \"ring\"\nhash = { by = \"cookie\" }", &["hash-name-missing"]);
        check("policy = \"ring\"\nhash = { by = \"client\", name = \"x\" }", &["hash-name-unused"]);
        check("policy = \"ring\"\nhash = { by = \"header\", name = \"x y\" }", &["bad-token"]);
        check("policy = \"ring\"\nhash = { by = \"query\", name = \"\" }", &["bad-token"]);
        check("policy = \"ring\"\nhash = { by = \"query\", name = \"x y\" }", &[]);
        check("policy = \"maglev\"\nhash = { by = \"header\", name = \"x-user\" }", &[]);
    }

    #[test]
    fn a_broken_key_is_told_once() {
        check("policy = \"ring\"\nhash = { by = \"cokie\" }", &["unknown-word"]);
        check("policy = \"rnig\"\nhash = { by = \"path\" }", &["unknown-word"]);
    }
}
