//! All frontends of a configuration, and the backends that they lead to.

use super::front::{Back, Front};
use super::reading::{Files, Reading};
use crate::haproxy::model::{Config, Mode, Proxy};
use crate::logs::Line;
use crate::route::decision::{Decision, Doubt, To};
use crate::route::names::Names;
use crate::route::texts::Texts;

/// Where a configuration of HAProxy sends requests.
#[derive(Clone, Debug)]
pub struct HaproxyRoutes {
    fronts: Vec<Front>,
    /// By the pools' places.
    backs: Vec<Back>,
    names: Names,
    texts: Texts,
    which: Doubt,
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
        let mut fronts = Vec::new();
        for proxy in config.frontends() {
            let mut reading = reading(config, proxy, &mut texts, files);
            fronts.push(Front::parse(config, proxy, &pools, &mut reading));
        }
        let backs = names.iter().map(|name| match config.backend(name) {
            // What a `listen` section says was read with its frontend.
            Some(proxy) if proxy.mode() == Mode::Http => {
                let mut reading = reading(config, proxy, &mut texts, files);
                for front in config.frontends().filter(|front| front.name != proxy.name) {
                    front.rules.iter().for_each(|rule| reading.changed.note(rule));
                }
                Back::parse(config, proxy, &mut reading)
            }
            _ => Back::default(),
        });
        let backs = backs.collect();
        HaproxyRoutes { fronts, backs, names: pools, texts, which }
    }

    /// Where a request goes. `is_up` says whether a server of a pool takes requests: rules that
    /// name one that does not are passed over.
    pub fn decide(&self, line: &Line<'_>, is_up: impl Fn(u16, &str) -> bool) -> Decision<'_> {
        let named = line
            .frontend
            .and_then(|name| self.fronts.iter().find(|front| front.name.as_bytes() == name));
        let decided = match named {
            Some(front) => Some(front.decide(line, &self.names)),
            None => {
                let all = self.fronts.iter().map(|front| front.decide(line, &self.names));
                Decision::among(all, self.which)
            }
        };
        let decided = decided.unwrap_or(Decision::to(To::Elsewhere));
        match decided.to {
            To::Pool(pool) => self.within(pool, line, is_up, decided.doubt),
            _ => decided,
        }
    }

    /// The same for a request of which the backend is known.
    pub fn within(
        &self,
        pool: u16,
        line: &Line<'_>,
        is_up: impl Fn(u16, &str) -> bool,
        doubt: Option<Doubt>,
    ) -> Decision<'_> {
        let Some(back) = self.backs.get(usize::from(pool)) else {
            return Decision::to(To::Pool(pool)).with(doubt);
        };
        let inner = back.decide(line, |server| is_up(pool, server));
        let to = if inner.to == To::Answered { To::Answered } else { To::Pool(pool) };
        Decision { to, ..inner.with(doubt) }
    }

    /// What a doubt is about.
    pub fn told(&self, doubt: Doubt) -> String {
        self.texts.told(doubt)
    }
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
