//! Walks through a tree and collects what it says of balancing.

use std::collections::HashSet;
use std::sync::Arc;

use super::block::Block;
use super::config::{Config, Kind, Problems, Server, Workers};
use super::in_force::InForce;
use super::listen::Listen;
use super::logs::{AccessLog, LogFormat};
use super::pass::{Family, Pass, Within};
use super::real_ip::{RealIp, RealIps};
use super::resolve::resolve;
use super::scope::Scope;
use super::trying::Trying;
use super::units::number;
use super::upstream::{Resolver, Upstream};
use super::values::{Assignment, Values};
use super::variable::{Geo, Map, SplitClients};
use crate::fault::SyntaxError;
use crate::nginx::syntax::{Directive, Level, Tree, Word, shape, variables};
use crate::placed::Placed;
use crate::setting::Setting;

/// Blocks whose directives are values and not names.
const VALUES: [&str; 5] = ["types", "charset_map", "num_map", "geoip2", "match"];

pub(super) fn walk(tree: &Tree) -> Config {
    let level = Level::new(tree);
    let mut walk = Walk {
        level: &level,
        config: empty(),
        problems: Problems::default(),
        assignments: Vec::new(),
        real_ips: RealIps::default(),
        named: HashSet::new(),
    };
    walk.main();
    let Walk { mut config, mut problems, assignments, .. } = walk;
    let first = tree.files.first().and_then(|file| file.directives.first());
    if let Some(first) = first.filter(|_| level.is_exhausted()) {
        let what = "so much is included that the rest was left out";
        problems.0.push(SyntaxError::new(first.name.span, what));
    }
    // What is inherited is read wherever it is in force.
    problems.0.sort_by_key(|problem| problem.span);
    problems.0.dedup();
    config.problems = problems.0;
    let values = Values::of(&config, assignments);
    resolve(&mut config, &values);
    config
}

fn empty() -> Config {
    Config {
        is_part: false,
        worker_processes: Setting::default(Workers::Count(1)),
        worker_connections: Setting::default(512),
        upstreams: Vec::new(),
        servers: Vec::new(),
        passes: Vec::new(),
        maps: Vec::new(),
        geos: Vec::new(),
        splits: Vec::new(),
        log_formats: Vec::new(),
        access_logs: Vec::new(),
        unknown: Vec::new(),
        problems: Vec::new(),
    }
}

struct Walk<'t> {
    level: &'t Level<'t>,
    config: Config,
    problems: Problems,
    assignments: Vec<Assignment>,
    real_ips: RealIps,
    /// The names of upstreams so far.
    named: HashSet<(Kind, String)>,
}

/// Where a block stands.
#[derive(Clone, Copy)]
struct Place<'a> {
    kind: Kind,
    server: Option<usize>,
    within: &'a [Within],
}

impl<'t> Walk<'t> {
    fn main(&mut self) {
        let top = self.level.top();
        let whole = ["http", "stream", "mail", "events", "rtmp"];
        self.config.is_part = !top.iter().any(|directive| whole.contains(&&*directive.name.text));
        let scope = Scope::new(None, &top);
        if self.config.is_part {
            return self.part(&top, &scope);
        }
        for directive in top {
            self.top(directive, &scope);
        }
    }

    /// A file that others include: the inside of `http`, or of a server.
    fn part(&mut self, top: &[&'t Directive], scope: &Scope<'_>) {
        let of_server = |directive: &&&Directive| {
            directive.is("location") || Family::of(&directive.name.text).is_some()
        };
        let first = top.iter().find(of_server);
        let server = first.map(|first| {
            let real_ip = self.real_ips.read(scope);
            let server = server_of(first, top, scope, Kind::Http, real_ip, self.level);
            self.config.servers.push(server);
            self.config.servers.len() - 1
        });
        self.block(top, scope, Place { kind: Kind::Http, server, within: &[] });
    }

    fn top(&mut self, directive: &'t Directive, scope: &Scope<'_>) {
        let inner = self.level.of(directive.block().unwrap_or(&[]));
        let kind = match directive.name.text.as_str() {
            "http" => Kind::Http,
            "stream" => Kind::Stream,
            "events" => {
                let found = inner.iter().find(|inner| inner.is("worker_connections"));
                if let Some(word) = found.and_then(|found| found.args.first()) {
                    let setting = &mut self.config.worker_connections;
                    self.problems.set(setting, number(&word.text), word, "a number");
                }
                return;
            }
            "worker_processes" => return self.workers(directive),
            name => return self.unless_known(name, directive),
        };
        let scope = Scope::new(Some(scope), &inner);
        self.block(&inner, &scope, Place { kind, server: None, within: &[] });
    }

    fn workers(&mut self, directive: &Directive) {
        let Some(word) = directive.args.first() else { return };
        let workers = match word.text.as_str() {
            "auto" => Some(Workers::Auto),
            text => number(text).map(Workers::Count),
        };
        let setting = &mut self.config.worker_processes;
        self.problems.set(setting, workers, word, "a number or `auto`");
    }

    // As deep as blocks nest, which the parser limits.
    fn block(&mut self, inner: &[&'t Directive], scope: &Scope<'_>, place: Place<'_>) {
        for directive in inner {
            self.directive(directive, scope, place);
        }
    }

    fn directive(&mut self, directive: &'t Directive, scope: &Scope<'_>, place: Place<'_>) {
        let name = directive.name.text.as_str();
        if let Some(block) = directive.block() {
            if VALUES.contains(&name) {
                return;
            }
            let inner = self.level.of(block);
            if self.values(directive, &inner, place.kind) {
                return;
            }
            if shape(name).is_none() {
                return self.unless_known(name, directive);
            }
            let scope = Scope::new(Some(scope), &inner);
            return self.inner(directive, &inner, &scope, place);
        }
        match (name, place.server) {
            ("set", Some(server)) => self.set(directive, server, place.within),
            ("access_log", _) => self.config.access_logs.extend(AccessLog::read(
                directive,
                place.kind,
                place.server,
                place.within,
            )),
            ("log_format", _) => {
                self.config.log_formats.extend(LogFormat::read(directive, place.kind));
            }
            (_, Some(server)) if Family::of(name).is_some() => {
                self.pass(directive, scope, place, server);
            }
            _ => self.unless_known(name, directive),
        }
    }

    /// Blocks that are read as a whole.
    fn values(&mut self, directive: &Directive, inner: &[&Directive], kind: Kind) -> bool {
        match directive.name.text.as_str() {
            "map" => self.config.maps.extend(Map::read(directive, inner, kind)),
            "geo" => self.config.geos.extend(Geo::read(directive, inner, kind)),
            "split_clients" => {
                let split = SplitClients::read(directive, inner, kind, &mut self.problems);
                self.config.splits.extend(split);
            }
            "upstream" => {
                let (upstream, unknown) =
                    Upstream::read(directive, inner, kind, &mut self.problems);
                self.config.unknown.extend(unknown);
                let name = (kind, upstream.name.value.to_ascii_lowercase());
                if !self.named.insert(name) {
                    let what = format!("there is an upstream `{}` already", upstream.name.value);
                    let error = SyntaxError::new(upstream.name.span, what);
                    self.problems.0.push(error.expected("another name"));
                }
                self.config.upstreams.push(upstream);
            }
            _ => return false,
        }
        true
    }

    fn inner(
        &mut self,
        directive: &'t Directive,
        inner: &[&'t Directive],
        scope: &Scope<'_>,
        place: Place<'_>,
    ) {
        if directive.is("server") {
            let server = self.config.servers.len();
            let real_ip = self.real_ips.read(scope);
            let read = server_of(directive, inner, scope, place.kind, real_ip, self.level);
            self.config.servers.push(read);
            let place = Place { server: Some(server), within: &[], ..place };
            return self.block(inner, scope, place);
        }
        let args: Vec<_> = directive.args.iter().map(|word| word.text.as_str()).collect();
        let within = Within {
            name: directive.name.text.clone(),
            args: args.join(" "),
            span: directive.head(),
        };
        let within: Vec<_> = place.within.iter().cloned().chain([within]).collect();
        self.block(inner, scope, Place { within: &within, ..place });
    }

    fn set(&mut self, directive: &Directive, server: usize, within: &[Within]) {
        let name = directive.arg(0).and_then(|text| variables(text).next());
        if let (Some(name), Some(value)) = (name, directive.arg(1)) {
            let set = Assignment::new(server, within, name, value, directive.head());
            self.assignments.push(set);
        }
    }

    fn pass(&mut self, directive: &Directive, scope: &Scope<'_>, place: Place<'_>, server: usize) {
        let family = Family::of(&directive.name.text);
        let (Some(family), Some(word)) = (family, directive.args.first()) else { return };
        let version = scope.last(&format!("{}_http_version", family.prefix()));
        let version = version.and_then(|directive| directive.args.first());
        self.config.passes.push(Pass {
            family,
            kind: place.kind,
            written: Placed::new(word.text.clone(), word.span),
            server,
            within: place.within.to_vec(),
            ends: Vec::new(),
            more: false,
            trying: Trying::read(scope, family, place.kind, &mut self.problems),
            real_ip: self.real_ips.read(scope),
            http_version: version.map(|word| Placed::new(word.text.clone(), word.span)),
        });
    }

    fn unless_known(&mut self, name: &str, directive: &Directive) {
        if shape(name).is_none() {
            self.config.unknown.push(Placed::new(name.to_owned(), directive.head()));
        }
    }
}

fn server_of(
    directive: &Directive,
    inner: &[&Directive],
    scope: &Scope<'_>,
    kind: Kind,
    real_ip: Arc<RealIp>,
    level: &Level<'_>,
) -> Server {
    let named = inner.iter().filter(|inner| inner.is("server_name"));
    let names = named.flat_map(|inner| &inner.args);
    let listens = inner.iter().filter(|inner| inner.is("listen"));
    let certificates = scope.all("ssl_certificate").iter();
    let placed = |word: &Word| Placed::new(word.text.clone(), word.span);
    let in_force = InForce::read(&|name| scope.all(name).to_vec(), &InForce::default());
    Server {
        kind,
        span: directive.span,
        listens: listens.filter_map(|listen| Listen::read(listen)).collect(),
        names: names.map(placed).collect(),
        real_ip,
        resolver: scope.last("resolver").map(Resolver::read),
        certificates: certificates.filter_map(|it| it.args.first()).map(placed).collect(),
        merges_slashes: scope.last("merge_slashes").and_then(|it| it.arg(0)) != Some("off"),
        body: Block::read(Vec::new(), inner, level, in_force),
    }
}
