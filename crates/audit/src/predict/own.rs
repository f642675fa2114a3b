//! This balancer's own pools: the deciding core itself.

use std::collections::VecDeque;
use std::sync::Arc;

use balance::{Ask, Lease, Rng};
use config::{HashKey, HashSource, PolicyName};
use foreign::pick::{Change, Picker, Request, State};

use crate::subject::Own;

use super::pool::{KeyOf, Lifetime, Make, Member, NotImitated, Persistence, Pool, Wants};

/// All pools.
pub(super) fn pools(own: &Own) -> Vec<(String, Result<Pool, NotImitated>)> {
    let pools = own.settings.pools.iter();
    pools.map(|(name, pool)| (name.clone(), Ok(made(own, name, pool)))).collect()
}

fn made(own: &Own, name: &str, pool: &config::Pool) -> Pool {
    let mut notes = Vec::new();
    let mut wants = pool.hash.as_ref().map_or_else(Wants::default, hash_wants);
    let persistence = match &pool.affinity {
        None => Persistence::None,
        Some(affinity) => {
            wants.add(&Wants::header("cookie"));
            notes.push(format!(
                "sessions that are moved to hold the bound of {} are not played: no server gets \
                 more than that many times its fair share",
                affinity.bound
            ));
            Persistence::Cookie {
                name: affinity.cookie(name).into_owned(),
                ends_with: None,
                lifetime: Lifetime::Fixed(affinity.ttl.as_nanos() as f64 / 1e9),
            }
        }
    };
    let hash = pool.hash.clone().filter(|_| pool.policy.is_hashed());
    let mut spec = pool.spec();
    // The play keeps sessions itself.
    spec.affinity = None;
    let key = hash.clone();
    let make: Make = Box::new(move |down| {
        let made = Arc::new(balance::Pool::new(spec.clone(), 1, 1));
        for endpoint in down.iter().filter_map(|&place| spec.endpoints.get(place)) {
            made.set_down(&endpoint.name, true, 1);
        }
        let leases = spec.endpoints.iter().map(|_| VecDeque::new()).collect();
        Box::new(Core { pool: made, rng: Rng::new(1), key: key.clone(), leases })
    });
    Pool {
        name: name.to_owned(),
        span: own.key(&["pools", name]),
        method: match &pool.affinity {
            Some(_) => format!("{}, affinity", pool.policy.as_str()),
            None => pool.policy.as_str().to_owned(),
        },
        members: pool.endpoints.iter().map(member).collect(),
        is_hash: hash.is_some(),
        is_loaded: true,
        by_load: !matches!(pool.policy, PolicyName::RoundRobin | PolicyName::Random)
            && !pool.policy.is_hashed(),
        exact: false,
        make,
        persistence,
        is_by_address: false,
        key: hash.map(|hash| {
            let name = hash.by.as_str().to_owned();
            let of = move |request: &Request<'_>| {
                value(&hash, request).map(|value| balance::hash_bytes(value.as_bytes(), 0))
            };
            (name, Box::new(of) as KeyOf)
        }),
        wants,
        notes,
    }
}

fn member(endpoint: &config::Endpoint) -> Member {
    Member {
        name: endpoint.name.clone(),
        address: endpoint.address.to_string(),
        weight: endpoint.capacity * endpoint.weight,
        up: !endpoint.drain,
        backup: false,
        limit: Some(endpoint.capacity),
        cookie: Some(endpoint.name.clone()),
    }
}

fn hash_wants(hash: &HashKey) -> Wants {
    match hash.by {
        HashSource::Cookie => Wants::header("cookie"),
        HashSource::Header => Wants::header(hash.name.as_deref().unwrap_or("")),
        HashSource::Path | HashSource::Query => Wants::uri(),
        HashSource::Client => Wants::source(),
    }
}

fn value(hash: &HashKey, request: &Request<'_>) -> Option<String> {
    let name = hash.name.as_deref().unwrap_or("");
    let found = match hash.by {
        HashSource::Cookie => request.cookie(name).next(),
        HashSource::Header => request.header(name).next(),
        HashSource::Client => return request.source.map(|source| source.to_string()),
        HashSource::Path => request.uri.split('?').next(),
        HashSource::Query => {
            let mut pairs = request.query()?.split('&').filter_map(|pair| pair.split_once('='));
            pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
        }
    };
    found.filter(|value| !value.is_empty()).map(str::to_owned)
}

/// The core as a picker. Its leases follow the counts that it is told.
struct Core {
    pool: Arc<balance::Pool>,
    rng: Rng,
    key: Option<HashKey>,
    leases: Vec<VecDeque<Lease>>,
}

impl Picker for Core {
    fn pick(&mut self, request: &Request<'_>, state: &State<'_>) -> Option<usize> {
        for (place, held) in self.leases.iter_mut().enumerate() {
            let under_way = state.in_flight.get(place).copied().unwrap_or(0) as usize;
            held.drain(..held.len().saturating_sub(under_way));
        }
        let key = self.key.as_ref().and_then(|key| value(key, request));
        let ask = Ask {
            key: key.as_deref().map(str::as_bytes),
            now_ns: (request.at_s.max(0.0) * 1e9) as u64 + 1,
            now_s: request.at_s.max(0.0) as u32,
            ..Ask::default()
        };
        let lease = self.pool.pick(&ask, &mut self.rng).ok()?.lease;
        let place = lease.index();
        self.leases.get_mut(place)?.push_back(lease);
        Some(place)
    }

    fn change(&mut self, server: usize, change: Change) {
        let Some(endpoint) = self.pool.spec().endpoints.get(server) else { return };
        match change {
            Change::Up => self.pool.set_down(&endpoint.name, false, 1),
            Change::Down => self.pool.set_down(&endpoint.name, true, 1),
            Change::Weight(_) => {}
        }
    }
}
