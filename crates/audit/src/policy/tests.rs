//! What a policy makes of a whole audit.

use super::Policy;
use crate::day::Day;
use crate::judge::{Audit, judge_by};
use crate::product::Product;
use crate::rule::Case;
use crate::severity::Severity;
use crate::subject::read_text;

/// One server, called by a value that a second one has, too.
const TWICE: &str = "\
backend portal
  mode http
  cookie SRV insert indirect nocache maxidle 30m
  server web1 10.0.0.1:80 cookie a
  server web2 10.0.0.2:80 cookie a
";

fn judged(policy: &str, text: &str) -> Audit {
    let policy = Policy::parse(policy, "policy.toml").unwrap();
    let subject = read_text("conf/edge.cfg", text, Some(Product::Haproxy)).unwrap();
    judge_by(&Case::of(&subject), &policy, Day::new(2026, 6, 1).unwrap())
}

/// Rules that were found, with their severities.
fn found(policy: &str, text: &str) -> Vec<(&'static str, Severity)> {
    let audit = judged(policy, text);
    audit.findings.iter().map(|finding| (finding.rule.id, finding.severity)).collect()
}

#[test]
fn rules_count_for_what_the_policy_says() {
    let of = |policy: &str| found(policy, TWICE);
    assert!(of("").contains(&("EKP101", Severity::Error)));
    assert!(of("[rules]\nEKP101 = \"info\"\n").contains(&("EKP101", Severity::Info)));
    let off = of("[rules]\nduplicate-persistence-key = \"off\"\n");
    assert!(off.iter().all(|(id, _)| *id != "EKP101"), "{off:?}");
    let required = "[require]\nservers_min = 3\n";
    assert!(of(required).contains(&("EKL804", Severity::Error)));
    let mild = of(&format!("{required}[rules]\nEKL804 = \"warning\"\n"));
    assert!(mild.contains(&("EKL804", Severity::Warning)));
}

/// Goal: a comment about a rule that is off, or that only a policy brings up, is no fault.
#[test]
fn comments_are_not_unused_for_a_policy() {
    let with = |rule: &str, line: &str| {
        TWICE.replace(line, &format!("# evenkeel: allow {rule} -- one machine\n{line}"))
    };
    let twice = with("EKP101", "  server web2");
    assert_eq!(found("[rules]\nEKP101 = \"off\"\n", &twice), found("", &twice));
    let required = format!("global\n{}", with("EKL804", "backend"));
    assert!(found("", &required).iter().all(|(id, _)| !id.starts_with("EKS")));
    let audit = judged("[require]\nservers_min = 3\n", &required);
    assert_eq!(audit.suppressed.len(), 1, "{:?}", audit.suppressed);
}

/// Goal: a file without comments can be right, for as long as it is said. Method: the file by its
/// name and not, before the day and after it.
#[test]
fn a_policy_allows_what_a_comment_could() {
    let allow = |file: &str, until: &str| {
        format!(
            "[[allow]]\nrule = \"EKP101\"\nfile = \"{file}\"\nreason = \"one machine\"\n{until}"
        )
    };
    let audit = judged(&allow("conf/*.cfg", "until = \"2026-06-01\""), TWICE);
    assert!(audit.findings.iter().all(|finding| finding.rule.id != "EKP101"));
    let [one] = audit.suppressed.as_slice() else { panic!("{:?}", audit.suppressed) };
    assert_eq!((one.reason.as_str(), one.by), ("one machine", None));
    assert_eq!(one.until, Day::new(2026, 6, 1));
    let other = found(&allow("*.json", ""), TWICE);
    assert!(other.contains(&("EKP101", Severity::Error)));
    assert!(other.iter().all(|(id, _)| !id.starts_with("EKS")), "it is about another file");
    let over = found(&allow("*", "until = \"2026-05-31\""), TWICE);
    assert!(
        over.contains(&("EKP101", Severity::Error))
            && over.contains(&("EKS902", Severity::Warning))
    );
}
