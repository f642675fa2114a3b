//! Which pool a log line belongs to, as far as it tells.

use foreign::Sources;
use foreign::logs::{Kind, Line, Silent, Told};
use foreign::route::{Decision, Doubt, Edits, EnvoyRoutes, HaproxyRoutes, Keyed, NginxRoutes, To};

use super::files;
use super::own_routes::OwnRoutes;
use super::pool::{Pool, Wants};
use crate::subject::{Parsed, Subject};

/// Finds the pool of a request.
#[derive(Debug)]
pub(super) struct Router {
    /// Whether all goes to the one pool that is asked for.
    is_forced: bool,
    names: Vec<String>,
    /// By pool, the names of servers that take no requests.
    down: Vec<Vec<String>>,
    /// By pool, whether its method hashes.
    hashes: Vec<bool>,
    /// By pool, what it tells requests apart by.
    keys: Vec<Wants>,
    /// Other names that logs have for pools.
    aliases: Vec<(String, String)>,
    routes: Routes,
}

/// What is known of a pool beside its rules.
#[derive(Debug)]
pub(super) struct Known {
    name: String,
    /// The names of its servers that take no requests.
    down: Vec<String>,
    is_hash: bool,
    /// What it tells requests apart by.
    key: Wants,
}

impl Known {
    /// What is known of a pool with some of its servers down.
    pub(super) fn of(pool: &Pool, down: &[usize]) -> Known {
        let members = pool.members.iter().enumerate();
        let out = members.filter(|(place, member)| !member.up || down.contains(place));
        Known {
            name: pool.name.clone(),
            down: out.map(|(_, member)| member.name.clone()).collect(),
            // Of one server nothing is left open.
            is_hash: pool.is_hash && pool.members.len() > 1,
            key: pool.key_wants(),
        }
    }
}

#[derive(Debug)]
enum Routes {
    Haproxy(Box<HaproxyRoutes>),
    Nginx(Box<NginxRoutes>),
    Envoy(Box<EnvoyRoutes>),
    Own(OwnRoutes),
}

impl Why {
    /// Whether it leaves open the server alone, and not the pool.
    pub(super) fn is_of_server(self) -> bool {
        !matches!(self, Why::Rule(_) | Why::Host)
    }
}

/// What a decision that was not certain rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Why {
    Rule(Doubt),
    /// The pool is certain, and what it tells requests apart by is not.
    Key(Doubt),
    /// A header that the pool tells requests apart by and the log does not have: its place among
    /// those of the pool.
    Header(u16, u16),
    /// The same of the request line.
    Target,
    /// The same of the client's address.
    Source,
    /// Which of the sessions at its server sent it.
    Session,
    /// The host, which the log does not have.
    Host,
}

/// What a log says of a request's way against the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// Nothing against them.
    Nothing,
    /// No server had it.
    Unserved,
    /// It was in another pool.
    OtherPool,
}

/// Where a request goes.
#[derive(Clone, Debug)]
pub(super) struct Routed<'r> {
    pub(super) to: To,
    /// The server that a rule names.
    pub(super) server: Option<&'r str>,
    pub(super) why: Option<Why>,
    pub(super) said: Said,
    /// What rules have made of it by then.
    pub(super) edits: Edits,
}

impl<'r> From<Decision<'r>> for Routed<'r> {
    fn from(decision: Decision<'r>) -> Routed<'r> {
        let Decision { to, server, doubt } = decision;
        let why = doubt.map(Why::Rule);
        Routed { to, server, why, said: Said::Nothing, edits: Edits::default() }
    }
}

impl<'r> From<(Decision<'r>, Edits)> for Routed<'r> {
    fn from((decision, edits): (Decision<'r>, Edits)) -> Routed<'r> {
        Routed { edits, ..decision.into() }
    }
}

impl Router {
    /// To the pools that are played.
    pub(super) fn new(subject: &Subject, pools: Vec<Known>, is_forced: bool) -> Router {
        let names: Vec<String> = pools.iter().map(|pool| pool.name.clone()).collect();
        let hashes = pools.iter().map(|pool| pool.is_hash).collect();
        let (down, keys) = pools.into_iter().map(|pool| (pool.down, pool.key)).unzip();
        let mut aliases = Vec::new();
        if let Parsed::Envoy(configs) = &subject.parsed {
            for cluster in configs.iter().flat_map(|config| &config.clusters) {
                let name = &cluster.name.value;
                aliases.extend(
                    cluster.alt_stat_name.iter().map(|it| (it.value.clone(), name.clone())),
                );
            }
        }
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
        Router { is_forced, names, down, hashes, keys, aliases, routes }
    }

    /// Where a line's request goes.
    ///
    /// The rules come first: the log may be of a time when they were others. What they leave open
    /// the log's own word decides, where it has one.
    pub(super) fn route(&self, number: u64, line: &Line<'_>) -> Routed<'_> {
        if line.server.is_none() && line.silent.has(Silent::SERVER) {
            let answered = Decision { to: To::Answered, server: None, doubt: None };
            return Routed { said: Said::Unserved, ..answered.into() };
        }
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
                let why = is_open.then_some(Why::Host);
                Routed { why, ..Decision { to, server: None, doubt: None }.into() }
            }
        };
        let named = line.backend.and_then(|name| self.place(name));
        if routed.why.is_none() && routed.to != To::Elsewhere {
            let differs = named.is_some_and(|named| routed.to != To::Pool(named));
            return Routed {
                said: if differs { Said::OtherPool } else { Said::Nothing },
                ..routed
            };
        }
        match named {
            Some(pool) => self.within(pool, line),
            None if routed.to == To::Elsewhere && self.names.len() == 1 => {
                Routed { why: routed.why, ..self.within(0, line) }
            }
            None => routed,
        }
    }

    /// What is hashed of a request that goes to a pool.
    pub(super) fn key(&self, number: u64, line: &Line<'_>, pool: u16) -> Keyed {
        if self.hashes.get(usize::from(pool)) != Some(&true) {
            return Keyed::default();
        }
        match &self.routes {
            Routes::Nginx(routes) => routes.key(line, pool),
            Routes::Envoy(routes) => routes.key(number, line, pool),
            Routes::Haproxy(_) | Routes::Own(_) => Keyed::default(),
        }
    }

    /// A request whose pool is known.
    fn within(&self, pool: u16, line: &Line<'_>) -> Routed<'_> {
        match &self.routes {
            Routes::Haproxy(routes) => {
                let is_up = |pool, server: &str| self.is_up(pool, server);
                routes.within(pool, line, is_up).into()
            }
            _ => Decision { to: To::Pool(pool), server: None, doubt: None }.into(),
        }
    }

    /// What of a request its pool tells requests apart by, and nobody knows.
    pub(super) fn open_key(&self, pool: u16, line: &Line<'_>, edits: &Edits) -> Option<Why> {
        let key = self.keys.get(usize::from(pool))?;
        if key.source {
            if let Some(doubt) = edits.open_source() {
                return Some(Why::Key(doubt));
            }
            if line.client.is_none() {
                return Some(Why::Source);
            }
        }
        if key.uri {
            if let Some(doubt) = edits.open_target() {
                return Some(Why::Key(doubt));
            }
            if edits.target(line).is_none() {
                return Some(Why::Target);
            }
        }
        let open = key.variables.iter().find_map(|name| edits.open_variable(name));
        if let Some(doubt) = open {
            return Some(Why::Key(doubt));
        }
        key.headers.iter().zip(0..).find_map(|(name, place)| {
            if let Some(doubt) = edits.open_header(name) {
                return Some(Why::Key(doubt));
            }
            let cookies = || line.named.all().iter().any(|named| named.kind == Kind::Cookie);
            let is_untold = edits.changed_header(name).is_none()
                && line.told_header(name.as_bytes()) == Told::Untold
                && !(name == "cookie" && cookies());
            is_untold.then_some(Why::Header(pool, place))
        })
    }

    fn is_up(&self, pool: u16, server: &str) -> bool {
        let down = self.down.get(usize::from(pool));
        down.is_none_or(|down| down.iter().all(|name| name != server))
    }

    fn place(&self, name: &[u8]) -> Option<u16> {
        let alias = self.aliases.iter().find(|(alias, _)| alias.as_bytes() == name);
        let name = alias.map_or(name, |(_, known)| known.as_bytes());
        let place = self.names.iter().position(|known| known.as_bytes() == name)?;
        u16::try_from(place).ok()
    }

    /// What is not known of a request, in a sentence.
    pub(super) fn told(&self, why: Why) -> String {
        match (&self.routes, why) {
            (_, Why::Header(pool, place)) => {
                let key = self.keys.get(usize::from(pool));
                let name = key.and_then(|key| key.headers.get(usize::from(place)));
                let name = name.map_or("", String::as_str);
                format!("the log does not have the header `{name}`")
            }
            (_, Why::Target) => "the log does not have the request line".to_owned(),
            (_, Why::Session) => "the log does not say which of the sessions at its server sent \
                                  it: each of them is given its turn"
                .to_owned(),
            (_, Why::Source) => "the log does not have the client's address".to_owned(),
            (Routes::Haproxy(routes), Why::Rule(doubt) | Why::Key(doubt)) => routes.told(doubt),
            (Routes::Nginx(routes), Why::Rule(doubt) | Why::Key(doubt)) => routes.told(doubt),
            (Routes::Envoy(routes), Why::Rule(doubt) | Why::Key(doubt)) => routes.told(doubt),
            (Routes::Own(_), _) | (_, Why::Host) => {
                "routes for some hosts: the log does not have the host".to_owned()
            }
        }
    }
}
