//! What makes a draft one that can serve: nothing twice, nothing that leads nowhere.

use std::collections::{BTreeSet, HashSet};
use std::net::SocketAddr;

use super::draft::Draft;
use super::parts::PoolPart;

/// Takes out what the rules of a configuration refuse, and says so.
pub(super) fn finish(draft: &mut Draft<'_>) {
    listeners(draft);
    let own: Vec<SocketAddr> = draft.listeners.iter().map(|part| part.value.address).collect();
    for at in 0..draft.pools.len() {
        let mut gone = endpoints(&mut draft.pools[at], &own);
        draft.server.remarks.append(&mut gone.remarks);
    }
    let empty = draft.pools.iter().filter(|pool| pool.endpoints.is_empty());
    let empty: Vec<_> =
        empty.map(|pool| (pool.pool.from, pool.name.clone(), pool.pool.remarks.clone())).collect();
    for (from, name, mut remarks) in empty {
        draft.server.remarks.append(&mut remarks);
        draft.server.lost(from, format!("`{name}` has no server that could be kept"));
    }
    draft.pools.retain(|pool| !pool.endpoints.is_empty());
    routes(draft);
    cookies(draft);
}

fn overlap(one: SocketAddr, other: SocketAddr) -> bool {
    let is_any = one.ip().is_unspecified() || other.ip().is_unspecified();
    one.port() == other.port() && one.port() != 0 && (is_any || one.ip() == other.ip())
}

fn listeners(draft: &mut Draft<'_>) {
    let mut taken: Vec<SocketAddr> = Vec::new();
    for part in std::mem::take(&mut draft.listeners) {
        let address = part.value.address;
        if taken.iter().any(|known| overlap(*known, address)) {
            draft.server.remarks.extend(part.remarks);
            let what = format!("{address} is taken by another listener already");
            draft.server.changed(part.from, what);
            continue;
        }
        taken.push(address);
        draft.listeners.push(part);
    }
    if let Some(admin) = draft.server.value.admin
        && let Some(at) = taken.iter().position(|known| overlap(*known, admin))
    {
        let from = draft.listeners[at].from;
        draft.server.value.admin = None;
        draft.server.changed(from, "this takes the address of the admin listener: it has none");
    }
}

/// Takes out servers that cannot be reached, and gives the others names of their own. What is said
/// of those taken out comes back.
fn endpoints(pool: &mut PoolPart, own: &[SocketAddr]) -> super::parts::Part<()> {
    let (mut addresses, mut names) = (HashSet::new(), HashSet::new());
    let mut gone = super::parts::Part::new((), None);
    let reaches = |address: SocketAddr, own: &SocketAddr| {
        let here =
            own.ip() == address.ip() || (own.ip().is_unspecified() && address.ip().is_loopback());
        here && own.port() == address.port()
    };
    for mut part in std::mem::take(&mut pool.endpoints) {
        let address = part.value.address;
        let is_server =
            !address.ip().is_unspecified() && address.port() != 0 && !address.ip().is_multicast();
        let why = if !is_server {
            Some("is no address of a server")
        } else if own.iter().any(|own| reaches(address, own)) {
            Some("is where this balancer listens")
        } else if !addresses.insert(address) {
            Some("stands in its pool twice; one of them is kept")
        } else {
            None
        };
        if let Some(why) = why {
            gone.lost(part.from, format!("server `{}`: {address} {why}", part.value.name));
            continue;
        }
        let wanted = part.value.name.clone();
        let mut number = 1;
        while !names.insert(part.value.name.clone()) {
            number += 1;
            part.value.name = format!("{wanted}-{number}");
        }
        pool.endpoints.push(part);
    }
    let all_idle = pool.endpoints.iter().all(|part| part.value.weight == 0.0 || part.value.drain);
    if let Some(first) = pool.endpoints.first_mut().filter(|_| all_idle) {
        (first.value.weight, first.value.drain) = (1.0, false);
        first.changed(first.from, "no other server takes work, so this one has to");
    }
    gone
}

fn routes(draft: &mut Draft<'_>) {
    let pools: BTreeSet<String> = draft.pools.iter().map(|pool| pool.name.clone()).collect();
    let mut seen = HashSet::new();
    for mut part in std::mem::take(&mut draft.routes) {
        let pool = part.value.pool.clone();
        if !pools.contains(&pool) {
            draft.server.remarks.extend(part.remarks);
            draft.server.lost(part.from, format!("a route leads to `{pool}`, which is not kept"));
            continue;
        }
        let prefix = part.value.path_prefix.trim_end_matches('/').to_owned();
        let hosts = match part.value.hosts.is_empty() {
            true => vec![String::new()],
            false => std::mem::take(&mut part.value.hosts),
        };
        let before = hosts.len();
        let hosts: Vec<_> =
            hosts.into_iter().filter(|host| seen.insert((host.clone(), prefix.clone()))).collect();
        if hosts.len() < before {
            let what = format!(
                "a route before it has the same host and path `{}`; all listeners share the routes",
                part.value.path_prefix
            );
            draft.server.lost(part.from, what);
        }
        if hosts.is_empty() {
            continue;
        }
        part.value.hosts = hosts.into_iter().filter(|host| !host.is_empty()).collect();
        draft.routes.push(part);
    }
}

/// Two pools with one cookie would destroy each other's sessions.
fn cookies(draft: &mut Draft<'_>) {
    let mut taken = BTreeSet::new();
    for pool in &mut draft.pools {
        let from = pool.pool.from;
        let Some(affinity) = &mut pool.pool.value.affinity else { continue };
        let is_new = taken.insert(affinity.cookie(&pool.name).into_owned());
        if !is_new && let Some(name) = affinity.name.take() {
            let what = format!("another pool has the cookie `{name}`; this one has its own");
            taken.insert(affinity.cookie(&pool.name).into_owned());
            pool.pool.changed(from, what);
        }
    }
}
