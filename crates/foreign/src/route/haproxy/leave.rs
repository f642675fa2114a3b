//! Rules that end their ruleset: what follows in it is not looked at.

use super::condition::Condition;
use super::reading::Reading;
use super::seen::Seen;
use crate::haproxy::model::Rule;
use crate::route::truth::Truth;

/// `http-request allow`, `tcp-request … accept`. The other rulesets of the request go on.
#[derive(Clone, Debug)]
pub(super) struct Leave(Condition);

impl Leave {
    pub(super) fn parse(rule: &Rule, reading: &mut Reading<'_>) -> Option<Leave> {
        let is_end = match rule.keyword() {
            "http-request" => rule.action() == "allow",
            _ => rule.step() == "accept",
        };
        is_end.then(|| Leave(Condition::parse(rule.condition.as_ref(), reading)))
    }

    pub(super) fn holds(&self, seen: Seen<'_>) -> Truth {
        self.0.holds(seen)
    }
}
