//! Log prefixes that tell nothing: empty ones, and those of a log that has none.

use super::site::Site;
use crate::finding::Finding;

pub(super) fn check(site: &Site<'_>, out: &mut Vec<Finding>) {
    for (firewall, spot) in site.firewalls() {
        let prefixes = spot.key("drop_prefixes");
        for (prefix, place) in prefixes.items(&firewall.drop_prefixes) {
            if prefix.trim().is_empty() {
                let finding = Finding::error("firewall-prefix", place.span(), "an empty prefix")
                    .why("every packet that is logged would count as dropped")
                    .hint("write the `--log-prefix` of the rule that drops, or a word of it");
                out.push(finding);
            }
        }
        let format = firewall.format;
        if !firewall.drop_prefixes.is_empty() && !format.has_prefixes() {
            let what = format!("`drop_prefixes` does nothing for `{}`", format.name());
            let finding = Finding::warning("firewall-prefix", prefixes.key_span(), what)
                .why("each line of this format says itself what was done")
                .hint("remove it");
            out.push(finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing;

    fn check(keys: &str, expected: &[&str]) {
        let firewall = format!("[[firewall]]\nfile = \"/a\"\n{keys}\n[[routes]]");
        testing::check("[[routes]]", &firewall, expected);
    }

    #[test]
    fn a_prefix_tells_something() {
        check("drop_prefixes = [\"DROP\", \"IN-refused: \"]", &[]);
        check("drop_prefixes = [\"DROP\", \" \"]", &["firewall-prefix"]);
    }

    #[test]
    fn only_kernel_logs_have_prefixes() {
        check("format = \"nftables\"\ndrop_prefixes = [\"DROP\"]", &[]);
        for format in ["ufw", "vpc_flow", "suricata"] {
            let keys = format!("format = \"{format}\"\ndrop_prefixes = [\"DROP\"]");
            check(&keys, &["firewall-prefix"]);
        }
    }
}
