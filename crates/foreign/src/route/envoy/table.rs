//! A table of routes, ready to be asked.

use super::host;
use super::matching::Match;
use crate::envoy::model::{RouteTable, Target};
use crate::logs::{Line, Told};
use crate::route::decision::{Decision, Doubt, To};
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
    pub(super) strips_port: bool,
    no_host: Doubt,
    no_path: u16,
}

#[derive(Clone, Debug)]
struct Way {
    matches: Match,
    end: End,
    rule: u16,
    drawn: u16,
}

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
        strips_port: bool,
        (names, texts, sources): (&Names, &mut Texts, &Sources),
    ) -> Table {
        let ways = table.hosts.iter().map(|host| {
            let ways = host.routes.iter().map(|route| Way {
                matches: Match::new(route, texts),
                end: end(&route.target, names, texts),
                rule: texts.rule(rule(route.span, sources)),
                drawn: texts
                    .missing("who goes there is drawn: the shares hold, single lines do not"),
            });
            ways.collect()
        });
        let ways = ways.collect();
        Table {
            hosts: table.clone(),
            ways,
            strips_port: strips_port || table.ignores_port.value,
            no_host: Doubt {
                rule: texts.rule("the virtual host"),
                missing: texts.missing("the log does not have the host"),
            },
            no_path: texts.missing("the log does not have the request line"),
        }
    }

    pub(super) fn decide(&self, line: &Line<'_>, draw: f64, names: &Names) -> Decision<'static> {
        let any = || host::find(&self.hosts, "");
        let (place, doubt) = match line.told_header(b"host") {
            Told::Value(host) => {
                let host = String::from_utf8_lossy(host).to_ascii_lowercase();
                let host = if self.strips_port { host::portless(&host) } else { &host };
                (host::find(&self.hosts, host), None)
            }
            Told::Absent => (any(), None),
            // Without a choice the host does not matter.
            Told::Untold if self.hosts.hosts.len() == 1 => (Some(0), None),
            Told::Untold => (any().or(Some(0)), Some(self.no_host)),
        };
        let Some(ways) = place.and_then(|place| self.ways.get(place)) else {
            return Decision::to(To::Answered).with(doubt);
        };
        self.first(ways, line, draw, names).with(doubt)
    }

    fn first(&self, ways: &[Way], line: &Line<'_>, draw: f64, names: &Names) -> Decision<'static> {
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
                    return Decision::to(to).with(doubt);
                }
                (_, Err(missing)) => {
                    let doubt = Doubt { rule: way.rule, missing };
                    return Decision::to(To::Elsewhere).with(Some(doubt));
                }
            }
        }
        // What no route takes is answered with 404.
        let doubt = open.first().map(|(_, doubt)| *doubt).or(drawn);
        Decision::to(To::Answered).with(doubt)
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
