//! A route to a pool that does not exist.

use super::site::Site;
use crate::finding::Finding;
use crate::nearest::nearest;

pub(super) fn check(site: &Site<'_>, out: &mut Vec<Finding>) {
    let pools = &site.settings.pools;
    // An unusable pool may be the one that is meant.
    if !site.spot("pools").is_whole() && pools.is_empty() {
        return;
    }
    for (route, spot) in site.routes() {
        let known =
            pools.contains_key(&route.pool) || !site.spot("pools").key(&route.pool).is_whole();
        if known {
            continue;
        }
        let what = format!("there is no pool `{}`", route.pool);
        let finding = Finding::error("unknown-pool", spot.key("pool").span(), what)
            .why("the route's requests would have nowhere to go");
        out.push(match nearest(&route.pool, pools.keys().map(String::as_str)) {
            Some(word) => finding.did_you_mean(Some(word)),
            None => finding.hint(format!("add `[pools.{}]` with its endpoints", route.pool)),
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{VALID, check, slugs_of};

    #[test]
    fn a_route_needs_its_pool() {
        let second = "[[routes]]\nhosts = [\"b.example\"]\npool = \"q\"\n[pools.p]";
        check("[pools.p]", second, &["unknown-pool"]);
        check("[pools.p]", &second.replace("\"q\"", "\"p\""), &[]);
    }

    #[test]
    fn a_pool_that_is_broken_is_not_called_unknown() {
        let broken = "[[routes]]\nhosts = [\"b.example\"]\npool = \"q\"\n[pools]\nq = 1\n[pools.p]";
        check("[pools.p]", broken, &["wrong-type"]);
        assert_eq!(slugs_of(&VALID.replace("pools.p", "pool.p")), ["unknown-key"]);
    }
}
