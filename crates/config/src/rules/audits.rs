//! Audits have times that come, and targets with names and files.

use std::collections::BTreeMap;
use std::path::Path;

use super::site::{Site, Spot};
use crate::finding::Finding;
use crate::running::RunningAt;
use crate::schedule::Schedule;
use crate::settings::Audit;

/// What this file itself is called among targets.
const OWN: &str = "evenkeel";
const HINT: &str = "pools have their names, and `evenkeel` is this file itself";

pub(super) fn check(site: &Site<'_>, out: &mut Vec<Finding>) {
    let audit = &site.settings.audit;
    let spot = site.spot("audit");
    match &audit.schedule {
        Some(text) => {
            if let Err(error) = Schedule::parse(text) {
                let what = format!("`{text}` is no schedule");
                let finding = Finding::error("bad-schedule", spot.key("schedule").span(), what);
                out.push(finding.why(error.to_string()).hint(
                    "write `hourly`, `daily`, `weekly`, or five fields of cron: `30 6 * * 1-5`",
                ));
            }
        }
        None if spot.is_written() && spot.is_whole() && !is_policy_alone(audit) => {
            let finding = Finding::warning("no-schedule", spot.span(), "nothing is ever audited");
            let why = "`audit` has no `schedule`, and so no time at which anything would happen";
            out.push(finding.why(why).hint("add `schedule = \"daily\"`"));
        }
        None => {}
    }
    check_log(audit.log.as_deref(), &spot, out);
    let mut first = BTreeMap::new();
    for (target, spot) in site.audit_targets() {
        let place = spot.key("name").span();
        if target.name == OWN || site.settings.pools.contains_key(&target.name) {
            let what = format!("audit target `{}` has the name of something else", target.name);
            let finding = Finding::error("bad-name", place.clone(), what);
            out.push(finding.why("an alarm of one would be taken for one of the other").hint(HINT));
        }
        if let Some(before) = first.insert(&target.name, place.clone()) {
            let what = format!("audit target `{}` is there twice", target.name);
            let finding = Finding::error("duplicate-name", place, what);
            let why = "the history of one would be taken for that of the other";
            out.push(finding.why(why).related(before, "the first one"));
        }
        for (text, spot) in spot.key("running").items(&target.running) {
            if let Err(error) = RunningAt::parse(text) {
                let what = format!("`{text}` is no place to ask a balancer at");
                let finding = Finding::error("bad-source", spot.span(), what);
                out.push(finding.why("nobody would be asked what is in force").hint(error));
            }
        }
        check_log(target.log.as_deref(), &spot, out);
        if target.files.is_empty() && spot.key("files").is_whole() {
            let what = format!("audit target `{}` has no file", target.name);
            let finding = Finding::error("no-file", spot.key("files").span(), what);
            out.push(finding.why("there would be nothing to audit").hint("name its files"));
        }
    }
}

fn check_log(log: Option<&Path>, spot: &Spot<'_>, out: &mut Vec<Finding>) {
    let Some(text) = log.and_then(Path::to_str) else { return };
    if text.is_empty() || text.contains('\0') {
        let finding = Finding::error("bad-file", spot.key("log").span(), "`log` names no file");
        let why = "the rules that need a log would never be judged";
        out.push(finding.why(why).hint("name an access log, or leave it out"));
    }
}

/// A policy counts without a time, too: at every start and reload.
fn is_policy_alone(audit: &Audit) -> bool {
    audit.policy.is_some() && audit.targets.is_empty() && audit.log.is_none()
}

#[cfg(test)]
mod tests {
    use crate::rules::testing::{VALID, slugs_of};

    fn check(audit: &str, expected: &[&str]) {
        assert_eq!(slugs_of(&format!("{VALID}[audit]\n{audit}\n")), expected, "{audit}");
    }

    #[test]
    fn audits_have_times() {
        check("schedule = \"daily\"", &[]);
        check("schedule = \"*/20 * * * *\"", &[]);
        check("schedule = \"often\"", &["bad-schedule"]);
        check("alarm_level = \"warning\"", &["no-schedule"]);
        check("policy = \"policy.toml\"", &[]);
        let targets = "targets = [{ name = \"a\", files = [\"/a\"] }]";
        check(&format!("policy = \"policy.toml\"\n{targets}"), &["no-schedule"]);
    }

    #[test]
    fn logs_are_files_that_somebody_reads() {
        check("schedule = \"daily\"\nlog = \"access.jsonl\"\nlog_last = \"1GiB\"", &[]);
        check("schedule = \"daily\"\nlog = \"\"", &["bad-file"]);
        check("policy = \"policy.toml\"\nlog = \"access.jsonl\"", &["no-schedule"]);
        check("schedule = \"daily\"\nlog_last = \"1KiB\"", &["out-of-range"]);
    }

    #[test]
    fn running_balancers_have_places() {
        let target = |words: &str| {
            format!(
                "schedule = \"daily\"\ntargets = [{{ name = \"a\", files = [\"/a\"], {words} }}]"
            )
        };
        check(&target("running = [\"/run/a\", \"http://a:1\"]"), &[]);
        check(&target("running = [\"/run/a\", \"a\"]"), &["bad-source"]);
        check(&target("log = \"\""), &["bad-file"]);
    }

    #[test]
    fn targets_have_names_and_files() {
        let target = |name: &str| format!("{{ name = \"{name}\", files = [\"/a\"] }}");
        let targets = |list: &[&str]| {
            let list: Vec<String> = list.iter().map(|name| target(name)).collect();
            format!("schedule = \"daily\"\ntargets = [{}]", list.join(", "))
        };
        check(&targets(&["a", "b"]), &[]);
        check(&targets(&["a", "a"]), &["duplicate-name"]);
        check(&targets(&["p"]), &["bad-name"]);
        check(&targets(&["evenkeel"]), &["bad-name"]);
        check(&targets(&["a b"]), &["bad-name"]);
        check("schedule = \"daily\"\ntargets = [{ name = \"a\", files = [] }]", &["no-file"]);
    }
}
