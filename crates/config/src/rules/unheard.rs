//! Alarms that would wake somebody, and reach nobody.

use super::site::Site;
use crate::finding::Finding;
use crate::settings::{AlarmRoute, SeverityName};

pub(super) fn check(site: &Site<'_>, out: &mut Vec<Finding>) {
    let (alarms, spot) = (&site.settings.alarms, site.spot("alarms"));
    if !spot.is_written() || !spot.is_whole() || alarms.default.is_some() {
        return;
    }
    let pages = |route: &&AlarmRoute| route.severity != Some(SeverityName::Ticket);
    let told: Vec<&AlarmRoute> =
        alarms.routes.iter().filter(pages).filter(|route| !route.receivers.is_empty()).collect();
    if told.iter().any(|route| takes_every_page(route)) {
        return;
    }
    let what = if told.is_empty() {
        "no page reaches anybody"
    } else {
        "pages that no route matches reach nobody"
    };
    let finding = Finding::warning("unheard-pages", spot.span(), what)
        .why("an alarm whose cause is not known yet, or that is new, matches no narrow route")
        .hint("name a receiver as `default`, or add a route with `severity = \"page\"` alone");
    out.push(finding);
}

fn takes_every_page(route: &AlarmRoute) -> bool {
    route.causes.is_empty() && route.kinds.is_empty() && route.pools.is_empty()
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{VALID, slugs_of};

    const A: &str = "[[alarms.receivers]]\nname = \"a\"\nexec = { command = [\"tell\"] }\n";

    fn check(head: &str, routes: &str, expected: &[&str]) {
        let text = format!("{VALID}[alarms]\n{head}\n{A}{routes}");
        assert_eq!(slugs_of(&text), expected, "{head} {routes}");
    }

    #[test]
    fn pages_reach_somebody() {
        let route = |keys: &str| format!("[[alarms.routes]]\nreceivers = [\"a\"]\n{keys}\n");
        check("default = \"a\"", "", &[]);
        check("", "", &["unheard-pages"]);
        check("", &route(""), &[]);
        check("", &route("severity = \"page\""), &[]);
        check("", &route("severity = \"ticket\""), &["unheard-pages"]);
        check("", &route("causes = [\"weights\"]"), &["unheard-pages"]);
    }
}
