//! A table of routes, ready to be asked.

use std::borrow::Cow;

use super::hash::Hashes;
use super::host;
use super::matching::Match;
use super::paths::Paths;
use crate::envoy::model::{Listener, RouteTable, Target};
use crate::logs::{Line, Told};
use crate::route::decision::{Decision, Doubt, To};
use crate::route::keyed::Keyed;
use crate::route::names::Names;
use crate::route::texts::Texts;
use crate::route::truth::Truth;
use crate::{Sources, Span};

/// A table.
#[derive(Clone, Debug)]
pub(super) struct Table {
    hosts: RouteTable,
    /// By virtual host.
    ways: Vec<Vec<Way>>,
    strips_port: bool,
    ignores_port: bool,
    paths: Paths,
    no_host: Doubt,
    no_path: u16,
}

/// A route.
#[derive(Clone, Debug)]
pub(super) struct Way {
    matches: Match,
    end: End,
    rule: u16,
    drawn: u16,
    hashes: Hashes,
    no_hash: u16,
}

/// Where a request goes, and the route that takes it.
pub(super) type Found<'w> = (Decision<'static>, Option<&'w Way>);

#[derive(Clone, Debug)]
enum End {
    To(To),
    /// By shares that add up to 1.
    Drawn(Vec<(f64, To)>),
    /// The cluster that a header names.
    Header(String, u16),
    Unknown(u16),
}

impl Table {
    pub(super) fn new(
        table: &RouteTable,
        listener: Option<&Listener>,
        (names, texts, sources): (&Names, &mut Texts, &Sources),
    ) -> Table {
        let ways = table.hosts.iter().map(|host| {
            let ways = host.routes.iter().map(|route| Way {
                matches: Match::new(route, texts),
                end: end(&route.target, names, texts),
                rule: texts.rule(rule(route.span, sources)),
                drawn: texts
                    .missing("who goes there is drawn: the shares hold, single lines do not"),
                hashes: Hashes::new(&route.hash, texts),
                no_hash: texts.missing("the request has nothing that is hashed: Envoy draws"),
            });
            ways.collect()
        });
        let ways = ways.collect();
        Table {
            hosts: table.clone(),
            ways,
            strips_port: listener.is_some_and(|it| it.strips_port),
            ignores_port: table.ignores_port.value,
            paths: listener.map(Paths::of).unwrap_or_default(),
            no_host: Doubt {
                rule: texts.rule("the virtual host"),
                missing: texts.missing("the log does not have the host"),
            },
            no_path: texts.missing("the log does not have the request line"),
        }
    }

    /// Where a request goes.
    pub(super) fn decide(&self, line: &Line<'_>, draw: f64, names: &Names) -> Found<'_> {
        let answered = (Decision::to(To::Answered), None);
        self.seeing(line, |line| self.seen(line, draw, names)).unwrap_or(answered)
    }

    /// What is hashed of a request that a route takes.
    pub(super) fn key(&self, way: &Way, line: &Line<'_>) -> Keyed {
        self.seeing(line, |line| self.keyed(way, line)).unwrap_or_default()
    }

    /// Tells a request as routes see it, unless Envoy answers before any is asked.
    fn seeing<T>(&self, line: &Line<'_>, then: impl FnOnce(&Line<'_>) -> T) -> Option<T> {
        let Some(target) = line.target else { return Some(then(line)) };
        match self.paths.seen(target)? {
            Cow::Borrowed(_) => Some(then(line)),
            Cow::Owned(target) => Some(then(&Line { target: Some(&target), ..line.clone() })),
        }
    }

    fn seen(&self, line: &Line<'_>, draw: f64, names: &Names) -> Found<'_> {
        let any = || host::find(&self.hosts, "");
        let (place, doubt) = match line.told_header(b"host") {
            Told::Value(host) => {
                let host = String::from_utf8_lossy(host).to_ascii_lowercase();
                let is_portless = self.strips_port || self.ignores_port;
                let host = if is_portless { host::portless(&host) } else { &host };
                (host::find(&self.hosts, host), None)
            }
            Told::Absent => (any(), None),
            // Without a choice the host does not matter.
            Told::Untold if self.hosts.hosts.len() == 1 => (Some(0), None),
            Told::Untold => (any().or(Some(0)), Some(self.no_host)),
        };
        let Some(ways) = place.and_then(|place| self.ways.get(place)) else {
            return (Decision::to(To::Answered).with(doubt), None);
        };
        let (decision, way) = self.first(ways, line, draw, names);
        (decision.with(doubt), way)
    }

    fn keyed(&self, way: &Way, line: &Line<'_>) -> Keyed {
        let doubt = |missing: u16| Some(Doubt { rule: way.rule, missing });
        match way.hashes.of(line, self.strips_port) {
            Ok(Some(hash)) => Keyed { key: Some(hash.to_le_bytes().to_vec()), doubt: None },
            Ok(None) => Keyed { key: Some(Vec::new()), doubt: doubt(way.no_hash) },
            Err(missing) => Keyed { key: None, doubt: doubt(missing) },
        }
    }

    fn first<'w>(&self, ways: &'w [Way], line: &Line<'_>, draw: f64, names: &Names) -> Found<'w> {
        let mut open: Vec<(To, Doubt)> = Vec::new();
        let mut drawn = None;
        for way in ways {
            let truth = way.matches.holds(line, draw, self.no_path);
            if way.matches.is_drawn() {
                drawn = drawn.or(Some(Doubt { rule: way.rule, missing: way.drawn }));
            }
            if truth == Truth::No {
                continue;
            }
            let end = way.end.to(line, draw, names);
            match (truth, end) {
                (Truth::Unknown(missing), Ok(to)) => {
                    open.push((to, Doubt { rule: way.rule, missing }));
                }
                (Truth::Unknown(missing), Err(_)) => {
                    open.push((To::Elsewhere, Doubt { rule: way.rule, missing }));
                }
                (_, Ok(to)) => {
                    let differs = open.iter().find(|(other, _)| *other != to);
                    if matches!(way.end, End::Drawn(_)) {
                        drawn = drawn.or(Some(Doubt { rule: way.rule, missing: way.drawn }));
                    }
                    let doubt = differs.map(|(_, doubt)| *doubt).or(drawn);
                    return (Decision::to(to).with(doubt), Some(way));
                }
                (_, Err(missing)) => {
                    let doubt = Doubt { rule: way.rule, missing };
                    return (Decision::to(To::Elsewhere).with(Some(doubt)), Some(way));
                }
            }
        }
        // What no route takes is answered with 404.
        let doubt = open.first().map(|(_, doubt)| *doubt).or(drawn);
        (Decision::to(To::Answered).with(doubt), None)
    }
}

impl End {
    fn to(&self, line: &Line<'_>, draw: f64, names: &Names) -> Result<To, u16> {
        match self {
            End::To(to) => Ok(*to),
            End::Unknown(missing) => Err(*missing),
            End::Drawn(parts) => {
                let mut bound = 0.0;
                let found = parts.iter().find(|(share, _)| {
                    bound += share;
                    draw < bound
                });
                Ok(found.or(parts.last()).map_or(To::Elsewhere, |(_, to)| *to))
            }
            End::Header(name, missing) => match line.told_header(name.as_bytes()) {
                Told::Untold => Err(*missing),
                Told::Absent => Ok(To::Answered),
                Told::Value(name) => Ok(names.made(&String::from_utf8_lossy(name))),
            },
        }
    }
}

fn end(target: &Target, names: &Names, texts: &mut Texts) -> End {
    match target {
        Target::Cluster(name) => End::To(names.to(&name.value)),
        Target::Nowhere => End::To(To::Answered),
        Target::Header(name) => {
            let what = format!("the log does not have the header `{}`", name.value);
            End::Header(name.value.clone(), texts.missing(what))
        }
        Target::Weighted(parts) => {
            let whole: u64 = parts.iter().map(|part| part.weight.value).sum();
            let part = |weight: u64| weight as f64 / whole.max(1) as f64;
            let parts = parts.iter().filter(|part| part.weight.value > 0);
            End::Drawn(
                parts.map(|it| (part(it.weight.value), names.to(&it.cluster.value))).collect(),
            )
        }
        Target::Other => End::Unknown(texts.missing("what it leads to is not imitated")),
    }
}

fn rule(span: Span, sources: &Sources) -> String {
    let place = sources.place(span);
    format!("the route at {}:{}", place.file, place.line)
}
