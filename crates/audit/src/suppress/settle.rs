//! Holds findings against the comments that allow some of them.

use foreign::Sources;

use super::docs;
use super::read::{About, Comment, comments};
use crate::day::Day;
use crate::finding::Finding;
use crate::judge::Suppressed;
use crate::page::page;
use crate::rule::Needs;
use crate::rules::removed;

/// What is left, and what a comment allows.
pub(crate) struct Settled {
    pub(crate) findings: Vec<Finding>,
    pub(crate) suppressed: Vec<Suppressed>,
}

/// What was judged, and how.
pub(crate) struct Ground<'a> {
    pub(crate) sources: &'a Sources,
    /// Whether an access log was played.
    pub(crate) has_log: bool,
    /// Whether a running balancer was asked.
    pub(crate) has_running: bool,
    pub(crate) today: Day,
}

impl Ground<'_> {
    /// Whether a rule of such needs was asked. What only a policy, a log or a running balancer
    /// brings up is not unused because there was none.
    fn asks(&self, needs: Needs) -> bool {
        match needs {
            Needs::Text => true,
            Needs::Log => self.has_log,
            Needs::Running => self.has_running,
            Needs::Fleet | Needs::Policy => false,
        }
    }
}

/// Takes out what comments allow, and adds what is wrong with the comments.
pub(crate) fn settle(ground: &Ground<'_>, found: Vec<Finding>) -> Settled {
    let Ground { sources, today, .. } = *ground;
    let comments = comments(sources);
    let mut used = vec![Vec::new(); comments.len()];
    let mut settled = Settled { findings: Vec::new(), suppressed: Vec::new() };
    for finding in found {
        let allowing = comments.iter().zip(&mut used).find_map(|(comment, used)| {
            let allowed = comment.said.as_ref().ok()?;
            let rule = allowed.rules.iter().find(|rule| names(rule, &finding))?;
            if !covers(comment, &finding, sources) {
                return None;
            }
            used.push(rule.clone());
            // One that has run out is told of as such, not as unused.
            allowed.until.is_none_or(|until| until >= today).then_some((comment, allowed))
        });
        match allowing {
            Some((comment, allowed)) => settled.suppressed.push(Suppressed {
                finding,
                reason: allowed.reason.clone(),
                until: allowed.until,
                by: Some(comment.span),
            }),
            None => settled.findings.push(finding),
        }
    }
    for (comment, used) in comments.iter().zip(&used) {
        judge(comment, used, ground, &mut settled.findings);
    }
    settled
}

fn names(rule: &str, finding: &Finding) -> bool {
    rule.eq_ignore_ascii_case(finding.rule.id) || rule.eq_ignore_ascii_case(finding.rule.name)
}

fn covers(comment: &Comment, finding: &Finding, sources: &Sources) -> bool {
    let covers = |span| comment.covers(&sources.place(span), sources.name(comment.span.file));
    match finding.span {
        // Of files that differ any may say that it is meant to.
        Some(span) if finding.rule.needs == Needs::Fleet => {
            covers(span) || finding.related.iter().any(|other| covers(other.span))
        }
        Some(span) => covers(span),
        None => comment.about == About::File,
    }
}

fn judge(comment: &Comment, used: &[String], ground: &Ground<'_>, findings: &mut Vec<Finding>) {
    let allowed = match &comment.said {
        Ok(allowed) => allowed,
        Err(why) => {
            let what = format!("this comment allows nothing: {why}");
            findings.push(Finding::new(&docs::MALFORMED, what).at(comment.span));
            return;
        }
    };
    for rule in &allowed.rules {
        let Some(doc) = page(rule) else {
            let what = format!("there is no rule `{rule}`: this comment does not allow it");
            findings.push(Finding::new(&docs::MALFORMED, what).at(comment.span));
            continue;
        };
        if let Some(until) = allowed.until.filter(|until| *until < ground.today) {
            let what = format!("`{rule}` was allowed until {until}, which is over");
            findings.push(Finding::new(&docs::EXPIRED, what).at(comment.span));
        } else if !used.contains(rule) && ground.asks(doc.needs) {
            let what = match comment.about {
                About::File => format!("nothing in this file is found by `{rule}`"),
                About::Line(line) => format!("nothing on line {line} is found by `{rule}`"),
            };
            let finding = Finding::new(&docs::UNUSED, what).at(comment.span);
            findings.push(match allowed.rules.as_slice() {
                [_] => {
                    finding.fix("take the comment out", vec![removed(ground.sources, comment.span)])
                }
                _ => finding,
            });
        }
    }
}
