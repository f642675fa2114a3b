//! The way of a request through a frontend, and then through its backend.

use super::condition::Condition;
use super::edits::Edits;
use super::format::Format;
use super::forwarded::Forwarded;
use super::reading::Reading;
use super::rulesets::{Rulesets, told};
use super::seen::Seen;
use crate::haproxy::model::{Config, Mode, Proxy};
use crate::logs::Line;
use crate::route::decision::{Decision, Doubt, To};
use crate::route::names::Names;
use crate::route::truth::Truth;

/// A frontend.
#[derive(Clone, Debug)]
pub(super) struct Front {
    pub(super) name: String,
    rulesets: Rulesets,
    switches: Vec<Switch>,
    default: To,
    pub(super) forwarded: Option<Forwarded>,
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
    pub(super) name: String,
    rulesets: Rulesets,
    servers: Vec<(Condition, String, u16)>,
    pub(super) forwarded: Option<Forwarded>,
}

impl Front {
    pub(super) fn parse(
        config: &Config,
        proxy: &Proxy,
        names: &Names,
        reading: &mut Reading<'_>,
    ) -> Front {
        let is_http = proxy.mode() == Mode::Http;
        let rulesets =
            if is_http { Rulesets::parse(config, proxy, reading) } else { Rulesets::default() };
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
        let forwarded = is_http.then(|| Forwarded::parse(config, proxy, reading)).flatten();
        Front { name: proxy.name.to_string(), rulesets, switches, default, forwarded }
    }

    /// Where it goes; what its rules have made of it goes into `edits`.
    pub(super) fn decide(
        &self,
        line: &Line<'_>,
        names: &Names,
        edits: &mut Edits,
    ) -> Decision<'static> {
        let (is_answered, doubt) = self.rulesets.walk(line, edits);
        if is_answered {
            return Decision::to(To::Answered).with(doubt);
        }
        let seen = Seen { line, edits };
        let (mut open, mut to) = (Vec::new(), self.default);
        for switch in &self.switches {
            let unknown = match switch.condition.holds(seen) {
                Truth::No => continue,
                Truth::Unknown(missing) => Some(missing),
                Truth::Yes => None,
            };
            let target = match &switch.target {
                Target::Known(to) => Ok(*to),
                Target::Made(format) => format.text(seen, b"-").map(|name| self.made(&name, names)),
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
        let rulesets = Rulesets::parse(config, proxy, reading);
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
        let forwarded = Forwarded::parse(config, proxy, reading);
        Back { name: proxy.name.to_string(), rulesets, servers, forwarded }
    }

    /// The server that a rule names. `is_front`: its rules have been applied as a frontend's.
    pub(super) fn decide<'t>(
        &'t self,
        line: &Line<'_>,
        is_front: bool,
        edits: &mut Edits,
        is_up: impl Fn(&str) -> bool,
    ) -> Decision<'t> {
        let (is_answered, mut doubt) =
            if is_front { (false, None) } else { self.rulesets.walk(line, edits) };
        if is_answered {
            return Decision::to(To::Answered).with(doubt);
        }
        let seen = Seen { line, edits };
        let mut server = None;
        for (condition, name, rule) in &self.servers {
            if !is_up(name) {
                continue;
            }
            match condition.holds(seen) {
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
