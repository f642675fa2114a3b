//! A sign of life that is sent to people.

use super::site::Site;
use crate::finding::Finding;
use crate::settings::ReceiverKind;

pub(super) fn check(site: &Site<'_>, out: &mut Vec<Finding>) {
    let Some(heartbeat) = &site.settings.alarms.heartbeat else { return };
    for receiver in &site.settings.alarms.receivers {
        if receiver.name != heartbeat.receiver {
            continue;
        }
        let people = |kind: &ReceiverKind<'_>| {
            matches!(
                kind,
                ReceiverKind::PagerDuty(_) | ReceiverKind::Slack(_) | ReceiverKind::Email(_)
            )
        };
        if let Some(kind) = receiver.kinds().into_iter().find(people) {
            let place = site.spot("alarms").key("heartbeat").key("receiver").span();
            let what = format!("a heartbeat every {} goes to `{}`", heartbeat.every, kind.name());
            let finding = Finding::warning("heartbeat-to-people", place, what)
                .why("it is for a machine that speaks up when it stays away; nobody else misses it")
                .hint("send it to a `webhook`, an `alertmanager` or an `exec`");
            out.push(finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{VALID, slugs_of};

    fn check(form: &str, expected: &[&str]) {
        let text = format!(
            "{VALID}[alarms]\ndefault = \"a\"\nheartbeat = {{ receiver = \"a\" }}\n\
             [[alarms.receivers]]\nname = \"a\"\n{form}\n"
        );
        assert_eq!(slugs_of(&text), expected, "{form}");
    }

    #[test]
    fn a_heartbeat_goes_to_a_machine() {
        check("webhook = { url = \"https://h.example/\" }", &[]);
        check("slack = { url = \"https://h.example/\" }", &["heartbeat-to-people"]);
    }
}
