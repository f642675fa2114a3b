//! People who are to be told what nobody looks for.

use super::site::Site;
use crate::finding::Finding;

pub(super) fn check(site: &Site<'_>, out: &mut Vec<Finding>) {
    let settings = site.settings;
    if settings.server.watch || settings.alarms.receivers.is_empty() {
        return;
    }
    let place = site.spot("server").key("watch").span();
    let finding = Finding::warning("unwatched", place, "no alarm will ever reach the receivers")
        .why("a balancer that does not watch itself judges nothing and raises no alarm")
        .hint("remove `watch = false`, or the receivers");
    out.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{VALID, slugs_of};

    #[test]
    fn receivers_wait_in_vain_where_nobody_watches() {
        let receiver = "[alarms]\ndefault = \"a\"\n[[alarms.receivers]]\nname = \"a\"\n\
            exec = { command = [\"x\"] }\n";
        let check = |watch: &str, alarms: &str, expected: &[&str]| {
            let text = VALID.replacen("[server]\n", &format!("[server]\n{watch}"), 1);
            assert_eq!(slugs_of(&format!("{text}{alarms}")), expected, "{watch}");
        };
        check("", receiver, &[]);
        check("watch = true\n", receiver, &[]);
        check("watch = false\n", receiver, &["unwatched"]);
        check("watch = false\n", "", &[]);
    }
}
