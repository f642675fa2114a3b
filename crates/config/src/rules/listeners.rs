//! Two listeners of one name.

use super::site::Site;
use crate::finding::Finding;

pub(super) fn check(site: &Site<'_>, out: &mut Vec<Finding>) {
    let listeners = site.listeners();
    for (i, (listener, spot)) in listeners.iter().enumerate() {
        let twin = listeners[..i].iter().find(|(earlier, _)| earlier.name == listener.name);
        if let Some((_, first)) = twin {
            let what = format!("two listeners are named `{}`", listener.name);
            let finding = Finding::error("duplicate-listener", spot.key("name").span(), what)
                .why("logs and metrics could not tell them apart")
                .hint("give each its own name")
                .related(first.key("name").span(), "the first one");
            out.push(finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::check;

    const AT: &str = "[[routes]]";

    fn second(name: &str) -> String {
        format!("[[listeners]]\nname = \"{name}\"\naddress = \"0.0.0.0:8081\"\n{AT}")
    }

    #[test]
    fn names_of_listeners_are_unique() {
        check(AT, &second("web"), &["duplicate-listener"]);
        check(AT, &second("web2"), &[]);
    }
}
