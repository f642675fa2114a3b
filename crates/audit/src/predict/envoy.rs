//! Envoy's clusters as pools.

use std::collections::BTreeMap;

use balance::Rng;
use foreign::envoy::model::{Address, Assignment, Config, HashBy, Locality, Policy, Route, Target};
use foreign::pick::envoy::{
    Chance, Cluster, Fallback, HashPolicy, HashSource, Hashed, Host, LeastRequest, PointHash,
    RingSettings, Table, hash_of, subset,
};
use foreign::pick::{Picker, Request, State};

use super::even::Even;
use super::pool::{KeyOf, Lifetime, Make, Member, NotImitated, Persistence, Pool, Wants};

type Model = foreign::envoy::model::Cluster;
type Read = (Vec<Host>, Vec<Member>, Vec<BTreeMap<String, String>>, Vec<u32>);

/// The clusters whose servers are known.
pub(super) fn pools(configs: &[Config]) -> Vec<(String, Result<Pool, NotImitated>)> {
    let clusters = configs.iter().flat_map(|config| &config.clusters);
    clusters.map(|it| (it.name.value.clone(), pool(configs, it))).collect()
}

fn pool(configs: &[Config], model: &Model) -> Result<Pool, NotImitated> {
    let unknown = || NotImitated("its servers are not in these files".to_owned());
    let assignment = assignment(configs, model).ok_or_else(unknown)?;
    let (hosts, mut members, labels, locality_weights) = read(model, assignment);
    if hosts.is_empty() {
        return Err(unknown());
    }
    let route = route_to(configs, &model.name.value);
    let mut notes = Vec::new();
    let policy = plain(&model.policy.value, &mut notes);
    let mut cluster = Cluster::new(hosts);
    cluster.panic_threshold = model.overall.panic_threshold.value;
    cluster.overprovisioning =
        u32::try_from(assignment.overprovisioning.value).unwrap_or(cluster.overprovisioning);
    match model.overall.locality.as_ref().map(|placed| &placed.value) {
        Some(Locality::Weighted) => cluster.locality_weights = locality_weights,
        Some(Locality::ZoneAware { .. }) => {
            notes.push("that the own zone comes first is not imitated".to_owned());
        }
        None => {}
    }
    if let (Some(subsets), Some(route)) = (&model.subset, route) {
        let wanted = route.subset.iter().cloned().collect();
        let fallback = match subsets.fallback.value.as_str() {
            "ANY_ENDPOINT" => Fallback::Anybody,
            "DEFAULT_SUBSET" => Fallback::Default(subsets.default.iter().cloned().collect()),
            _ => Fallback::Nobody,
        };
        let keys: Vec<_> = subsets.selectors.iter().map(|keys| keys.value.clone()).collect();
        let places = subset(&labels, &keys, &wanted, &fallback);
        cluster.hosts = places.iter().map(|&place| cluster.hosts[place].clone()).collect();
        members = places.iter().map(|&place| members[place].clone()).collect();
    }
    let hashes = hash_policies(route, &mut notes);
    let (make, is_hash) = imitation(policy, cluster, &hashes)?;
    let is_loaded = matches!(policy, Policy::LeastRequest { .. }) || bound(policy) > 0;
    let persistence = stateful(configs);
    let mut wants = Wants::default();
    for policy in &hashes {
        match &policy.source {
            HashSource::Header(name) => wants.add(&Wants::header(name)),
            HashSource::Cookie(_) => wants.add(&Wants::header("cookie")),
            HashSource::SourceIp => wants.add(&Wants::source()),
            HashSource::QueryParameter(_) => wants.add(&Wants::uri()),
        }
    }
    let is_by_address = hashes.iter().any(|policy| policy.source == HashSource::SourceIp);
    let key = is_hash.then(|| {
        let of: KeyOf = Box::new(move |request: &Request<'_>| hash_of(&hashes, request));
        ("hash policy".to_owned(), of)
    });
    Ok(Pool {
        name: model.name.value.clone(),
        span: Some(model.name.span),
        method: name(policy).to_owned(),
        members,
        is_hash,
        is_loaded,
        by_load: matches!(policy, Policy::LeastRequest { .. }),
        exact: is_hash,
        make,
        persistence,
        key,
        is_by_address,
        wants,
        notes,
    })
}

fn assignment<'c>(configs: &'c [Config], model: &'c Model) -> Option<&'c Assignment> {
    let name = model.service.as_ref().map_or(&model.name.value, |service| &service.value);
    let is = |it: &&Assignment| it.cluster.as_ref().is_some_and(|cluster| cluster.value == *name);
    let apart = || configs.iter().flat_map(|config| &config.assignments).find(is);
    model.assignment.as_ref().or_else(apart)
}

fn read(model: &Model, assignment: &Assignment) -> Read {
    let mut read: Read = Default::default();
    for (locality, group) in assignment.groups.iter().enumerate() {
        let weight = group.weight.map_or(1, |weight| weight.value);
        read.3.push(u32::try_from(weight).unwrap_or(u32::MAX));
        for endpoint in &group.endpoints {
            let address = match endpoint.address.as_ref().map(|placed| &placed.value) {
                Some(Address::Socket(host, port)) if host.contains(':') => {
                    format!("[{host}]:{port}")
                }
                Some(Address::Socket(host, port)) => format!("{host}:{port}"),
                Some(Address::Pipe(path)) => path.clone(),
                _ => String::new(),
            };
            let hostname = endpoint.hostname.as_ref().map(|name| name.value.clone());
            let key = hostname.filter(|_| model.overall.use_hostname.value);
            let up = matches!(endpoint.health.value.as_str(), "UNKNOWN" | "HEALTHY" | "DEGRADED");
            let weight = u32::try_from(endpoint.weight.value).unwrap_or(u32::MAX);
            read.0.push(Host {
                key: key.unwrap_or_else(|| address.clone()),
                weight,
                priority: usize::try_from(group.priority.value).unwrap_or(0),
                locality,
                up,
            });
            read.1.push(Member {
                name: address.clone(),
                address: address.clone(),
                weight: f64::from(weight),
                up,
                backup: group.priority.value > 0,
                limit: None,
                cookie: None,
            });
            read.2.push(endpoint.labels.iter().cloned().collect());
        }
    }
    read
}

/// Policies that hold another one, without what they add.
fn plain<'p>(policy: &'p Policy, notes: &mut Vec<String>) -> &'p Policy {
    match policy {
        Policy::WrrLocality(inner) | Policy::Subset(inner) | Policy::OverrideHost(inner) => {
            notes.push("of nested policies the innermost is played".to_owned());
            plain(inner, notes)
        }
        policy => policy,
    }
}

fn bound(policy: &Policy) -> u32 {
    let said = match policy {
        Policy::RingHash { bound, .. } | Policy::Maglev { bound, .. } => *bound,
        _ => None,
    };
    said.map_or(0, |bound| u32::try_from(bound.value).unwrap_or(u32::MAX))
}

fn name(policy: &Policy) -> &'static str {
    match policy {
        Policy::RoundRobin(_) => "ROUND_ROBIN",
        Policy::LeastRequest { .. } => "LEAST_REQUEST",
        Policy::RingHash { .. } => "RING_HASH",
        Policy::Maglev { .. } => "MAGLEV",
        Policy::Random => "RANDOM",
        _ => "another policy",
    }
}

fn imitation(
    policy: &Policy,
    cluster: Cluster,
    hashes: &[HashPolicy],
) -> Result<(Make, bool), NotImitated> {
    let table = match policy {
        Policy::RingHash { min, max, function, .. } => {
            let hash = match function.value.as_str() {
                "MURMUR_HASH_2" => PointHash::Murmur2,
                _ => PointHash::Xxh64,
            };
            let (size_min, size_max) = (min.value, max.value);
            Some(Table::Ring(RingSettings { size_min, size_max, hash }))
        }
        Policy::Maglev { table, .. } => Some(Table::Maglev(table.value)),
        _ => None,
    };
    if let Some(table) = table {
        let (hashes, bound) = (hashes.to_vec(), bound(policy));
        let make: Make = Box::new(move |down| {
            let cluster = with_down(&cluster, down);
            Box::new(Hashed::new(cluster, table, hashes.clone(), Rng::new(1)).bounded(bound))
        });
        return Ok((make, true));
    }
    use foreign::pick::envoy::Policy as Drawn;
    let drawn = match policy {
        Policy::RoundRobin(_) => Drawn::RoundRobin,
        Policy::Random => Drawn::Random,
        Policy::LeastRequest { choices, bias, .. } => Drawn::LeastRequest(LeastRequest {
            choices: u32::try_from(choices.value).unwrap_or(2),
            bias: bias.value,
        }),
        _ => return Err(NotImitated(format!("the policy {} is not imitated", name(policy)))),
    };
    let make: Make = Box::new(move |down| -> Box<dyn Picker> {
        let chance = Chance::new(with_down(&cluster, down), drawn, Rng::new(1));
        match drawn {
            Drawn::LeastRequest(_) => Box::new(chance),
            _ => Box::new(Even::new(chance.shares(&State::default()))),
        }
    });
    Ok((make, false))
}

fn with_down(cluster: &Cluster, down: &[usize]) -> Cluster {
    let mut cluster = cluster.clone();
    for &place in down {
        if let Some(host) = cluster.hosts.get_mut(place) {
            host.up = false;
        }
    }
    cluster
}

/// The first route that leads to a cluster.
fn route_to<'c>(configs: &'c [Config], cluster: &str) -> Option<&'c Route> {
    let tables = configs.iter().flat_map(|config| &config.tables);
    let mut routes = tables.flat_map(|table| table.routes()).map(|(_, route)| route);
    routes.find(|route| match &route.target {
        Target::Cluster(name) => name.value == cluster,
        Target::Weighted(parts) => parts.iter().any(|part| part.cluster.value == cluster),
        _ => false,
    })
}

fn hash_policies(route: Option<&Route>, notes: &mut Vec<String>) -> Vec<HashPolicy> {
    let mut made = Vec::new();
    for policy in route.map_or(&[][..], |route| &route.hash) {
        let source = match &policy.by {
            HashBy::Header(name) => HashSource::Header(name.clone()),
            HashBy::Cookie { name, ttl_ms } => {
                if ttl_ms.is_some() {
                    notes.push(format!("the cookie `{name}` that Envoy makes is not played"));
                }
                HashSource::Cookie(name.clone())
            }
            HashBy::SourceIp => HashSource::SourceIp,
            HashBy::Query(name) => HashSource::QueryParameter(name.clone()),
            HashBy::Other => {
                notes.push("a part of the hash policy is not imitated".to_owned());
                continue;
            }
        };
        made.push(HashPolicy { source, terminal: policy.terminal.value });
    }
    made
}

fn stateful(configs: &[Config]) -> Persistence {
    let listeners = configs.iter().flat_map(|config| &config.listeners);
    let cookie = listeners.flat_map(|it| &it.stateful).find(|it| it.kind == "cookie");
    let Some(cookie) = cookie else { return Persistence::None };
    let name = cookie.name.as_ref().map_or(String::new(), |name| name.value.clone());
    let lifetime = match cookie.ttl_ms.value {
        0 => Lifetime::Endless,
        ms => Lifetime::Fixed(ms as f64 / 1000.0),
    };
    Persistence::Cookie { name, ends_with: None, lifetime }
}
