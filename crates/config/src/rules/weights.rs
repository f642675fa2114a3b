//! A pool whose endpoints may all take nothing.

use super::site::Site;
use crate::finding::Finding;

pub(super) fn check(site: &Site<'_>, out: &mut Vec<Finding>) {
    for (name, pool, spot) in site.pools() {
        let takes_work =
            pool.endpoints.iter().any(|endpoint| endpoint.weight > 0.0 && !endpoint.drain);
        if takes_work || pool.endpoints.is_empty() || !spot.key("endpoints").is_whole() {
            continue;
        }
        let what = format!("no endpoint of pool `{name}` takes new work");
        let finding = Finding::error("no-weight", spot.span(), what)
            .why("all have `weight = 0` or `drain = true`: new requests would be answered with 503")
            .hint("leave at least one endpoint with a weight above 0 and without `drain`");
        out.push(finding);
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    const AT: &str =
        "10.0.0.1:80\"\n[[pools.p.endpoints]]\nname = \"e2\"\naddress = \"10.0.0.2:80\"";

    fn with(first: &str, second: &str) -> String {
        AT.replacen("\"\n", &format!("\"\n{first}\n"), 1) + "\n" + second
    }

    #[test]
    fn someone_must_take_new_work() {
        check(AT, &with("weight = 0", "weight = 0"), &["no-weight"]);
        check(AT, &with("weight = 0", "drain = true"), &["no-weight"]);
        check(AT, &with("weight = 0", ""), &[]);
        check(AT, &with("drain = true", "weight = 0.1"), &[]);
    }

    /// Goal: no guess about an endpoint that could not be read.
    #[test]
    fn a_broken_endpoint_may_be_the_one() {
        check(AT, &with("weight = 0", "weight = \"1\""), &["wrong-type"]);
    }
}
