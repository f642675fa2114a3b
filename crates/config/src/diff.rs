//! What one configuration asks for that another does not, pool by pool, in words.

use std::fmt::Display;

use crate::settings::{Endpoint, Pool, Settings};

/// The part of a pool that a change is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Weights and capacities: the shares.
    Weights,
    /// What keeps users with an endpoint: sessions and hash keys.
    Persistence,
    /// Which endpoints there are, where, and whether they drain.
    Endpoints,
    /// How an endpoint is chosen.
    Policy,
    /// Anything else.
    Other,
}

/// A change of one part of one pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The pool; empty: what belongs to no pool.
    pub pool: String,
    /// What of it.
    pub part: Part,
    /// What it was and what it is, as one reads it in a sentence.
    pub text: String,
}

/// Ends of what is said of an endpoint or pool that came, or takes users again.
const COMES: [&str; 2] = ["is new", "drains no more"];

/// Whether a text of [`Part::Endpoints`] says that somebody who served may serve no more.
pub fn takes_away(text: &str) -> bool {
    text.split(", ").any(|part| COMES.iter().all(|end| !part.ends_with(end)))
}

/// Everything that differs, in the order of the pools' names.
pub fn diff(before: &Settings, after: &Settings) -> Vec<Difference> {
    let mut all = Vec::new();
    for (name, pool) in &after.pools {
        match before.pools.get(name) {
            Some(old) => of_pool(name, old, pool, &mut all),
            None => all.push(whole(name, "is new")),
        }
    }
    let gone = before.pools.keys().filter(|name| !after.pools.contains_key(*name));
    all.extend(gone.map(|name| whole(name, "is gone")));
    let rest = |settings: &Settings| (settings.listeners.clone(), settings.routes.clone());
    if rest(before) != rest(after) || before.server != after.server {
        let text = "server, listeners or routes changed".to_owned();
        all.push(Difference { pool: String::new(), part: Part::Other, text });
    }
    all
}

fn whole(name: &str, what: &str) -> Difference {
    let text = format!("pool {name} {what}");
    Difference { pool: name.to_owned(), part: Part::Endpoints, text }
}

fn of_pool(name: &str, before: &Pool, after: &Pool, all: &mut Vec<Difference>) {
    let mut tell = |part: Part, changes: Vec<String>| {
        if !changes.is_empty() {
            let text = format!("pool {name}: {}", changes.join(", "));
            all.push(Difference { pool: name.to_owned(), part, text });
        }
    };
    let known = |endpoint: &Endpoint| before.endpoints.iter().find(|e| e.name == endpoint.name);
    let both = || after.endpoints.iter().filter_map(|new| known(new).map(|old| (old, new)));
    tell(Part::Weights, both().flat_map(|(old, new)| shares(old, new)).collect());
    tell(Part::Persistence, persistence(before, after));
    let mut moved: Vec<String> = both().flat_map(|(old, new)| place(old, new)).collect();
    let new = after.endpoints.iter().filter(|endpoint| known(endpoint).is_none());
    moved.extend(new.map(|endpoint| format!("{} is new", endpoint.name)));
    let stays = |old: &&Endpoint| !after.endpoints.iter().any(|new| new.name == old.name);
    let gone = before.endpoints.iter().filter(stays);
    moved.extend(gone.map(|endpoint| format!("{} is gone", endpoint.name)));
    tell(Part::Endpoints, moved);
    let policy = turned("policy", before.policy.as_str(), after.policy.as_str());
    tell(Part::Policy, policy.into_iter().collect());
    tell(Part::Other, others(before, after));
}

fn turned(what: &str, before: impl Display + PartialEq, after: impl Display) -> Option<String> {
    let (before, after) = (before.to_string(), after.to_string());
    (before != after).then(|| format!("{what} {before} → {after}"))
}

fn shares(before: &Endpoint, after: &Endpoint) -> Vec<String> {
    let name = &after.name;
    let weight = turned(&format!("{name} weight"), before.weight, after.weight);
    let capacity = turned(&format!("{name} capacity"), before.capacity, after.capacity);
    weight.into_iter().chain(capacity).collect()
}

fn place(before: &Endpoint, after: &Endpoint) -> Vec<String> {
    let name = &after.name;
    let address = turned(&format!("{name} address"), before.address, after.address);
    let drains = match (before.drain, after.drain) {
        (false, true) => Some(format!("{name} drains")),
        (true, false) => Some(format!("{name} drains no more")),
        _ => None,
    };
    address.into_iter().chain(drains).collect()
}

fn persistence(before: &Pool, after: &Pool) -> Vec<String> {
    let mut changes = Vec::new();
    match (&before.affinity, &after.affinity) {
        (None, Some(_)) => changes.push("sessions are kept with their endpoint".to_owned()),
        (Some(_), None) => changes.push("sessions are not kept any more".to_owned()),
        (Some(old), Some(new)) if old != new => {
            let fields = [
                turned("bound", old.bound, new.bound),
                turned("state", format!("{:?}", old.state), format!("{:?}", new.state)),
                turned("epoch", old.epoch, new.epoch),
                turned("move_ratio", old.move_ratio, new.move_ratio),
                turned("ttl", old.ttl, new.ttl),
            ];
            let fields: Vec<String> = fields.into_iter().flatten().collect();
            let named = if fields.is_empty() { "settings".to_owned() } else { fields.join(", ") };
            changes.push(format!("affinity {named}"));
        }
        _ => {}
    }
    if before.hash != after.hash {
        let told = |pool: &Pool| pool.hash.as_ref().map_or("nothing", |hash| hash.by.as_str());
        changes.push(format!("hash of {} → of {}", told(before), told(after)));
    }
    changes
}

fn others(before: &Pool, after: &Pool) -> Vec<String> {
    // Of endpoints that are new or gone it is told already.
    let limits = |pool: &Pool, other: &Pool| -> Vec<_> {
        let both = |e: &&Endpoint| other.endpoints.iter().any(|known| known.name == e.name);
        pool.endpoints.iter().filter(both).map(|e| (e.name.clone(), e.limit)).collect()
    };
    let changed = [
        ("probe", before.probe != after.probe),
        ("slow_start", before.slow_start != after.slow_start),
        ("ejection", before.ejection != after.ejection),
        ("retry", before.retry != after.retry),
        ("queue", before.queue != after.queue),
        ("timeouts", before.timeouts != after.timeouts),
        ("keep_alive", before.keep_alive != after.keep_alive),
        ("slo", before.slo != after.slo),
        ("limits", limits(before, after) != limits(after, before)),
    ];
    let changed: Vec<&str> =
        changed.into_iter().filter(|(_, c)| *c).map(|(name, _)| name).collect();
    if changed.is_empty() { Vec::new() } else { vec![format!("{} changed", changed.join(", "))] }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = r#"
        [[listeners]]
        name = "web"
        address = "127.0.0.1:8080"
        [[routes]]
        pool = "portal"
        [pools.portal]
        affinity = { by = "cookie" }
        endpoints = [
            { name = "web1", address = "10.0.0.1:80" },
            { name = "web2", address = "10.0.0.2:80" },
        ]
    "#;

    fn told(change: impl Fn(&str) -> String) -> Vec<(Part, String)> {
        let read = |text: &str| crate::parse(text, "test.toml").expect("a valid file");
        let all = diff(&read(BEFORE), &read(&change(BEFORE)));
        all.into_iter().map(|difference| (difference.part, difference.text)).collect()
    }

    #[test]
    fn every_part_is_told() {
        let line = |from: &'static str, to: &'static str| move |text: &str| text.replace(from, to);
        let web2 = r#"{ name = "web2", address = "10.0.0.2:80" },"#;
        let heavy = r#"{ name = "web2", address = "10.0.0.2:80", weight = 5.0 },"#;
        let drains = r#"{ name = "web2", address = "10.0.0.2:80", drain = true },"#;
        for (change, part, text) in [
            (line(web2, heavy), Part::Weights, "pool portal: web2 weight 1 → 5"),
            (line(web2, drains), Part::Endpoints, "pool portal: web2 drains"),
            (line(web2, ""), Part::Endpoints, "pool portal: web2 is gone"),
            (
                line(r#"by = "cookie""#, r#"by = "cookie", bound = 9.0"#),
                Part::Persistence,
                "pool portal: affinity bound 2 → 9",
            ),
            (
                line("affinity = { by", "policy = \"round_robin\"\naffinity = { by"),
                Part::Policy,
                "pool portal: policy least_pressure → round_robin",
            ),
            (
                line("affinity = { by", "slow_start = \"1s\"\naffinity = { by"),
                Part::Other,
                "pool portal: slow_start changed",
            ),
        ] {
            assert_eq!(told(change), [(part, text.to_owned())]);
        }
    }

    #[test]
    fn the_same_differs_in_nothing() {
        assert_eq!(told(|text| format!("# a word\n{text}")), []);
    }
}
