//! A route of alarms that no alarm can reach, or that tells nobody.

use super::site::{Site, Spot};
use crate::finding::Finding;
use crate::settings::AlarmRoute;

pub(super) fn check(site: &Site<'_>, out: &mut Vec<Finding>) {
    let mut end: Option<Spot<'_>> = None;
    for (route, spot) in site.alarm_routes() {
        if let Some(end) = &end {
            let finding =
                Finding::error("dead-alarm-route", spot.span(), "no alarm reaches this route")
                    .why("routes are tried in the file's order, and an earlier one takes all")
                    .hint("move it up, or add `continue = true` to the earlier one")
                    .related(end.span(), "this one matches every alarm");
            out.push(finding);
        } else if takes_all(route) && spot.is_whole() {
            end = Some(spot.clone());
        }
        if route.receivers.is_empty() && spot.is_whole() {
            let what = "this route tells nobody";
            let finding =
                Finding::warning("silent-alarm-route", spot.key("receivers").span(), what)
                    .why("the alarms that it matches only show on the status")
                    .hint("name receivers, or leave it as it is if that is meant");
            out.push(finding);
        }
    }
}

pub(super) fn takes_all(route: &AlarmRoute) -> bool {
    !route.goes_on
        && route.severity.is_none()
        && route.causes.is_empty()
        && route.kinds.is_empty()
        && route.pools.is_empty()
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{VALID, slugs_of};

    fn check(routes: &[&str], expected: &[&str]) {
        let routes: String =
            routes.iter().map(|route| format!("[[alarms.routes]]\n{route}\n")).collect();
        let text = format!(
            "{VALID}[alarms]\ndefault = \"a\"\n[[alarms.receivers]]\nname = \"a\"\n\
             exec = {{ command = [\"tell\"] }}\n{routes}"
        );
        assert_eq!(slugs_of(&text), expected, "{routes}");
    }

    #[test]
    fn nothing_stands_behind_a_route_that_takes_all() {
        let all = "receivers = [\"a\"]";
        let page = "receivers = [\"a\"]\nseverity = \"page\"";
        check(&[page, all], &[]);
        check(&[all, page], &["dead-alarm-route"]);
        check(&["receivers = [\"a\"]\ncontinue = true", page], &[]);
        check(&["receivers = [\"a\"]\ncauses = [\"weihgts\"]", page], &["unknown-word"]);
    }

    #[test]
    fn a_route_that_tells_nobody_is_a_warning() {
        check(&["receivers = []\nkinds = [\"probe_flapping\"]"], &["silent-alarm-route"]);
    }
}
