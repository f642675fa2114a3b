//! Whole configurations, mended.

use super::{Mending, Unmended, mend};
use crate::day::Day;
use crate::judge::judge_by;
use crate::policy::Policy;
use crate::product::Product;
use crate::rule::Case;
use crate::subject::read_text;

fn mended(product: Product, text: &str, policy: &str) -> Result<Mending, Unmended> {
    let policy = Policy::parse(policy, "policy.toml").unwrap();
    let subject = read_text("a.conf", text, Some(product)).unwrap();
    let audit = judge_by(&Case::of(&subject), &policy, Day::FIRST);
    mend(&subject, &audit, &policy, Day::FIRST)
}

#[track_caller]
fn check(product: Product, text: &str, expected: &str) {
    let mending = mended(product, text, "").unwrap();
    let after = mending.files.first().map_or(text, |file| file.after.as_str());
    assert_eq!(after, expected);
    let again = mended(product, after, "").unwrap();
    assert!(again.files.is_empty(), "once is enough: {again:?}");
}

const BACKEND: &str = "\
backend p
  mode http
  option persist # for the old clients
  cookie C insert indirect
  server a 10.0.0.1:80 cookie a
  server b 10.0.0.2:80 cookie b
";

#[test]
fn what_is_found_is_mended_and_nothing_else() {
    let expected = BACKEND
        .replace("clients\n", "clients\n  option redispatch\n")
        .replace("indirect\n", "indirect nocache\n");
    check(Product::Haproxy, BACKEND, &expected);
    let nginx = |lines: &str| {
        format!("events {{}}\nhttp {{\n  upstream p {{\n{lines}    server 10.0.0.1;\n  }}\n}}\n")
    };
    check(
        Product::Nginx,
        &nginx("    keepalive 32;\n    least_conn;\n"),
        &nginx("    least_conn;\n    keepalive 32;\n"),
    );
    let unused = "global\n  # evenkeel: allow EKP101 -- none\n  maxconn 10 # evenkeel: allow \
                  EKP101 -- none\n";
    check(Product::Haproxy, unused, "global\n  maxconn 10\n");
}

#[test]
fn what_is_allowed_or_off_is_left_alone() {
    let allowed = BACKEND
        .replace("  option persist", "  # evenkeel: allow EKP106 -- why\n  option persist")
        .replace("  cookie C", "  # evenkeel: allow EKP107 -- why\n  cookie C");
    check(Product::Haproxy, &allowed, &allowed);
    let off = "[rules]\nEKP107 = \"off\"\nEKP106 = \"off\"\n";
    assert!(mended(Product::Haproxy, BACKEND, off).unwrap().files.is_empty());
}

/// Goal: a file that its balancer refuses is not made worse. Method: a value that is no time.
#[test]
fn what_is_refused_is_not_touched() {
    let broken = BACKEND.replace("  mode", "  timeout server soon\n  mode");
    let refused = mended(Product::Haproxy, &broken, "");
    assert!(matches!(refused, Err(Unmended::Broken)), "{refused:?}");
}

#[test]
fn what_was_done_and_what_is_left_is_told() {
    let mending = mended(Product::Haproxy, BACKEND, "").unwrap();
    let left: Vec<_> = mending.audit.findings.iter().map(|finding| finding.rule.id).collect();
    assert!(!left.contains(&"EKP106") && !left.contains(&"EKP107"), "{left:?}");
    assert_eq!((mending.done.len(), mending.later), (2, 0));
    assert!(mending.done[0].starts_with("a.conf:3: EKP106 "), "{:?}", mending.done);
}
