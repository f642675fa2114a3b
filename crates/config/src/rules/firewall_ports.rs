//! Ports of which a firewall never says anything.

use super::site::Site;
use crate::finding::Finding;

pub(super) fn check(site: &Site<'_>, out: &mut Vec<Finding>) {
    for (firewall, spot) in site.firewalls() {
        let ports = firewall.ports.as_deref().unwrap_or_default();
        for (_, place) in spot.key("ports").items(ports).iter().filter(|(port, _)| **port == 0) {
            let finding = Finding::error("firewall-port", place.span(), "port 0 is no port")
                .why("no packet can be on its way to it")
                .hint("write the port that clients connect to; `ports = []` counts all");
            out.push(finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing;

    #[test]
    fn ports_are_those_that_clients_connect_to() {
        let check = |ports: &str, expected: &[&str]| {
            let firewall = format!("[[firewall]]\nfile = \"/a\"\nports = {ports}\n[[routes]]");
            testing::check("[[routes]]", &firewall, expected);
        };
        check("[80, 443]", &[]);
        check("[]", &[]);
        check("[80, 0]", &["firewall-port"]);
    }
}
