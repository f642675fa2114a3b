//! One log of a firewall, read twice.

use super::site::Site;
use crate::finding::Finding;

pub(super) fn check(site: &Site<'_>, out: &mut Vec<Finding>) {
    let firewalls = site.firewalls();
    for (i, (firewall, spot)) in firewalls.iter().enumerate() {
        // Components leave `//` and `/./` out, which name the same file.
        let same = |file: &std::path::Path| file.components().eq(firewall.file.components());
        if let Some((_, first)) = firewalls[..i].iter().find(|(earlier, _)| same(&earlier.file)) {
            let what = format!("`{}` is read twice", firewall.file.display());
            let finding = Finding::error("firewall-twice", spot.key("file").span(), what)
                .why("every drop in it would count twice")
                .hint("remove one of the two")
                .related(first.key("file").span(), "the first one");
            out.push(finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing;

    fn check(second: &str, expected: &[&str]) {
        let file = |name: &str| format!("[[firewall]]\nfile = \"{name}\"\n");
        let both = file("/var/log/kern.log") + &file(second) + "[[routes]]";
        testing::check("[[routes]]", &both, expected);
    }

    #[test]
    fn a_log_is_read_once() {
        check("/var/log/ufw.log", &[]);
        check("/var/log/kern.log", &["firewall-twice"]);
        check("/var/log//./kern.log", &["firewall-twice"]);
    }
}
