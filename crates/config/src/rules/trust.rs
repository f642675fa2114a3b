//! Trust in the whole world.

use super::site::Site;
use crate::finding::Finding;

pub(super) fn check(site: &Site<'_>, out: &mut Vec<Finding>) {
    let proxies = site.spot("server").key("trusted_proxies");
    for (network, place) in proxies.items(&site.settings.server.trusted_proxies) {
        if network.prefix_len() == 0 {
            let what = format!("`trusted_proxies` trusts every client (`{network}`)");
            let finding = Finding::warning("trust-everyone", place.span(), what)
                .why("whoever is trusted says which address a request comes from: any could lie")
                .hint("name the networks of your own proxies, such as `10.0.0.0/8`");
            out.push(finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing;

    #[test]
    fn the_whole_world_is_a_warning() {
        let check = |network: &str, expected: &[&str]| {
            let line = format!("[server]\ntrusted_proxies = [\"10.0.0.0/8\", \"{network}\"]");
            testing::check("[server]", &line, expected);
        };
        check("0.0.0.0/0", &["trust-everyone"]);
        check("::/0", &["trust-everyone"]);
        check("::1/128", &[]);
    }
}
