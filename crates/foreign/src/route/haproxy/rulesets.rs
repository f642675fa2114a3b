//! The rulesets of a proxy that come before a backend or a server is chosen.

use super::answer::Answer;
use super::edits::Edits;
use super::leave::Leave;
use super::page::{Kind, Page};
use super::reading::Reading;
use super::rewrite::Rewrite;
use super::seen::Seen;
use crate::haproxy::model::{Config, Proxy, Rule};
use crate::logs::Line;
use crate::route::decision::Doubt;
use crate::route::truth::Truth;

/// Rulesets in the order in which they are applied. A rule may end its own, and no other one.
#[derive(Clone, Debug, Default)]
pub(super) struct Rulesets(Vec<Vec<Step>>);

/// A rule.
#[derive(Clone, Debug)]
enum Step {
    Answer(Answer),
    Rewrite(Box<Rewrite>),
    Leave(Leave),
}

/// What is said of a rule: its words and its line.
pub(super) fn told(config: &Config, words: &str, span: crate::Span) -> String {
    let place = config.sources.place(span);
    format!("`{words}` ({}:{})", place.file, place.line)
}

impl Rulesets {
    /// What monitors ask for is answered before the rules of HTTP; statistics come behind them, and
    /// `redirect` by itself is last.
    pub(super) fn parse(config: &Config, proxy: &Proxy, reading: &mut Reading<'_>) -> Rulesets {
        let mut rulesets = Vec::new();
        for level in ["connection", "session", "content"] {
            let is_here = |rule: &&Rule| rule.keyword() == "tcp-request" && rule.action() == level;
            rulesets.push(steps(config, config.rules(proxy).filter(is_here), reading));
        }
        let page = |kind: Kind, keyword: &str, reading: &mut Reading<'_>| {
            let uri = match kind {
                Kind::Monitor => proxy.settings.monitor_uri.as_ref(),
                Kind::Statistics => proxy.settings.stats_uri.as_ref(),
            };
            let answer = uri.map(|uri| {
                let page = Page::new(kind, &uri.value, reading);
                Step::Answer(Answer::of(page, told(config, keyword, uri.span), reading))
            });
            answer.into_iter().collect::<Vec<Step>>()
        };
        rulesets.push(page(Kind::Monitor, "monitor-uri", reading));
        let of_http = |rule: &&Rule| rule.keyword() == "http-request";
        rulesets.push(steps(config, config.rules(proxy).filter(of_http), reading));
        rulesets.push(page(Kind::Statistics, "stats", reading));
        let redirects = |rule: &&Rule| rule.keyword() == "redirect";
        rulesets.push(steps(config, config.rules(proxy).filter(redirects), reading));
        rulesets.retain(|steps| !steps.is_empty());
        Rulesets(rulesets)
    }

    /// Takes the rules one after the other. Whether one of them answers; what is open of that.
    pub(super) fn walk(&self, line: &Line<'_>, edits: &mut Edits) -> (bool, Option<Doubt>) {
        let mut doubt = None;
        for steps in &self.0 {
            // Behind a rule that may have ended its ruleset, nobody knows whether a rule counts.
            let mut reached = Truth::Yes;
            for step in steps {
                match step {
                    Step::Rewrite(rewrite) => rewrite.apply(reached, line, edits),
                    Step::Leave(leave) => {
                        let left = leave.holds(Seen { line, edits });
                        reached = Truth::all([reached, left.not()].into_iter());
                    }
                    Step::Answer(answer) => match answer.holds(reached, Seen { line, edits }) {
                        Truth::Yes => return (true, doubt),
                        Truth::No => {}
                        Truth::Unknown(missing) => {
                            doubt = doubt.or(Some(Doubt { rule: answer.rule, missing }));
                        }
                    },
                }
                if reached == Truth::No {
                    break;
                }
            }
        }
        (false, doubt)
    }
}

fn steps<'c>(
    config: &Config,
    rules: impl Iterator<Item = &'c Rule>,
    reading: &mut Reading<'_>,
) -> Vec<Step> {
    let mut steps = Vec::new();
    for rule in rules {
        let count = if rule.keyword() == "tcp-request" { 3 } else { 2 };
        let words = rule.words.iter().take(count).map(|word| word.text.as_ref());
        let name = told(config, &words.collect::<Vec<_>>().join(" "), rule.span);
        if let Some(leave) = Leave::parse(rule, reading) {
            steps.push(Step::Leave(leave));
            continue;
        }
        let step = match Answer::parse(rule, name.clone(), reading) {
            Some(answer) => Some(Step::Answer(answer)),
            None => Rewrite::parse(rule, name, reading).map(|it| Step::Rewrite(it.into())),
        };
        steps.extend(step);
    }
    steps
}
