//! A receiver with no form or several, and two receivers of one name.

use super::site::Site;
use crate::finding::Finding;

const FORMS: &str =
    "write one of `alertmanager`, `webhook`, `pagerduty`, `slack`, `email` and `exec`";

pub(super) fn check(site: &Site<'_>, out: &mut Vec<Finding>) {
    let receivers = site.receivers();
    for (i, (receiver, spot)) in receivers.iter().enumerate() {
        let name = &receiver.name;
        let kinds = receiver.kinds();
        if let [first, second, ..] = kinds.as_slice() {
            let what = format!("receiver `{name}` has two forms");
            let place = spot.key(second.name()).key_span();
            let finding = Finding::error("receiver-forms", place, what)
                .why("a receiver is told in one way, so that it is known whether it was told")
                .hint("make a receiver of each")
                .related(spot.key(first.name()).key_span(), "the first one");
            out.push(finding);
        } else if kinds.is_empty() && spot.is_whole() {
            let what = format!("receiver `{name}` does not say how it is told");
            let finding = Finding::error("receiver-forms", spot.span(), what)
                .why("alarms that are routed to it would reach nobody")
                .hint(FORMS);
            out.push(finding);
        }
        let twin = receivers[..i].iter().find(|(earlier, _)| earlier.name == *name);
        if let Some((_, first)) = twin {
            let what = format!("two receivers are named `{name}`");
            let finding = Finding::error("duplicate-receiver", spot.key("name").span(), what)
                .why("a route could not say which of them it means")
                .hint("give each its own name")
                .related(first.key("name").span(), "the first one");
            out.push(finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{VALID, slugs_of};

    fn check(receivers: &str, expected: &[&str]) {
        assert_eq!(slugs_of(&format!("{VALID}{receivers}")), expected, "{receivers}");
    }

    fn receiver(name: &str, forms: &str) -> String {
        let route = "[[alarms.routes]]\nreceivers = [\"a\"]\n";
        format!("[[alarms.receivers]]\nname = \"{name}\"\n{forms}\n{route}")
    }

    #[test]
    fn a_receiver_has_one_form() {
        let hook = "webhook = { url = \"http://h.example/\" }";
        check(&receiver("a", hook), &[]);
        check(&receiver("a", ""), &["receiver-forms"]);
        let both = format!("{hook}\nexec = {{ command = [\"tell\"] }}");
        check(&receiver("a", &both), &["receiver-forms"]);
        check(&receiver("a", "webhook = { uri = \"x\" }"), &["unknown-key"]);
    }

    #[test]
    fn names_of_receivers_are_unique() {
        let hook = "webhook = { url = \"http://h.example/\" }";
        let two = format!("[[alarms.receivers]]\nname = \"a\"\n{hook}\n{}", receiver("a", hook));
        check(&two, &["duplicate-receiver"]);
    }
}
