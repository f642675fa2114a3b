//! The pages of what can be wrong with a comment that allows something.

use crate::product::Product;
use crate::rule::{Doc, Example, Needs};
use crate::severity::Severity;

/// All of them.
pub(crate) static DOCS: [&Doc; 3] = [&UNUSED, &EXPIRED, &MALFORMED];

pub(super) static UNUSED: Doc = Doc {
    id: "EKS901",
    name: "unused-suppression",
    severity: Severity::Warning,
    needs: Needs::Text,
    what: "A comment allows what is not found.",
    why: "What it was written for has gone, or has moved to another line. Left behind, it hides \
          the next fault of this kind from whoever makes it.",
    source: "A judgement; compilers tell of unused exceptions for the same reason.",
    examples: &[Example {
        product: Product::Haproxy,
        bad: "backend portal\n  # evenkeel: allow EKP101 -- both are one machine\n  mode http\n",
        good: "backend portal\n  mode http\n",
    }],
    fix: "Remove the comment, or put it on the line above what it is about.",
};

pub(crate) static EXPIRED: Doc = Doc {
    id: "EKS902",
    name: "expired-suppression",
    severity: Severity::Warning,
    needs: Needs::Text,
    what: "A comment allowed something until a day that is over.",
    why: "Somebody promised to have this mended by then. The finding is shown again.",
    source: "A judgement.",
    examples: &[Example {
        product: Product::Haproxy,
        bad: "\
backend portal
  # evenkeel: allow EKP101 until 2020-01-31 -- web2 moves
  mode http
",
        good: "backend portal\n  mode http\n",
    }],
    fix: "Mend what was allowed and remove the comment, or agree on another day.",
};

pub(super) static MALFORMED: Doc = Doc {
    id: "EKS903",
    name: "malformed-suppression",
    severity: Severity::Warning,
    needs: Needs::Text,
    what: "A comment that would allow something has no reason, no rule, or no such rule.",
    why: "It allows nothing. Without a reason nobody who comes later can tell whether it still \
          holds.",
    source: "A judgement.",
    examples: &[Example {
        product: Product::Haproxy,
        bad: "backend portal\n  # evenkeel: allow EKP101\n  mode http\n",
        good: "backend portal\n  mode http\n",
    }],
    fix: "Write `# evenkeel: allow RULE -- reason`, or `# evenkeel: allow RULE until YYYY-MM-DD -- \
          reason`.",
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::day::Day;
    use crate::judge::{Audit, judge};
    use crate::rule::Case;
    use crate::subject::read_text;

    const ALLOWED: &str = "\
backend portal
  mode http
  cookie SRV insert indirect nocache
  server web1 10.0.0.1:80 cookie a
  # evenkeel: allow EKP101 until 2099-12-31 -- web2 is web1 under its new name
  server web2 10.0.0.2:80 cookie a
";

    fn audit(text: &str) -> Audit {
        let subject = read_text("a.cfg", text, Some(Product::Haproxy)).unwrap();
        judge(&Case::of(&subject), Day::new(2026, 6, 1).unwrap())
    }

    #[test]
    fn examples_are_true() {
        for doc in DOCS {
            for example in doc.examples {
                let ids = |text: &str| -> Vec<&str> {
                    let own = |id: &&str| id.starts_with("EKS");
                    audit(text).findings.iter().map(|found| found.rule.id).filter(own).collect()
                };
                assert_eq!(ids(example.bad), [doc.id]);
                assert_eq!(ids(example.good), [""; 0]);
            }
        }
    }

    #[test]
    fn a_comment_takes_a_finding_out_with_its_reason() {
        let audit = audit(ALLOWED);
        assert!(!audit.findings.iter().any(|found| found.rule.id == "EKP101"));
        let [suppressed] = audit.suppressed.as_slice() else { panic!("{audit:?}") };
        assert_eq!(suppressed.reason, "web2 is web1 under its new name");
        assert_eq!(suppressed.until, Day::new(2099, 12, 31));
    }

    #[test]
    fn one_that_has_run_out_shows_the_finding_again() {
        let audit = audit(&ALLOWED.replace("2099", "2020"));
        let ids: Vec<&str> = audit.findings.iter().map(|found| found.rule.id).collect();
        assert!(ids.contains(&"EKP101") && ids.contains(&"EKS902"), "{ids:?}");
        assert!(audit.suppressed.is_empty());
    }

    #[test]
    fn what_is_not_judged_is_not_unused() {
        let unused = |rule: &str| {
            let audit = audit(&ALLOWED.replace("EKP101", rule));
            audit.findings.iter().any(|found| found.rule.id == "EKS901")
        };
        assert!(unused("EKP102") && !unused("EKP105"), "there is no log");
    }
}
