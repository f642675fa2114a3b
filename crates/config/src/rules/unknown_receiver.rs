//! A receiver, or a pool of an alarm's route, that does not exist.

use super::site::{Site, Spot};
use crate::finding::Finding;
use crate::nearest::nearest;

pub(super) fn check(site: &Site<'_>, out: &mut Vec<Finding>) {
    let alarms = &site.settings.alarms;
    let spot = site.spot("alarms");
    let known: Vec<&str> = alarms.receivers.iter().map(|receiver| &*receiver.name).collect();
    let mut wanted: Vec<(&String, Spot<'_>)> = Vec::new();
    for (route, spot) in site.alarm_routes() {
        wanted.extend(spot.key("receivers").items(&route.receivers));
        for (step, spot) in spot.key("escalate").items(&route.escalate) {
            wanted.extend(spot.key("receivers").items(&step.receivers));
        }
        pools(site, &spot.key("pools").items(&route.pools), out);
    }
    wanted.extend(alarms.default.iter().map(|name| (name, spot.key("default"))));
    let heartbeat = alarms.heartbeat.iter();
    wanted.extend(heartbeat.map(|beat| (&beat.receiver, spot.key("heartbeat").key("receiver"))));
    // A receiver that is broken may be the one that is meant.
    if !spot.key("receivers").is_whole() {
        return;
    }
    for (name, spot) in wanted {
        if known.contains(&name.as_str()) {
            continue;
        }
        let what = format!("there is no receiver `{name}`");
        let finding = Finding::error("unknown-receiver", spot.span(), what)
            .why("what is sent to it would reach nobody");
        out.push(match nearest(name, known.iter().copied()) {
            Some(word) => finding.did_you_mean(Some(word)),
            None => finding.hint(format!("add `[[alarms.receivers]]` with `name = \"{name}\"`")),
        });
    }
}

fn pools(site: &Site<'_>, wanted: &[(&String, Spot<'_>)], out: &mut Vec<Finding>) {
    let pools = &site.settings.pools;
    for (name, spot) in wanted {
        if pools.contains_key(*name) || !site.spot("pools").is_whole() {
            continue;
        }
        let what = format!("there is no pool `{name}`");
        let finding = Finding::error("unknown-pool", spot.span(), what)
            .why("the route would never match for it")
            .did_you_mean(nearest(name, pools.keys().map(String::as_str)));
        out.push(finding);
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{VALID, slugs_of};

    const TEAM: &str = "[[alarms.receivers]]\nname = \"team\"\nexec = { command = [\"tell\"] }\n";

    fn check(head: &str, route: &str, expected: &[&str]) {
        let text = format!("{VALID}[alarms]\n{head}\n{TEAM}[[alarms.routes]]\n{route}\n");
        assert_eq!(slugs_of(&text), expected, "{head} {route}");
    }

    #[test]
    fn every_name_of_a_receiver_is_looked_up() {
        let all = "receivers = [\"team\"]";
        check("", all, &[]);
        check("", "receivers = [\"taem\"]", &["unknown-receiver"]);
        check("default = \"nobody\"", all, &["unknown-receiver"]);
        check("heartbeat = { receiver = \"nobody\" }", all, &["unknown-receiver"]);
        let step = "escalate = [{ after = \"1m\", receivers = [\"lead\"] }]";
        check("", &format!("{all}\n{step}"), &["unknown-receiver"]);
    }

    #[test]
    fn a_route_names_pools_that_exist() {
        let to = "receivers = [\"team\"]\npools = ";
        check("default = \"team\"", &format!("{to}[\"p\"]"), &[]);
        check("default = \"team\"", &format!("{to}[\"q\"]"), &["unknown-pool"]);
    }
}
