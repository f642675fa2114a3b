//! The way of a request through a frontend, and then through its backend.

use super::answer::Answer;
use super::condition::Condition;
use super::format::Format;
use super::reading::Reading;
use crate::haproxy::model::{Config, Mode, Proxy, Rule};
use crate::logs::Line;
use crate::route::decision::{Decision, Doubt, To};
use crate::route::names::Names;
use crate::route::truth::Truth;

/// A frontend.
#[derive(Clone, Debug)]
pub(super) struct Front {
    pub(super) name: String,
    answers: Vec<Answer>,
    switches: Vec<Switch>,
    default: To,
}

/// `use_backend`.
#[derive(Clone, Debug)]
struct Switch {
    condition: Condition,
    target: Target,
    rule: u16,
}

#[derive(Clone, Debug)]
enum Target {
    Known(To),
    Made(Format),
}

/// What a backend does before it picks.
#[derive(Clone, Debug, Default)]
pub(super) struct Back {
    pub(super) answers: Vec<Answer>,
    servers: Vec<(Condition, String, u16)>,
}

/// What is said of a rule: its words and its line.
pub(super) fn told(config: &Config, words: &str, span: crate::Span) -> String {
    let place = config.sources.place(span);
    format!("`{words}` ({}:{})", place.file, place.line)
}

/// Reads the rules that come before a backend or a server is chosen.
fn answers(config: &Config, proxy: &Proxy, reading: &mut Reading<'_>) -> Vec<Answer> {
    let mut answers = Vec::new();
    // Before HTTP is read, what tests of it find is nothing.
    let rules: Vec<&Rule> = config.rules(proxy).collect();
    for rule in rules {
        if !matches!(rule.keyword(), "http-request" | "redirect" | "tcp-request") {
            continue;
        }
        let words: Vec<&str> = rule.words.iter().take(2).map(|word| word.text.as_ref()).collect();
        let name = told(config, &words.join(" "), rule.span);
        answers.extend(Answer::parse(rule, name, reading));
        set(rule, reading);
        reading.changed.note(rule);
    }
    answers
}

/// `set-var(name) expression`.
fn set(rule: &Rule, reading: &mut Reading<'_>) {
    let Some(name) = rule.action().strip_prefix("set-var(").and_then(|it| it.strip_suffix(')'))
    else {
        return;
    };
    let expression: Vec<&str> = rule.words.iter().skip(2).map(|word| word.text.as_ref()).collect();
    let mut value = super::sample::Sampling::parse(&expression.concat(), reading);
    if rule.condition.is_some() || reading.variables.contains_key(name) {
        value = Err(reading.unknown(&format!("var({name})")));
    }
    reading.variables.insert(name.to_owned(), value);
}

impl Front {
    pub(super) fn parse(
        config: &Config,
        proxy: &Proxy,
        names: &Names,
        reading: &mut Reading<'_>,
    ) -> Front {
        let is_http = proxy.mode() == Mode::Http;
        let answers = if is_http { answers(config, proxy, reading) } else { Vec::new() };
        let mut switches = Vec::new();
        for rule in &proxy.use_backends {
            let target = match rule.is_dynamic() {
                true => Target::Made(Format::parse(&rule.backend, reading)),
                false => Target::Known(names.to(&rule.backend)),
            };
            let name = told(config, &format!("use_backend {}", rule.backend), rule.span);
            let condition = Condition::parse(rule.condition.as_ref(), reading);
            switches.push(Switch { condition, target, rule: reading.texts.rule(name) });
        }
        let default = proxy.settings.default_backend.as_ref().map(|it| it.value.as_ref());
        let own = (!proxy.servers.is_empty()).then_some(proxy.name.as_ref());
        let default = default.or(own).map_or(To::Answered, |name| names.to(name));
        Front { name: proxy.name.to_string(), answers, switches, default }
    }

    pub(super) fn decide(&self, line: &Line<'_>, names: &Names) -> Decision<'static> {
        let mut doubt = None;
        for answer in &self.answers {
            match answer.holds(line) {
                Truth::Yes => return Decision::to(To::Answered).with(doubt),
                Truth::No => {}
                Truth::Unknown(missing) => {
                    doubt = doubt.or(Some(Doubt { rule: answer.rule, missing }));
                }
            }
        }
        let (mut open, mut to) = (Vec::new(), self.default);
        for switch in &self.switches {
            let unknown = match switch.condition.holds(line) {
                Truth::No => continue,
                Truth::Unknown(missing) => Some(missing),
                Truth::Yes => None,
            };
            let target = match &switch.target {
                Target::Known(to) => Ok(*to),
                Target::Made(format) => format.text(line).map(|name| self.made(&name, names)),
            };
            match (unknown, target) {
                (None, Ok(target)) => {
                    to = target;
                    break;
                }
                (Some(missing), Ok(target)) => {
                    open.push((target, Doubt { rule: switch.rule, missing }));
                }
                (_, Err(missing)) => {
                    open.push((To::Elsewhere, Doubt { rule: switch.rule, missing }));
                    if unknown.is_none() {
                        break;
                    }
                }
            }
        }
        // A rule that leads to the same place changes nothing.
        let differs = open.iter().find(|(target, _)| *target != to || to == To::Elsewhere);
        Decision::to(to).with(doubt).with(differs.map(|(_, doubt)| *doubt))
    }

    /// The backend of a name that was made; without one of that name, the default.
    fn made(&self, name: &[u8], names: &Names) -> To {
        match std::str::from_utf8(name).map(|name| names.to(name)) {
            Ok(To::Elsewhere) | Err(_) => self.default,
            Ok(to) => to,
        }
    }
}

impl Back {
    pub(super) fn parse(config: &Config, proxy: &Proxy, reading: &mut Reading<'_>) -> Back {
        let answers = answers(config, proxy, reading);
        let mut servers = Vec::new();
        for rule in &proxy.use_servers {
            let name = told(config, &format!("use-server {}", rule.server), rule.span);
            let rule_at = reading.texts.rule(name);
            let condition = match rule.server.contains('%') {
                false => Condition::parse(rule.condition.as_ref(), reading),
                // The name is made for each request: none is ever taken here.
                true => continue,
            };
            servers.push((condition, rule.server.to_string(), rule_at));
        }
        Back { answers, servers }
    }

    /// The servers that rules name, in their order, up to the first that is certain.
    pub(super) fn decide<'t>(
        &'t self,
        line: &Line<'_>,
        is_up: impl Fn(&str) -> bool,
    ) -> Decision<'t> {
        let mut doubt = None;
        for answer in &self.answers {
            match answer.holds(line) {
                Truth::Yes => return Decision::to(To::Answered).with(doubt),
                Truth::No => {}
                Truth::Unknown(missing) => {
                    doubt = doubt.or(Some(Doubt { rule: answer.rule, missing }));
                }
            }
        }
        let mut server = None;
        for (condition, name, rule) in &self.servers {
            if !is_up(name) {
                continue;
            }
            match condition.holds(line) {
                Truth::No => {}
                Truth::Yes => {
                    server = Some(name.as_str());
                    break;
                }
                Truth::Unknown(missing) => {
                    doubt = doubt.or(Some(Doubt { rule: *rule, missing }));
                }
            }
        }
        Decision { to: To::Elsewhere, server, doubt }
    }
}
