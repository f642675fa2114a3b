//! All frontends of a configuration, and the backends that they lead to.

use super::edits::Edits;
use super::forwarded::{self, Forwarded};
use super::front::{Back, Front};
use super::reading::{Files, Reading};
use super::rewrite::Rewrite;
use super::rulesets::told;
use crate::haproxy::SectionKind;
use crate::haproxy::model::{Config, Mode, Proxy, Rule};
use crate::haproxy::syntax::Word;
use crate::logs::Line;
use crate::route::decision::{Decision, Doubt, To};
use crate::route::names::Names;
use crate::route::texts::Texts;
use crate::route::truth::Truth;

/// Where a configuration of HAProxy sends requests.
#[derive(Clone, Debug)]
pub struct HaproxyRoutes {
    fronts: Vec<Front>,
    /// By the pools' places.
    backs: Vec<Back>,
    names: Names,
    texts: Texts,
    which: Doubt,
    /// Before any rule: the variables of the process.
    start: Edits,
}

impl HaproxyRoutes {
    /// To these backends. `files` reads what the configuration names: maps and lists of patterns.
    pub fn new(
        config: &Config,
        names: &[String],
        files: &dyn Fn(&str) -> Option<String>,
    ) -> HaproxyRoutes {
        let pools = Names::new(names);
        let mut texts = Texts::default();
        let which = Doubt {
            rule: texts.rule("several frontends"),
            missing: texts.missing("the log does not say which of them took the request"),
        };
        let mut reading = Reading::new(&mut texts, files);
        let start = process(config, &mut reading);
        let of_process = reading.variables;
        let (mut fronts, mut variables) = (Vec::new(), of_process.clone());
        for proxy in config.frontends() {
            let mut reading = self::reading(config, proxy, &mut texts, files);
            reading.variables.clone_from(&of_process);
            fronts.push(Front::parse(config, proxy, &pools, &mut reading));
            variables.extend(reading.variables);
        }
        let backs = names.iter().map(|name| match config.backend(name) {
            Some(proxy) if proxy.mode() == Mode::Http => {
                let mut reading = self::reading(config, proxy, &mut texts, files);
                reading.variables.clone_from(&variables);
                Back::parse(config, proxy, &mut reading)
            }
            _ => Back::default(),
        });
        let backs = backs.collect();
        HaproxyRoutes { fronts, backs, names: pools, texts, which, start }
    }

    /// Where a request goes, and what the rules have made of it by then. `is_up` says whether a
    /// server of a pool takes requests: rules that name one that does not are passed over.
    pub fn decide(
        &self,
        line: &Line<'_>,
        is_up: impl Fn(u16, &str) -> bool,
    ) -> (Decision<'_>, Edits) {
        let ways: Vec<Way<'_>> = self.fronts_of(line).map(|front| self.way(front, line)).collect();
        let Some(decision) = Decision::among(ways.iter().map(|way| way.decision), self.which)
        else {
            return (Decision::to(To::Elsewhere), Edits::default());
        };
        let way = ways.into_iter().find(|way| way.decision.to == decision.to);
        match (decision.to, way) {
            (To::Pool(pool), Some(way)) => self.into(pool, line, way, is_up, decision.doubt),
            (_, way) => (decision, way.map_or(Edits::default(), |way| way.edits)),
        }
    }

    /// The same for a request of which the backend is known.
    pub fn within(
        &self,
        pool: u16,
        line: &Line<'_>,
        is_up: impl Fn(u16, &str) -> bool,
    ) -> (Decision<'_>, Edits) {
        let mut ways: Vec<Way<'_>> =
            self.fronts_of(line).map(|front| self.way(front, line)).collect();
        let there = ways.iter().position(|way| way.decision.to == To::Pool(pool));
        let way = there.or((ways.len() == 1).then_some(0)).map(|at| ways.swap_remove(at));
        let decision = Decision::to(To::Pool(pool));
        let none = Way { front: "", forwarded: None, decision, edits: self.start.clone() };
        self.into(pool, line, way.unwrap_or(none), is_up, None)
    }

    /// The frontends that may have taken a request.
    fn fronts_of(&self, line: &Line<'_>) -> impl Iterator<Item = &Front> {
        let is_named = |front: &&Front| Some(front.name.as_bytes()) == line.frontend;
        let named = self.fronts.iter().find(is_named);
        let all = if named.is_some() { &[][..] } else { &self.fronts };
        named.into_iter().chain(all)
    }

    fn way<'t>(&'t self, front: &'t Front, line: &Line<'_>) -> Way<'t> {
        let mut edits = self.start.clone();
        let decision = front.decide(line, &self.names, &mut edits);
        Way { front: &front.name, forwarded: front.forwarded.as_ref(), decision, edits }
    }

    /// Through the rules of a backend.
    fn into<'t>(
        &'t self,
        pool: u16,
        line: &Line<'_>,
        way: Way<'t>,
        is_up: impl Fn(u16, &str) -> bool,
        doubt: Option<Doubt>,
    ) -> (Decision<'t>, Edits) {
        let mut edits = way.edits;
        let Some(back) = self.backs.get(usize::from(pool)) else {
            return (Decision::to(To::Pool(pool)).with(doubt), edits);
        };
        // The rules of a `listen` section that took the request have been applied.
        let is_front = back.name == way.front;
        let inner = back.decide(line, is_front, &mut edits, |server| is_up(pool, server));
        let to = if inner.to == To::Answered { To::Answered } else { To::Pool(pool) };
        forwarded::add(way.forwarded, back.forwarded.as_ref(), line, &mut edits);
        (Decision { to, ..inner.with(doubt) }, edits)
    }

    /// What a doubt is about.
    pub fn told(&self, doubt: Doubt) -> String {
        self.texts.told(doubt)
    }
}

/// A request behind the rules of a frontend.
struct Way<'t> {
    front: &'t str,
    forwarded: Option<&'t Forwarded>,
    decision: Decision<'t>,
    edits: Edits,
}

fn reading<'c>(
    config: &'c Config,
    proxy: &'c Proxy,
    texts: &'c mut Texts,
    files: Files<'c>,
) -> Reading<'c> {
    let mut reading = Reading::new(texts, files);
    let defaults = proxy.defaults.and_then(|at| config.proxies.get(at));
    reading.acls = defaults.into_iter().flat_map(|it| &it.acls).chain(&proxy.acls).collect();
    let encrypted = proxy.binds.iter().filter(|bind| bind.ssl).count();
    reading.is_tls = match encrypted {
        _ if proxy.binds.is_empty() => None,
        0 => Some(false),
        all if all == proxy.binds.len() => Some(true),
        _ => None,
    };
    reading
}

/// What `global` puts into variables: `set-var proc.name value` is a rule for all requests.
fn process(config: &Config, reading: &mut Reading<'_>) -> Edits {
    let mut start = Edits::default();
    for line in config.sections_of(SectionKind::Global).flat_map(|it| &it.statements) {
        let [keyword, name, value @ ..] = line.words.as_slice() else { continue };
        if !matches!(keyword.text.as_ref(), "set-var" | "set-var-fmt") {
            continue;
        }
        let action = format!("{}({})", keyword.text, name.text);
        let word = |text: &str| Word { span: line.span, text: text.into() };
        let words = [word("http-request"), word(&action)].into_iter().chain(value.iter().cloned());
        let rule = Rule { words: words.collect(), condition: None, span: line.span };
        let name = told(config, &keyword.text, line.span);
        if let Some(rewrite) = Rewrite::parse(&rule, name, reading) {
            rewrite.apply(Truth::Yes, &Line::default(), &mut start);
        }
    }
    start
}
