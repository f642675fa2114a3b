//! A pool that no route uses.

use super::site::Site;
use crate::finding::Finding;

pub(super) fn check(site: &Site<'_>, out: &mut Vec<Finding>) {
    let routes = &site.settings.routes;
    // A route that is broken, or goes to no pool, may mean this one.
    let astray = routes.iter().any(|route| !site.settings.pools.contains_key(&route.pool));
    if routes.is_empty() || astray || !site.spot("routes").is_whole() {
        return;
    }
    for (name, _, spot) in site.pools() {
        if routes.iter().all(|route| route.pool != name) {
            let finding = Finding::warning(
                "unused-pool",
                spot.span(),
                format!("no route uses pool `{name}`"),
            )
            .why("its endpoints are probed, but never serve a request")
            .hint(format!("add `[[routes]]` with `pool = \"{name}\"`, or remove the pool"));
            out.push(finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{VALID, slugs_of};

    #[test]
    fn an_unused_pool_is_a_warning() {
        let spare = "[[pools.spare.endpoints]]\nname = \"s\"\naddress = \"10.0.0.9:80\"\n";
        assert_eq!(slugs_of(&format!("{VALID}{spare}")), ["unused-pool"]);
        let route = "[[routes]]\npool = \"spare\"\n";
        assert_eq!(slugs_of(&format!("{VALID}{spare}{route}")), Vec::<&str>::new());
        let typo = route.replace("spare", "spore");
        assert_eq!(slugs_of(&format!("{VALID}{spare}{typo}")), ["unknown-pool"]);
    }
}
