//! Which pool a log line belongs to, as far as it tells.

use foreign::Sources;
use foreign::logs::Line;
use foreign::route::{Decision, Doubt, EnvoyRoutes, HaproxyRoutes, NginxRoutes, To};

use super::files;
use super::own_routes::OwnRoutes;
use crate::subject::{Parsed, Subject};

/// Finds the pool of a request.
#[derive(Debug)]
pub(super) struct Router {
    /// Whether all goes to the one pool that is asked for.
    is_forced: bool,
    names: Vec<String>,
    /// By pool, the names of servers that take no requests.
    down: Vec<Vec<String>>,
    routes: Routes,
}

#[derive(Debug)]
enum Routes {
    Haproxy(Box<HaproxyRoutes>),
    Nginx(Box<NginxRoutes>),
    Envoy(Box<EnvoyRoutes>),
    Own(OwnRoutes),
}

/// What a decision that was not certain rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Why {
    Rule(Doubt),
    /// The host, which the log does not have.
    Host,
}

/// Where a request goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Routed<'r> {
    pub(super) to: To,
    /// The server that a rule names.
    pub(super) server: Option<&'r str>,
    pub(super) why: Option<Why>,
}

impl<'r> From<Decision<'r>> for Routed<'r> {
    fn from(decision: Decision<'r>) -> Routed<'r> {
        let Decision { to, server, doubt } = decision;
        Routed { to, server, why: doubt.map(Why::Rule) }
    }
}

impl Router {
    /// `names` are those of the pools that are played, `down` their servers that take nothing.
    pub(super) fn new(
        subject: &Subject,
        names: Vec<String>,
        down: Vec<Vec<String>>,
        is_forced: bool,
    ) -> Router {
        let sources: &Sources = subject.sources();
        let routes = match &subject.parsed {
            Parsed::Haproxy(config) => {
                let read = |name: &str| files::read(sources, name);
                Routes::Haproxy(Box::new(HaproxyRoutes::new(config, &names, &read)))
            }
            Parsed::Nginx(config) => {
                Routes::Nginx(Box::new(NginxRoutes::new(config, sources, &names)))
            }
            Parsed::Envoy(configs) => {
                Routes::Envoy(Box::new(EnvoyRoutes::new(configs, sources, &names)))
            }
            Parsed::Evenkeel(own) => Routes::Own(OwnRoutes::new(&own.settings)),
        };
        Router { is_forced, names, down, routes }
    }

    /// Where a line's request goes.
    ///
    /// The rules come first: the log may be of a time when they were others. What they leave open
    /// the log's own word decides, where it has one.
    pub(super) fn route(&self, number: u64, line: &Line<'_>) -> Routed<'_> {
        if self.is_forced {
            return self.within(0, line);
        }
        let routed: Routed<'_> = match &self.routes {
            Routes::Haproxy(routes) => {
                routes.decide(line, |pool, server| self.is_up(pool, server)).into()
            }
            Routes::Nginx(routes) => routes.decide(line).into(),
            Routes::Envoy(routes) => routes.decide(number, line).into(),
            Routes::Own(routes) => {
                let (name, is_open) = routes.find(line);
                let to = name.and_then(|name| self.place(name.as_bytes()));
                let to = to.map_or(To::Elsewhere, To::Pool);
                Routed { to, server: None, why: is_open.then_some(Why::Host) }
            }
        };
        if routed.why.is_none() && routed.to != To::Elsewhere {
            return routed;
        }
        match line.backend.and_then(|name| self.place(name)) {
            Some(pool) => self.within(pool, line),
            None if routed.to == To::Elsewhere && self.names.len() == 1 => {
                Routed { why: routed.why, ..self.within(0, line) }
            }
            None => routed,
        }
    }

    /// A request whose pool is known.
    fn within(&self, pool: u16, line: &Line<'_>) -> Routed<'_> {
        match &self.routes {
            Routes::Haproxy(routes) => {
                let is_up = |pool, server: &str| self.is_up(pool, server);
                routes.within(pool, line, is_up, None).into()
            }
            _ => Routed { to: To::Pool(pool), server: None, why: None },
        }
    }

    fn is_up(&self, pool: u16, server: &str) -> bool {
        let down = self.down.get(usize::from(pool));
        down.is_none_or(|down| down.iter().all(|name| name != server))
    }

    fn place(&self, name: &[u8]) -> Option<u16> {
        let place = self.names.iter().position(|known| known.as_bytes() == name)?;
        u16::try_from(place).ok()
    }

    /// What is not known of a request, in a sentence.
    pub(super) fn told(&self, why: Why) -> String {
        match (&self.routes, why) {
            (Routes::Haproxy(routes), Why::Rule(doubt)) => routes.told(doubt),
            (Routes::Nginx(routes), Why::Rule(doubt)) => routes.told(doubt),
            (Routes::Envoy(routes), Why::Rule(doubt)) => routes.told(doubt),
            (Routes::Own(_), _) | (_, Why::Host) => {
                "routes for some hosts: the log does not have the host".to_owned()
            }
        }
    }
}
