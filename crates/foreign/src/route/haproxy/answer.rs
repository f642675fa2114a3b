//! Rules by which HAProxy answers without a server.

use super::condition::Condition;
use super::page::Page;
use super::reading::Reading;
use super::seen::Seen;
use crate::haproxy::model::Rule;
use crate::route::truth::Truth;

/// A rule that answers.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    when: When,
    /// The statuses that it answers with; none where that is not known.
    statuses: Vec<u16>,
    pub(super) rule: u16,
}

/// When HAProxy answers.
#[derive(Clone, Debug)]
enum When {
    Rule(Condition),
    Page(Page),
}

/// Whether a rule ends what it sees, and with which status.
fn statuses(rule: &Rule) -> Option<Vec<u16>> {
    let action = match rule.keyword() {
        "redirect" => "redirect",
        "http-request" => rule.action(),
        "tcp-request" => rule.step(),
        _ => return None,
    };
    let after = |names: &[&str]| {
        let words = rule.words.iter().map(|word| word.text.as_ref());
        let mut behind = words.skip_while(|word| !names.contains(word)).skip(1);
        behind.next().and_then(|word: &str| word.parse().ok())
    };
    let said = after(&["deny_status", "status"]);
    Some(match action {
        "deny" | "block" => vec![said.unwrap_or(403)],
        "tarpit" => vec![said.unwrap_or(500)],
        "return" => vec![said.unwrap_or(200)],
        "auth" => vec![401, 407],
        "redirect" => vec![after(&["code"]).unwrap_or(302)],
        "reject" | "silent-drop" | "use-service" => Vec::new(),
        _ => return None,
    })
}

impl Answer {
    pub(super) fn parse(rule: &Rule, name: String, reading: &mut Reading<'_>) -> Option<Answer> {
        let statuses = statuses(rule)?;
        let condition = Condition::parse(rule.condition.as_ref(), reading);
        Some(Answer { when: When::Rule(condition), statuses, rule: reading.texts.rule(name) })
    }

    /// At a page of HAProxy's own, which may have any status.
    pub(super) fn of(page: Page, name: String, reading: &mut Reading<'_>) -> Answer {
        Answer { when: When::Page(page), statuses: Vec::new(), rule: reading.texts.rule(name) }
    }

    /// Whether it answered, if it was reached. What a log says of the answer tells more than the
    /// request alone: a status that the rule never has rules it out.
    pub(super) fn holds(&self, reached: Truth, seen: Seen<'_>) -> Truth {
        let truth = match &self.when {
            When::Rule(condition) => condition.holds(seen),
            When::Page(page) => page.holds(seen),
        };
        let truth = Truth::all([truth, reached].into_iter());
        let Truth::Unknown(_) = truth else { return truth };
        let is_other = seen
            .line
            .status
            .is_some_and(|status| !self.statuses.is_empty() && !self.statuses.contains(&status));
        if is_other || seen.line.server.is_some() { Truth::No } else { truth }
    }
}
