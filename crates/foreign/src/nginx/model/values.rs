//! The values that variables may have where a request is passed on.

use std::collections::HashMap;

use super::config::{Config, Kind};
use super::pass::{Pass, Step, Within};
use crate::source::Span;

/// How many values of one variable, and ends of one pass, are followed.
pub(super) const ENDS_MAX: usize = 256;

/// A `set`.
pub(super) struct Assignment {
    server: usize,
    name: String,
    value: String,
    step: Step,
    /// The innermost location in which it stands.
    location: Option<Span>,
    /// The `if` in which it stands, within that location.
    condition: Option<Span>,
}

impl Assignment {
    pub(super) fn new(
        server: usize,
        within: &[Within],
        name: String,
        value: &str,
        span: Span,
    ) -> Assignment {
        let condition = within.last().filter(|last| last.name == "if").map(|last| last.span);
        let (location, value) = (innermost(within), value.to_owned());
        Assignment { server, name, value, step: Step::Set(span), location, condition }
    }
}

fn innermost(within: &[Within]) -> Option<Span> {
    within.iter().rev().find(|block| block.name == "location").map(|block| block.span)
}

/// A value, how it comes about, and the `if` that it depends on.
#[derive(Clone)]
struct Held {
    value: String,
    step: Step,
    condition: Option<Span>,
}

/// All values that variables may take.
pub(super) struct Values {
    /// Of `map`, `geo` and `split_clients`, by kind and name.
    shared: HashMap<(Kind, String), Vec<(String, Step)>>,
    /// Of `set`, by server, location and name.
    own: HashMap<(usize, Option<Span>, String), Vec<Held>>,
    /// Of `set`, by server and name.
    anywhere: HashMap<(usize, String), Vec<(String, Step)>>,
}

impl Values {
    pub(super) fn of(config: &Config, assignments: Vec<Assignment>) -> Values {
        let shared = shared(config);
        let mut values = Values { shared, own: HashMap::new(), anywhere: HashMap::new() };
        for set in assignments {
            let anywhere = values.anywhere.entry((set.server, set.name.clone())).or_default();
            // One more than is followed tells that there are more.
            if anywhere.len() <= ENDS_MAX {
                anywhere.push((set.value.clone(), set.step));
            }
            let own = values.own.entry((set.server, set.location, set.name)).or_default();
            if set.condition.is_none() {
                own.clear();
            }
            if own.len() <= ENDS_MAX {
                own.push(Held { value: set.value, step: set.step, condition: set.condition });
            }
        }
        values
    }

    /// What a variable may be for a pass; nothing where that cannot be said.
    ///
    /// nginx runs the `set`s of the server and then those of the location that fits, and no other
    /// location's. Where these have none, a rewrite led there from one that has.
    pub(super) fn get(&self, pass: &Pass, name: &str) -> Vec<(&str, Step)> {
        let mut found: Vec<&Held> = Vec::new();
        let location = innermost(&pass.within);
        for place in [None, location].iter().take(1 + usize::from(location.is_some())) {
            let own = self.own.get(&(pass.server, *place, name.to_owned()));
            for held in own.into_iter().flatten() {
                let sure = held.condition.is_none_or(|condition| {
                    pass.within.iter().any(|block| block.span == condition)
                });
                if sure {
                    found.clear();
                }
                found.push(held);
            }
        }
        if !found.is_empty() {
            return found.into_iter().map(|held| (held.value.as_str(), held.step)).collect();
        }
        let anywhere = self.anywhere.get(&(pass.server, name.to_owned()));
        let shared = || self.shared.get(&(pass.kind, name.to_owned()));
        let values = anywhere.or_else(shared).into_iter().flatten();
        values.map(|(value, step)| (value.as_str(), *step)).collect()
    }
}

fn shared(config: &Config) -> HashMap<(Kind, String), Vec<(String, Step)>> {
    let mut shared: HashMap<(Kind, String), Vec<(String, Step)>> = HashMap::new();
    let mut add = |kind: Kind, name: &str, value: &str, step: Step| {
        let known = shared.entry((kind, name.to_owned())).or_default();
        // Keys may share a value, which leads to one end; parts are told apart by their shares.
        let new = matches!(step, Step::Split(..)) || known.iter().all(|(it, _)| it != value);
        if new && known.len() <= ENDS_MAX {
            known.push((value.to_owned(), step));
        }
    };
    for (index, map) in config.maps.iter().enumerate() {
        for (at, entry) in map.entries.iter().enumerate() {
            add(map.kind, &map.variable.value, &entry.value.value, Step::Map(index, at));
        }
    }
    for (index, geo) in config.geos.iter().enumerate() {
        for (at, entry) in geo.entries.iter().enumerate() {
            if !matches!(entry.key.value.as_str(), "proxy" | "delete") {
                add(geo.kind, &geo.variable.value, &entry.value.value, Step::Geo(index, at));
            }
        }
    }
    for (index, split) in config.splits.iter().enumerate() {
        for (at, part) in split.parts.iter().enumerate() {
            add(split.kind, &split.variable.value, &part.value.value, Step::Split(index, at));
        }
    }
    shared
}
